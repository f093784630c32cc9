// Query: records that match, in the order of their instants; inside one log in the order in which they were written.
import { timestamp } from '../vocabulary/clock.ts'
import { canonical } from './canonical.ts'
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
  /** Canonical id, or the name as asked. */
  readonly model?: string | undefined
  /** Id of a directive that was determined, whatever the result. */
  readonly directive?: string | undefined
  /** Pseudonym of the subject or actor, or the id of the organization. */
  readonly subject?: string | undefined
  /** Decisions about another time than the one they were asked at are left out unless this is true. */
  readonly whatIf?: boolean | undefined
  /** Told of each that was left out for that reason alone. */
  readonly onWhatIf?: (() => void) | undefined
  /** Only the newest so many. */
  readonly limit?: number | undefined
}

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
    ...[query.model, query.subject].filter((value) => value !== undefined).map((value) => canonical(value)),
  ]
}

function matcherOf(query: LogQuery, kinds: ReadonlySet<string>): (found: FoundRecord) => boolean {
  const since = query.since === undefined ? '' : timestamp(query.since)
  const until = query.until === undefined ? '\uffff' : timestamp(query.until)
  const equal = (wanted: string | undefined, value: unknown) => wanted === undefined || wanted === value
  return ({ record }) => {
    const at = atOf(record)
    if (!kinds.has(record.k) || at < since || at >= until) return false
    if (!equal(query.reason, record['reason'])) return false
    if (!equal(query.effect, record['effect']) || !equal(query.basis, record['basis'])) return false
    if (query.model !== undefined && !anyOf(record['models'], ['model', 'name'], query.model)) return false
    if (query.directive !== undefined && !anyOf(record['determinations'], ['directive'], query.directive)) return false
    if (query.subject !== undefined && !anyOf([record['subject']], ['subject', 'actor', 'organization'], query.subject))
      return false
    if (query.whatIf === true || !isWhatIf(record)) return true
    query.onWhatIf?.()
    return false
  }
}

/** What is no text sorts first and is in no range: a record that nobody of ours wrote is still shown. */
function atOf({ at }: FoundRecord['record']): string {
  return typeof at === 'string' ? at : ''
}

function isWhatIf({ k, request }: FoundRecord['record']): boolean {
  return k === 'decision' && anyOf([request], ['via'], 'what-if')
}

function anyOf(list: unknown, fields: readonly string[], wanted: string): boolean {
  if (!Array.isArray(list)) return false
  return list.some((item: unknown) => {
    const fieldsOf = (item ?? {}) as Readonly<Record<string, unknown>>
    return fields.some((field) => fieldsOf[field] === wanted)
  })
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
