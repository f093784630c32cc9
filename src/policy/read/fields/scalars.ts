// The single values of the policy language. Each has one spelling; times always carry their offset, days never carry a time.
import { isCountryCode, isRegionCode } from '../../../vocabulary/country.ts'
import { nearest } from '../../../vocabulary/nearest.ts'
import { isKnownRegion, regionsOf } from './regions.ts'
import { type Field, scalar } from './shape.ts'

const ok = <T>(value: T): { readonly value: T } => ({ value })

/** In an editor `5` is a number and `no` may be a boolean; here both are their text. */
const anyScalar = ['string', 'number', 'boolean']

/** Prose or a name, without blanks around it. */
export const text: Field<string> = scalar(
  'wrong-text',
  (raw) => (raw.trim() === '' ? 'is empty: write it out' : ok(raw.trim())),
  { title: 'text', type: anyScalar, pattern: '\\S' },
)

const idForm = /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/

/** Id of a directive, list, organization, register: lower-case words joined by `-` or `.`. */
export const identifier: Field<string> = scalar(
  'wrong-id',
  (raw) =>
    raw.length <= 100 && idForm.test(raw)
      ? ok(raw)
      : `${shown(raw)} is no id: use lower-case letters, digits, \`-\` and \`.\`${lookAlike(raw)}`,
  { title: 'id', type: anyScalar, pattern: idForm.source, maxLength: 100 },
)

const modelForm = /^[\x21-\x7e]{1,256}$/

/** Name of a model as requests carry it. Case counts; control characters and blanks never occur. */
export const modelName: Field<string> = scalar(
  'wrong-name',
  (raw) =>
    modelForm.test(raw)
      ? ok(raw)
      : `${shown(raw)} is no model name: printable ASCII without blanks, at most 256 characters${lookAlike(raw)}`,
  { title: 'model name', type: anyScalar, pattern: modelForm.source },
)

/** No complaint repeats a megabyte. */
const shown = (raw: string): string => `\`${raw.length <= 80 ? raw : `${raw.slice(0, 77)}…`}\``

/** A Cyrillic а looks like a Latin one; the eye does not find it. */
function lookAlike(raw: string): string {
  const other = /[^\x20-\x7e]/u.exec(raw)?.[0]
  if (other === undefined) return ''
  const code = other.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
  return `; \`${other}\` is U+${code}, which is none of these, whatever it looks like`
}

const instantForm = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?(Z|[+-]\d\d:\d\d)$/

/** RFC 3339 with its offset, milliseconds since the epoch. Calendar faults (31 June, 24:00, leap seconds) are not rounded away. */
const readInstant = (raw: string): { readonly value: number } | string => {
  const match = instantForm.exec(raw)
  if (match === null) {
    const why = /^\d{4}-\d\d-\d\d/.test(raw) ? 'needs its time and offset' : 'is no instant'
    return `\`${raw}\` ${why}: write it like 2026-06-12T21:21:00Z`
  }
  const instant = Date.parse(raw)
  return Number.isFinite(instant) && isOnCalendar(raw)
    ? ok(instant)
    : `\`${raw}\` is on no calendar: check day, hour and offset`
}

/** What is written comes back as it was written: `Date` takes 31 June for the first of July, and 24:00 for the next day. */
function isOnCalendar(raw: string): boolean {
  const [day, hour] = [Number(raw.slice(8, 10)), Number(raw.slice(11, 13))]
  return (day <= 28 && hour < 24) || new Date(`${raw.slice(0, 19)}Z`).getUTCDate() === day
}

const writtenInstant = { type: 'string', pattern: instantForm.source }

export const instant: Field<number> = scalar('wrong-instant', readInstant, { title: 'instant', ...writtenInstant })

const orWord = (word: string, code: string): Field<number | null> =>
  scalar(code, (raw) => (raw === word ? { value: null } : readInstant(raw)), {
    title: `instant or \`${word}\``,
    anyOf: [{ const: word }, writtenInstant],
  })

/** End of a directive. */
export const ends: Field<number | null> = orWord('when-withdrawn', 'wrong-instant')
/** End of a grant or of a register's entry. */
export const until: Field<number | null> = orWord('further-notice', 'wrong-instant')

/** A calendar day (a reminder, a day of decision): its first instant in UTC. Nothing is decided by it. */
export const day: Field<number> = scalar(
  'wrong-day',
  (raw) => {
    const read = /^\d{4}-\d\d-\d\d$/.test(raw) ? readInstant(`${raw}T00:00:00Z`) : ''
    return typeof read === 'string' ? `${shown(raw)} is no day: write it like 2026-12-12` : read
  },
  { title: 'day', type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
)

const units: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 }

const durationForm = /^([1-9]\d{0,6})([dhms])$/
const writtenDuration = { type: 'string', pattern: durationForm.source }

const readDuration = (raw: string): { readonly value: number } | string => {
  const match = durationForm.exec(raw)
  if (match === null) return `\`${raw}\` is no length of time: write it like 30d, 12h, 90m or 20s`
  return ok(Number(match[1]) * (units[match[2] ?? ''] ?? Number.NaN))
}

/** Greatest age, milliseconds; null: `no-limit`. */
export const age: Field<number | null> = scalar(
  'wrong-duration',
  (raw) => (raw === 'no-limit' ? ok(null) : readDuration(raw)),
  { title: 'length of time or `no-limit`', anyOf: [{ const: 'no-limit' }, writtenDuration] },
)

/** A length of time in whole seconds. */
export const seconds: Field<number> = scalar(
  'wrong-duration',
  (raw) => {
    const read = readDuration(raw)
    return typeof read === 'string' ? read : ok(read.value / 1_000)
  },
  { title: 'length of time', ...writtenDuration },
)

/** A whole number above zero. */
export const count: Field<number> = scalar(
  'wrong-number',
  (raw) => {
    const value = /^[1-9]\d{0,15}$/.test(raw.replaceAll('_', '')) ? Number(raw.replaceAll('_', '')) : Number.NaN
    return Number.isSafeInteger(value) ? ok(value) : `${shown(raw)} is no whole number above zero`
  },
  { title: 'whole number', type: ['integer', 'string'], minimum: 1, pattern: '^[1-9][0-9_]*$' },
)

export const yesNo: Field<boolean> = scalar(
  'wrong-yes-no',
  (raw) => (raw === 'true' || raw === 'false' ? ok(raw === 'true') : `${shown(raw)} is neither \`true\` nor \`false\``),
  { title: 'true or false', type: ['boolean', 'string'], enum: [true, false, 'true', 'false'] },
)

export function choice<const Word extends string>(...words: readonly Word[]): Field<Word> {
  return scalar(
    'wrong-word',
    (raw) => {
      const found = words.find((word) => word === raw)
      if (found !== undefined) return ok(found)
      const near = nearest(raw, words)
      const hint = near === undefined ? '' : `: did you mean \`${near}\`?`
      return `${shown(raw)} is none of ${words.map((word) => `\`${word}\``).join(', ')}${hint}`
    },
    { enum: words },
  )
}

export const digest: Field<string> = scalar(
  'wrong-digest',
  (raw) =>
    /^sha256:[0-9a-f]{64}$/.test(raw) ? ok(raw) : `${shown(raw)} is no digest: \`sha256:\` and 64 hexadecimal digits`,
  { title: 'digest', type: 'string', pattern: '^sha256:[0-9a-f]{64}$' },
)

/** ISO 3166-1 alpha-2, as people write it in a policy: one spelling, upper case. */
export const country: Field<string> = scalar(
  'unknown-country',
  (raw) => (isCountryCode(raw) ? ok(raw) : noCountry(raw)),
  { title: 'country code', type: 'string', pattern: '^[A-Z]{2}$' },
)

const placeForm = '[A-Z]{2}(?:-[A-Z0-9]{1,3})?'

/** A country, or an ISO 3166-2 subdivision of one that exists: a region that no database knows would match nothing, unseen. */
export const place: Field<string> = scalar(
  'unknown-country',
  (raw) => (isCountryCode(raw) || isKnownRegion(raw) ? ok(raw) : noPlace(raw)),
  { title: 'country or region code', type: 'string', pattern: `^${placeForm}$` },
)

const noCountry = (raw: string): string => {
  const upper = raw.toUpperCase()
  return upper !== raw && isCountryCode(upper)
    ? `${shown(raw)} must be written in upper case: ${upper}`
    : `${shown(raw)} is no country: use ISO 3166-1 alpha-2, as in IR`
}

const noPlace = (raw: string): string => {
  const upper = raw.toUpperCase()
  if (upper !== raw && (isCountryCode(upper) || isKnownRegion(upper)))
    return `${shown(raw)} must be written in upper case: ${upper}`
  if (!isRegionCode(raw))
    return `${shown(raw)} is no country: use ISO 3166-1 alpha-2 (IR), for a region ISO 3166-2 (UA-43)`
  const country = raw.slice(0, 2)
  const known = regionsOf(country)
  if (known.length === 0) return `\`${raw}\` is no region: ISO 3166-2 divides ${country} into none, name the country`
  const some = known.length > 30 ? `${known.slice(0, 30).join(', ')}, …` : known.join(', ')
  return `\`${raw}\` is no region of ${country}, so that it could never match; ISO 3166-2 has ${some}`
}

/** A subject as registers and examples name it: short id of the issuer (registers/issuers.yaml), `/`, its `sub`. */
export interface SubjectName {
  readonly issuer: string
  readonly subject: string
}

export const subject: Field<SubjectName> = scalar(
  'wrong-subject',
  (raw) => {
    const slash = raw.indexOf('/')
    const [issuer, name] = [raw.slice(0, Math.max(0, slash)), raw.slice(slash + 1)]
    return issuer !== '' && name !== '' && name.trim() === name
      ? ok({ issuer, subject: name })
      : `${shown(raw)} is no subject: write \`issuer-id/sub\`, as in \`demo/us-citizen\``
  },
  { title: 'subject', type: 'string', pattern: '^[^/]+/\\S(?:.*\\S)?$' },
)

/** A list's id in lower case, or a code in upper case. */
export const placeName: Field<string> = scalar(
  'wrong-value',
  (raw) => {
    const form = /^[a-z]/.test(raw) && !isCountryCode(raw.toUpperCase()) ? identifier : place
    const reading = form.safeParse(raw)
    return reading.success ? ok(reading.data) : (reading.error.issues[0]?.message ?? 'is not known')
  },
  { title: 'list id or code', type: anyScalar, pattern: `${idForm.source}|^${placeForm}$` },
)
