// The permit: what a durable record hands out, and the only thing that `forward` accepts.
//
// Invariant: a Permit exists only after its decision record is on disk, and it can be spent once. It carries the very bytes
// that were decided, so that nobody can forward anything else with it.
import type { UpstreamSettings } from '../vocabulary/settings.ts'

/** What goes to the model API: nothing of the client's request besides this leaves the gate. */
export interface Dispatch {
  readonly upstream: UpstreamSettings
  readonly method: string
  /** Path and query built from the route table, relative to the upstream's URL. */
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array | null
}

export class Permit {
  #dispatch: Dispatch | null

  private constructor(dispatch: Dispatch) {
    this.#dispatch = dispatch
  }

  /** @returns what may be sent. @throws Error where it was spent before: a second forward is a defect, never a retry. */
  spend(): Dispatch {
    const dispatch = this.#dispatch
    if (dispatch === null) throw new Error('a permit can be spent once')
    this.#dispatch = null
    return dispatch
  }

  /** For src/enforcement/record.ts alone (test/architecture holds it to that). */
  static afterRecord(dispatch: Dispatch): Permit {
    return new Permit(dispatch)
  }
}
