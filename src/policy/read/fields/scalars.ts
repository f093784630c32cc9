// The single values of the policy language. Each has one spelling; times always carry their offset, days never carry a time.
import { isCountryCode, isRegionCode } from '../../../vocabulary/country.ts'
import { type Field, scalar } from './shape.ts'

const ok = <T>(value: T): { readonly value: T } => ({ value })

/** Prose or a name, without blanks around it. */
export const text: Field<string> = scalar('wrong-text', (raw) =>
  raw.trim() === '' ? 'is empty: write it out' : ok(raw.trim()),
)

/** Id of a directive, list, organization, register: lower-case words joined by `-` or `.`. */
export const identifier: Field<string> = scalar('wrong-id', (raw) =>
  /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(raw) && raw.length <= 100
    ? ok(raw)
    : `\`${raw}\` is no id: use lower-case letters, digits, \`-\` and \`.\``,
)

/** Name of a model as requests carry it. Case counts; control characters and blanks never occur. */
export const modelName: Field<string> = scalar('wrong-name', (raw) =>
  /^[\x21-\x7e]{1,256}$/.test(raw)
    ? ok(raw)
    : `\`${raw}\` is no model name: printable ASCII without blanks, at most 256 characters`,
)

const instantForm = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?(Z|[+-]\d\d:\d\d)$/

/** RFC 3339 with its offset, milliseconds since the epoch. Calendar faults (31 June, 24:00, leap seconds) are not rounded away. */
const readInstant = (raw: string): { readonly value: number } | string => {
  const match = instantForm.exec(raw)
  if (match === null) {
    const why = /^\d{4}-\d\d-\d\d/.test(raw) ? 'needs its time and offset' : 'is no instant'
    return `\`${raw}\` ${why}: write it like 2026-06-12T21:21:00Z`
  }
  const [, year, month, day, hour, minute, second] = match.map(Number)
  const local = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second)
  const same = new Date(local).toISOString().slice(0, 19) === raw.slice(0, 19)
  const instant = Date.parse(raw)
  return same && Number.isFinite(instant) ? ok(instant) : `\`${raw}\` is on no calendar: check day, hour and offset`
}

export const instant: Field<number> = scalar('wrong-instant', readInstant)

const orWord = (word: string, code: string): Field<number | null> =>
  scalar(code, (raw) => (raw === word ? { value: null } : readInstant(raw)))

/** End of a directive. */
export const ends: Field<number | null> = orWord('when-withdrawn', 'wrong-instant')
/** End of a grant or of a register's entry. */
export const until: Field<number | null> = orWord('further-notice', 'wrong-instant')

/** A calendar day (a reminder, a day of decision): its first instant in UTC. Nothing is decided by it. */
export const day: Field<number> = scalar('wrong-day', (raw) => {
  const read = /^\d{4}-\d\d-\d\d$/.test(raw) ? readInstant(`${raw}T00:00:00Z`) : ''
  return typeof read === 'string' ? `\`${raw}\` is no day: write it like 2026-12-12` : read
})

const units: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 }

const readDuration = (raw: string): { readonly value: number } | string => {
  const match = /^([1-9]\d{0,6})([dhms])$/.exec(raw)
  if (match === null) return `\`${raw}\` is no length of time: write it like 30d, 12h, 90m or 20s`
  return ok(Number(match[1]) * (units[match[2] ?? ''] ?? Number.NaN))
}

/** Greatest age, milliseconds; null: `no-limit`. */
export const age: Field<number | null> = scalar('wrong-duration', (raw) =>
  raw === 'no-limit' ? ok(null) : readDuration(raw),
)

/** A length of time in whole seconds. */
export const seconds: Field<number> = scalar('wrong-duration', (raw) => {
  const read = readDuration(raw)
  return typeof read === 'string' ? read : ok(read.value / 1_000)
})

/** A whole number above zero. */
export const count: Field<number> = scalar('wrong-number', (raw) => {
  const value = /^[1-9]\d{0,15}$/.test(raw.replaceAll('_', '')) ? Number(raw.replaceAll('_', '')) : Number.NaN
  return Number.isSafeInteger(value) ? ok(value) : `\`${raw}\` is no whole number above zero`
})

export const yesNo: Field<boolean> = scalar('wrong-yes-no', (raw) =>
  raw === 'true' || raw === 'false' ? ok(raw === 'true') : `\`${raw}\` is neither \`true\` nor \`false\``,
)

export function choice<const Word extends string>(...words: readonly Word[]): Field<Word> {
  return scalar('wrong-word', (raw) => {
    const found = words.find((word) => word === raw)
    return found === undefined ? `\`${raw}\` is none of ${words.map((word) => `\`${word}\``).join(', ')}` : ok(found)
  })
}

export const digest: Field<string> = scalar('wrong-digest', (raw) =>
  /^sha256:[0-9a-f]{64}$/.test(raw) ? ok(raw) : `\`${raw}\` is no digest: \`sha256:\` and 64 hexadecimal digits`,
)

/** ISO 3166-1 alpha-2, as people write it in a policy: one spelling, upper case. */
export const country: Field<string> = scalar('unknown-country', (raw) =>
  isCountryCode(raw) ? ok(raw) : noCountry(raw),
)

/** A country, or an ISO 3166-2 subdivision of one. */
export const place: Field<string> = scalar('unknown-country', (raw) =>
  isCountryCode(raw) || isRegionCode(raw) ? ok(raw) : noCountry(raw),
)

const noCountry = (raw: string): string => {
  const upper = raw.toUpperCase()
  return upper !== raw && (isCountryCode(upper) || isRegionCode(upper))
    ? `\`${raw}\` must be written in upper case: ${upper}`
    : `\`${raw}\` is no country: use ISO 3166-1 alpha-2 (IR), for a region ISO 3166-2 (UA-43)`
}

/** A subject as registers and examples name it: short id of the issuer (registers/issuers.yaml), `/`, its `sub`. */
export interface SubjectName {
  readonly issuer: string
  readonly subject: string
}

export const subject: Field<SubjectName> = scalar('wrong-subject', (raw) => {
  const slash = raw.indexOf('/')
  const [issuer, name] = [raw.slice(0, Math.max(0, slash)), raw.slice(slash + 1)]
  return issuer !== '' && name !== '' && name.trim() === name
    ? ok({ issuer, subject: name })
    : `\`${raw}\` is no subject: write \`issuer-id/sub\`, as in \`demo/us-citizen\``
})

/** The first of two readers that fits; the second one's complaint if neither does. */
export function scalarOr<A, B>(first: Field<A>, second: Field<B>): Field<A | B> {
  return scalar<A | B>('wrong-value', (raw) => {
    const one = first.safeParse(raw)
    if (one.success) return ok<A | B>(one.data)
    const two = second.safeParse(raw)
    return two.success ? ok<A | B>(two.data) : (two.error.issues[0]?.message ?? 'is not known')
  })
}
