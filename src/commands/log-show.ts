// One decision as a tree: every fact that it rests on, from the request down to the evidence of each predicate.
// Fields are read as they stand: a record may be of a newer software, or hold `$trunc` in place of a long value.
import type { FoundRecord, ShownRecord } from '../decision-log/index.ts'
import { inert } from '../vocabulary/inert.ts'

interface Branch {
  readonly text: string
  readonly under?: readonly Branch[]
}

type Fields = Readonly<Record<string, unknown>>

/** Total: a record of a shape that nobody of ours writes is shown as its line. */
export function shownAsTree(shown: ShownRecord): string {
  try {
    return treeOf(shown)
  } catch {
    return [shown.decision, ...shown.outcomes].map(({ line }) => inert(line)).join('\n')
  }
}

/** One document; where a record cannot be written as JSON, its lines as text. */
export function shownAsJson({ decision, outcomes }: ShownRecord): string {
  const { origin, covered, record, line } = decision
  try {
    return inert(JSON.stringify({ origin, covered, decision: record, outcomes: outcomes.map((each) => each.record) }))
  } catch {
    return inert(JSON.stringify({ origin, covered, lines: [line, ...outcomes.map((each) => each.line)] }))
  }
}

function treeOf({ decision, outcomes }: ShownRecord): string {
  const { record } = decision
  const head =
    record.k === 'decision'
      ? `${inert(record['effect'])}: ${inert(record['reason'])} (${inert(record['basis'])})`
      : `${inert(record.k)}: ${inert(record['reason'])}`
  const branches = record.k === 'decision' ? decisionBranches(record) : countBranches(record)
  const became = outcomes.map((outcome) => branch('outcome', outcomeText(outcome.record)))
  const place = branch('record', placeText(decision))
  const lines = draw([...branches, ...(became.length > 0 ? became : [branch('outcome', 'none yet')]), place], '')
  return [`${inert(record['id'])}  ${inert(record['at'])}`, head, ...lines].join('\n')
}

function decisionBranches(record: Fields): Branch[] {
  const request = fields(record['request'])
  const policy = fields(record['policy'])
  const cache = fields(record['cache'])
  const stream = request['stream'] === true ? ', stream' : ''
  return [
    branch(
      'asked',
      `${text(request['method'])} ${text(request['operation'])}, phase ${text(request['phase'])}${stream}, ${text(request['length'])} bytes, via ${text(request['via'])}`,
    ),
    ...(isNone(record['decidedFor']) ? [] : [branch('decided for', `${text(record['decidedFor'])}, a what-if`)]),
    ...(isNone(record['askedBy']) ? [] : [branch('asked by', askedByText(fields(record['askedBy'])))]),
    subjectBranch(record['subject']),
    placeBranch(record['place']),
    branch('models', '', list(record['models']).map(modelBranch)),
    branch('directives', '', list(record['determinations']).map(determinationBranch)),
    branch(
      'obligations',
      '',
      list(record['obligations']).map((item) => ({ text: pairs(fields(item)) })),
    ),
    branch('told', `${text(record['told'])}${isNone(record['detail']) ? '' : ` — ${text(record['detail'])}`}`),
    branch('valid until', record['validUntil'] === null ? 'no instant changes it' : text(record['validUntil'])),
    branch(
      'policy',
      record['policy'] === null
        ? 'none was loaded'
        : `${text(policy['digest'])}, serial ${text(policy['serial'])}${policy['unsigned'] === true ? ', unsigned' : ''}`,
    ),
    branch('settings', text(record['settings'])),
    branch('decided by', `${text(record['software'])}, ${cacheText(cache)}`),
  ]
}

function countBranches(record: Fields): Branch[] {
  const span = `${text(record['count'])} from ${text(record['first'])} to ${text(record['last'])}`
  return [branch('refusals', span), branch('address', text(record['address']))]
}

function askedByText({ issuer, subject, roles }: Fields): string {
  return `${text(subject)} of ${text(issuer)}, ${list(roles).map(text).join(', ')}`
}

function subjectBranch(value: unknown): Branch {
  if (isNone(value)) return branch('subject', 'no credential was verified')
  const { subject, issuer, kind, ...rest } = fields(value)
  return branch('subject', `${text(kind)} ${text(subject)} of ${text(issuer)}`, [{ text: pairs(rest) }])
}

function placeBranch(value: unknown): Branch {
  if (isNone(value)) return branch('place', 'not looked up')
  const place = fields(value)
  const where = [place['country'], place['region']].filter((name) => !isNone(name)).map(text)
  const named = where.length > 0 ? where.join(' ') : 'no country'
  return branch('place', `${named} (${text(place['state'])}, by ${text(place['source'])})`, [
    {
      text: `address ${text(place['address'])}, anonymizer ${place['anonymizer'] === null ? 'not known' : text(place['anonymizer'])}`,
    },
    { text: `database ${text(place['database'])}` },
  ])
}

function modelBranch(value: unknown): Branch {
  const { pointer, name, model, variant, modes } = fields(value)
  const exact = model === null ? 'not in the catalogue' : text(model)
  const more = [
    variant === null ? '' : `variant ${text(variant)}`,
    list(modes).length === 0 ? '' : `modes ${list(modes).map(text).join(', ')}`,
  ]
  return { text: [`${text(pointer)}: ${text(name)} → ${exact}`, ...more.filter((part) => part !== '')].join(', ') }
}

function grantText(value: unknown): string {
  const { grant, party, result } = fields(value)
  return `grant ${text(grant)} for ${text(party)}: ${text(result)}`
}

function determinationBranch(value: unknown): Branch {
  const { directive, version, resource, result, limbs } = fields(value)
  return {
    text: `${text(directive)} version ${text(version)} on ${text(resource)}: ${text(result)}`,
    under: list(limbs).map(limbBranch),
  }
}

function limbBranch(value: unknown): Branch {
  const { limb, value: truth, reason, grants, flags, predicates } = fields(value)
  const parts = [
    `limb ${text(limb)}: ${text(truth)}`,
    isNone(reason) ? '' : text(reason),
    ...list(grants).map(grantText),
    list(flags).length === 0 ? '' : `flags ${list(flags).map(text).join(', ')}`,
  ]
  return { text: parts.filter((part) => part !== '').join(', '), under: list(predicates).map(predicateBranch) }
}

function predicateBranch(value: unknown): Branch {
  const { predicate, value: truth, evidence } = fields(value)
  return {
    text: `${text(predicate)} = ${text(truth)}`,
    under: list(evidence).map((item) => {
      const { name, state, source, verifiedAt } = fields(item)
      return { text: `${text(name)} ${text(state)}, from ${text(source)}, ${whenText(verifiedAt)}` }
    }),
  }
}

function whenText(verifiedAt: unknown): string {
  if (typeof verifiedAt !== 'number') return 'at no known time'
  const when = new Date(verifiedAt)
  return Number.isNaN(when.getTime()) ? `at ${verifiedAt}, which is no instant` : `at ${when.toISOString()}`
}

function outcomeText(record: Fields): string {
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

function placeText({ origin, seq, covered }: FoundRecord): string {
  const cover = covered ? 'covered by a checkpoint (`log verify` proves it)' : 'not covered by a checkpoint yet'
  return `line ${seq} of ${inert(origin)}, ${cover}`
}

function cacheText({ state, of }: Fields): string {
  return state === 'computed' ? 'computed for this request' : `from ${text(state)}, computed as ${text(of)}`
}

function branch(name: string, value: string, under: readonly Branch[] = []): Branch {
  return { text: `${name.padEnd(12)} ${value === '' && under.length === 0 ? 'none' : value}`.trimEnd(), under }
}

function draw(branches: readonly Branch[], indent: string): string[] {
  return branches.flatMap(({ text: line, under = [] }, i) => {
    const isLast = i === branches.length - 1
    return [`${indent}${isLast ? '└─' : '├─'} ${line}`, ...draw(under, `${indent}${isLast ? '   ' : '│  '}`)]
  })
}

function fields(value: unknown): Fields {
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
function text(value: unknown): string {
  if (isNone(value)) return 'none'
  const cut = fields(value)['$trunc']
  if (cut !== undefined) return `(${text(fields(cut)['len'])} bytes, ${text(fields(cut)['hmac'])})`
  return inert(value)
}
