// What `policy status` and `policy publish` print: people's text, a line for each gateway, or control's own document.
import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import { inert } from '../vocabulary/inert.ts'

export function statusReport(body: JsonObject, format: 'human' | 'plain' | 'json'): string {
  if (format === 'json') return `${inert(JSON.stringify(body))}\n`
  const gates = gatesOf(body)
  if (format === 'plain') return gates.map((one) => `${columns.map((name) => cellOf(one[name])).join('\t')}\n`).join('')
  const { policy, exposure } = body
  if (!isJsonObject(policy)) return 'Nothing is published yet.\n'
  const registers = policy['registers_serial'] === 0 ? '' : `, registers serial ${textOf(policy['registers_serial'])}`
  const head = `Policy serial ${textOf(policy['serial'])}${registers}, published ${textOf(policy['published_at'])} by ${officerOf(policy['published_by'])}\n${textOf(policy['digest'])}\n`
  const suspended = listOf(body['suspensions']).map(
    (one) => `Suspended since ${textOf(one['since'])}: ${textOf(one['of'])}\n`,
  )
  const amounts = listOf(body['amounts']).map(
    (one) =>
      `Of \`${textOf(one['grant'])}\`, ${textOf(one['handed_out'])} of ${textOf(one['of'])} output tokens are handed out\n`,
  )
  return `${head}${suspended.join('')}${revokedText(body['revocations'])}${amounts.join('')}\n${table(gates)}${unlistedText(body)}\n${exposureText(exposure)}`
}

/** Every gateway enforces what is published, suspended and revoked, or is shut. */
export const isEverywhere = (body: JsonObject): boolean =>
  isJsonObject(body['policy']) &&
  body['gates_unlisted'] !== true &&
  gatesOf(body).every(({ standing }) => standing !== 'behind')

const columns = ['gate', 'standing', 'serial', 'registers_serial', 'since', 'confirmed_until', 'lacks'] as const

function table(gates: readonly JsonObject[]): string {
  if (gates.length === 0) return 'No gateway is listed: none has reported, or all have ended in order.\n'
  const head = ['gateway', 'is', 'serial', 'registers', 'enforced since', 'confirmed until', 'lacks']
  const rows = [head, ...gates.map((one) => columns.map((name) => cellOf(one[name])))]
  const widths = head.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

function exposureText(exposure: JsonValue | undefined): string {
  if (!isJsonObject(exposure)) return ''
  const named = (key: string): string =>
    Array.isArray(exposure[key]) ? exposure[key].map((one) => inert(one)).join(', ') : ''
  const [open, shut] = [named('not_acknowledged'), named('shut')]
  const left = shut === '' ? '' : `Shut, since they cannot confirm it: ${shut}.\n`
  if (open !== '')
    return `Exposure window: open since ${textOf(exposure['from'])}; not acknowledged by ${open}.\n${left}`
  if (exposure['until'] === null) return left
  return `Exposure window: ${textOf(exposure['milliseconds'])} ms, until ${textOf(exposure['until'])}.\n${left}`
}

function revokedText(revocations: JsonValue | undefined): string {
  const count = isJsonObject(revocations) ? revocations['count'] : 0
  return typeof count === 'number' && count > 0
    ? `${count === 1 ? '1 revocation' : `${count} revocations`} in force: \`portcullis revoke list\`\n`
    : ''
}

const unlistedText = (body: JsonObject): string =>
  body['gates_unlisted'] === true
    ? 'More gateways report than can be listed: nobody can say of the others what they enforce.\n'
    : ''

const cellOf = (value: JsonValue | undefined): string =>
  Array.isArray(value) ? textOf(value.length === 0 ? null : value.join(', ')) : textOf(value)

const listOf = (value: JsonValue | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : []

const gatesOf = (body: JsonObject): readonly JsonObject[] => listOf(body['gates'])

const textOf = (value: JsonValue | undefined): string => (value === null || value === undefined ? '–' : inert(value))

const officerOf = (value: JsonValue | undefined): string =>
  isJsonObject(value) ? `${textOf(value['subject'])} of ${textOf(value['issuer'])}` : 'somebody before a crash'
