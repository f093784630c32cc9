// A row of the fault matrix: what is broken, for how long, and what clients may be told meanwhile.
import type { Site } from './site.ts'

export interface Row {
  /** As it is asked for: `gate-kill`. */
  readonly name: string
  /** What is done, in the words of the page. */
  readonly does: string
  /** From the fault's beginning to its end. */
  readonly ms: number
  /** Before the load begins; a text: why this machine cannot do it, and the row is skipped, loudly. */
  readonly prepare?: (site: Site) => Promise<string | undefined>
  readonly begin: (site: Site) => Promise<unknown>
  readonly end: (site: Site) => Promise<unknown>
  /** When all is judged. */
  readonly clear?: (site: Site) => Promise<unknown>
  /** What clients may be told beside `200`, `403 model_suspended` and a stream's end. Anything else fails the row. */
  readonly mayTell: readonly string[]
  /**
   * The order that is given in the middle of the fault: one model is suspended at control, unless said otherwise. `directive`: a directive
   * that closes it is published. `none`: control or what it needs is away; then what `refuse` covers must be shut once the lease has run
   * out, where `leaseEnds` says so.
   */
  readonly order?: 'directive' | 'none'
  readonly leaseEnds?: true
  /** The line to the model API holds bytes back, so that they arrive after the gate let them go: the record's instant is judged. */
  readonly linesHold?: true
}

/** Nothing but what clients are told without any fault. */
export const nothing: readonly string[] = []
/** The gate itself is away, or was while they waited. */
export const away: readonly string[] = ['no connection', 'no answer', 'broken off']
/** What the directive of the order closes. */
export const closed: readonly string[] = ['403 embargoed_location', 'cut embargoed_location']
/** The lease has run out. */
export const stale: readonly string[] = ['503 policy_stale', 'cut policy_stale']
/** The model API does not answer as it should. */
export const upstream: readonly string[] = ['502 upstream_unavailable', 'cut upstream_unavailable', 'no answer']
