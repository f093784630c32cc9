// Query: records that match, in the order of their instants; inside one log in the order in which they were written.
import { timestamp } from '../vocabulary/clock.ts'
import { canonical } from './canonical.ts'
import { directivesIn, idsIn, modelsIn, subjectsIn } from './names-in.ts'
import { committed, type FoundRecord, logsUnder } from './read-committed.ts'

export interface LogQuery {
  readonly directory: string
  /** Kinds of record; by default decisions. */
  readonly kinds?: readonly string[]
  /** Instants, milliseconds since the epoch: from `since` on, before `until`. */
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly reason?: string | undefined
  readonly effect?: string | undefined
  readonly basis?: string | undefined
  /** Of the decision, or of the act. */
  readonly id?: string | undefined
  /** Canonical id, or a name that was asked for or answered; of an act, what it closed. */
  readonly model?: string | undefined
  /** Id of a directive that was determined, whatever the result. */
  readonly directive?: string | undefined
  /** Pseudonym of the subject, the actor or who asked, or the id of the organization; of an act, who acted or is shut out. */
  readonly subject?: string | undefined
  /** Decisions about another time than the one they were asked at are left out unless this is true. */
  readonly whatIf?: boolean | undefined
  /** Told of each that was left out for that reason alone. */
  readonly onWhatIf?: (() => void) | undefined
  /** Only the newest so many. */
  readonly limit?: number | undefined
}

type Found = FoundRecord['record']

export async function* queryLog(query: LogQuery): AsyncGenerator<FoundRecord, void> {
  const kinds = new Set(query.kinds ?? ['decision'])
  const matches = matcherOf(query, kinds)
  const needles = needlesOf(query, kinds)
  const merged = mergeByInstant(logsUnder(query.directory).map((files) => filtered(committed(files, needles), matches)))
  if (query.limit === undefined) {
    yield* merged
    return
  }
  let newest: FoundRecord[] = []
  for await (const found of merged) {
    newest.push(found)
    // Cut now and then, not each time.
    if (newest.length >= 2 * query.limit + 1_000) newest = newest.slice(-query.limit)
  }
  if (query.limit > 0) yield* newest.slice(-query.limit)
}

/** Text that a matching line must contain, since lines are canonical. */
function needlesOf(query: LogQuery, kinds: ReadonlySet<string>): string[] {
  const member = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`"${name}":${canonical(value)}`]
  return [
    ...(kinds.size === 1 ? member('k', [...kinds][0]) : []),
    ...member('reason', query.reason),
    ...member('effect', query.effect),
    ...member('basis', query.basis),
    ...member('directive', query.directive),
    ...member('id', query.id),
    ...[query.model, query.subject].filter((value) => value !== undefined).map((value) => canonical(value)),
  ]
}

function matcherOf(query: LogQuery, kinds: ReadonlySet<string>): (found: FoundRecord) => boolean {
  const since = query.since === undefined ? '' : timestamp(query.since)
  const until = query.until === undefined ? '\uffff' : timestamp(query.until)
  const equal = (wanted: string | undefined, value: unknown) => wanted === undefined || wanted === value
  const among = (wanted: string | undefined, namesIn: (of: Found) => readonly unknown[], found: Found) =>
    wanted === undefined || namesIn(found).includes(wanted)
  return ({ record }) => {
    const at = atOf(record)
    if (!kinds.has(record.k) || at < since || at >= until) return false
    if (!equal(query.reason, record['reason'])) return false
    if (!equal(query.effect, record['effect']) || !equal(query.basis, record['basis'])) return false
    if (!among(query.id, idsIn, record) || !among(query.directive, directivesIn, record)) return false
    if (!among(query.model, modelsIn, record) || !among(query.subject, subjectsIn, record)) return false
    if (query.whatIf === true || !isWhatIf(record)) return true
    query.onWhatIf?.()
    return false
  }
}

/** What is no text sorts first and is in no range: a record that nobody of ours wrote is still shown. */
function atOf({ at }: Found): string {
  return typeof at === 'string' ? at : ''
}

function isWhatIf({ k, request }: Found): boolean {
  return k === 'decision' && (request as { readonly via?: unknown } | null | undefined)?.via === 'what-if'
}

async function* filtered(
  pieces: AsyncGenerator<readonly FoundRecord[]>,
  matches: (found: FoundRecord) => boolean,
): AsyncGenerator<FoundRecord, void> {
  for await (const piece of pieces) yield* piece.filter(matches)
}

/** Across logs the order is that of their own clocks, which may differ (threat L16); inside a log it is never changed. */
async function* mergeByInstant(
  sources: readonly AsyncGenerator<FoundRecord, void>[],
): AsyncGenerator<FoundRecord, void> {
  const heads: { source: AsyncGenerator<FoundRecord, void>; found: FoundRecord }[] = []
  const advance = async (source: AsyncGenerator<FoundRecord, void>) => {
    const { value, done } = await source.next()
    if (done !== true) heads.push({ source, found: value })
  }
  for (const source of sources) await advance(source)
  for (;;) {
    let first = 0
    for (const [i, { found }] of heads.entries())
      if (atOf(found.record) < atOf(heads[first]?.found.record ?? found.record)) first = i
    const [head] = heads.splice(first, 1)
    if (head === undefined) return
    yield head.found
    await advance(head.source)
  }
}
