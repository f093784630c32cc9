// The facts of one record as rows of text: who asked, from where, under which policy, what became of it. Fields are read as they stand:
// a record may be of a newer software, or hold `$trunc` in place of a long value.
import type { FoundRecord } from '../decision-log/index.ts'
import { inert } from '../vocabulary/inert.ts'

export type Fields = Readonly<Record<string, unknown>>

/** A name and what is said under it, both harmless to a terminal. */
export type Row = readonly [name: string, text: string]

/** What was asked and by whom, and which gate decided it under what. */
export function decisionRows(record: Fields): readonly Row[] {
  const request = fields(record['request'])
  const policy = fields(record['policy'])
  const stream = request['stream'] === true ? ', stream' : ''
  return [
    [
      'asked',
      `${text(request['method'])} ${text(request['operation'])}, phase ${text(request['phase'])}${stream}, ${text(request['length'])} bytes, via ${text(request['via'])}`,
    ],
    ...(isNone(record['decidedFor']) ? [] : [['what-if', `decided for ${text(record['decidedFor'])}`] as const]),
    ...(isNone(record['askedBy']) ? [] : [['asked by', askedByText(fields(record['askedBy']))] as const]),
    ...subjectRows(record['subject']),
    ...placeRows(record['place']),
    ...list(record['models']).map((model): Row => ['model', modelText(model)]),
    ['told', `${text(record['told'])}${isNone(record['detail']) ? '' : ` — ${text(record['detail'])}`}`],
    [
      'policy',
      record['policy'] === null
        ? 'none was loaded'
        : `${text(policy['digest'])}, serial ${text(policy['serial'])}${policy['unsigned'] === true ? ', unsigned' : ''}${besideText(policy, 'suspensions')}${besideText(policy, 'revocations')}`,
    ],
    ['settings', text(record['settings'])],
    ['decided by', `${text(record['software'])}, ${cacheText(fields(record['cache']))}`],
  ]
}

/** What lay over the policy. */
const besideText = (policy: Fields, what: string): string =>
  isNone(policy[what]) ? '' : `, ${what} ${text(policy[what])}`

export function refusalRows(record: Fields): readonly Row[] {
  const span = `${text(record['count'])} from ${text(record['first'])} to ${text(record['last'])}`
  return [
    ['refusals', span],
    ['address', text(record['address'])],
  ]
}

function askedByText({ issuer, subject, roles }: Fields): string {
  return `${text(subject)} of ${text(issuer)}, ${list(roles).map(text).join(', ')}`
}

function subjectRows(value: unknown): readonly Row[] {
  if (isNone(value)) return [['subject', 'no credential was verified']]
  const { subject, issuer, kind, ...rest } = fields(value)
  return [
    ['subject', `${text(kind)} ${text(subject)} of ${text(issuer)}`],
    ['', pairs(rest)],
  ]
}

function placeRows(value: unknown): readonly Row[] {
  if (isNone(value)) return [['place', 'not looked up']]
  const place = fields(value)
  const where = [place['country'], place['region']].filter((name) => !isNone(name)).map(text)
  const named = where.length > 0 ? where.join(' ') : 'no country'
  const anonymizer = place['anonymizer'] === null ? 'not known' : text(place['anonymizer'])
  return [
    ['place', `${named} (${text(place['state'])}, by ${text(place['source'])})`],
    ['', `address ${text(place['address'])}, anonymizer ${anonymizer}`],
    ['', `database ${text(place['database'])}`],
  ]
}

function modelText(value: unknown): string {
  const { pointer, name, model, variant, modes } = fields(value)
  const exact = model === null ? 'not in the catalogue' : text(model)
  const more = [
    variant === null ? '' : `variant ${text(variant)}`,
    list(modes).length === 0 ? '' : `modes ${list(modes).map(text).join(', ')}`,
  ]
  return [`${text(pointer)}: ${text(name)} → ${exact}`, ...more.filter((part) => part !== '')].join(', ')
}

export function outcomeText(record: Fields): string {
  const { ending, reason, status, upstreamStatus, bytes, outputTokens, servedModel, lastByteAt, at } = record
  const parts = [
    reason === null ? text(ending) : `${text(ending)} (${text(reason)})`,
    `status ${text(status)}, upstream ${text(upstreamStatus)}`,
    `${text(bytes)} bytes`,
    outputTokens === null ? '' : `${text(outputTokens)} output tokens`,
    servedModel === null ? '' : `served by ${text(servedModel)}`,
    lastByteAt === null ? '' : `last byte at ${text(lastByteAt)}`,
    `recorded at ${text(at)}`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}

export function positionText({ origin, seq, covered }: FoundRecord): string {
  const cover = covered ? 'covered by a checkpoint (`log verify` proves it)' : 'not covered by a checkpoint yet'
  return `line ${seq} of ${inert(origin)}, ${cover}`
}

function cacheText({ state, of }: Fields): string {
  return state === 'computed' ? 'computed for this request' : `from ${text(state)}, computed as ${text(of)}`
}

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return typeof value === 'object' && value !== null ? [value] : []
}

function isNone(value: unknown): boolean {
  return value === null || value === undefined
}

function pairs(value: Fields): string {
  return Object.entries(value)
    .map(([name, item]) => `${inert(name)} ${text(item)}`)
    .join(', ')
}

/** Never the raw text: what stands in a record came from a stranger (threat L9). */
export function text(value: unknown): string {
  if (isNone(value)) return 'none'
  const cut = fields(value)['$trunc']
  if (cut !== undefined) return `(${text(fields(cut)['len'])} bytes, ${text(fields(cut)['hmac'])})`
  return inert(value)
}
