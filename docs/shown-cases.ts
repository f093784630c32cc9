// Cases that a printed page shows: asked of the reference directives, or of them with one change that the page names, and decided
// while the page is printed, so that no page can show an answer that the engine does not give.
import { readdirSync, readFileSync } from 'node:fs'
import type { JsonValue } from '../src/json/index.ts'
import {
  decide,
  factsOf,
  loadPolicy,
  type Policy,
  readCase,
  unconfirmed,
  withIssuers,
  withSuspensions,
} from '../src/policy/index.ts'
import { compilePolicy, flow } from '../src/policy/read/index.ts'
import type { Decision, Facts } from '../src/vocabulary/decision.ts'
import type { Unusable } from '../src/vocabulary/evidence.ts'
import type { Subject } from '../src/vocabulary/party.ts'
import { readYaml } from '../src/yaml/index.ts'
import { type Overlay, scenarioTexts } from '../test/support/scenario.ts'

/** Words of one file that stand otherwise. */
export interface Change {
  readonly file: string
  readonly was: string
  readonly is: string
}

export interface Asked {
  readonly title: string
  /** As people write it, without `when` and `expect`. */
  readonly case: Readonly<Record<string, unknown>>
  /** RFC 3339 */
  readonly at: string
  readonly overlay?: Overlay | undefined
  readonly change?: Change | undefined
  readonly without?: string | undefined
  /** A family that an officer has closed. */
  readonly suspended?: string | undefined
  /** The gate follows a fleet’s control, and its lease has run out. */
  readonly isUnconfirmed?: true | undefined
  /** What became of the caller's evidence: a case has no word for it. */
  readonly evidenceIs?: Unusable | undefined
  readonly clockUncertaintyMs?: number | undefined
}

export interface ShownCase {
  readonly asked: Asked
  readonly decision: Decision
}

const policies = new Map<string, { readonly policy: Policy; readonly issuers: Readonly<Record<string, string>> }>()

function policyOf({ overlay, change, without }: Asked): NonNullable<ReturnType<typeof policies.get>> {
  const key = JSON.stringify([overlay, change, without])
  const known = policies.get(key)
  if (known !== undefined) return known
  const texts = scenarioTexts(overlay ?? null).filter(({ path }) => path !== without)
  const changed = texts.map((one) => (one.path === change?.file ? { ...one, text: replaced(one.text, change) } : one))
  const compilation = compilePolicy(changed, { serial: 1, examples: 'told' })
  if (compilation.kind === 'faults') throw new Error(compilation.faults.map(({ message }) => message).join('\n'))
  const made = { policy: loadPolicy(compilation.bundle as unknown as JsonValue), issuers: compilation.issuers }
  policies.set(key, made)
  return made
}

function replaced(text: string, { file, was, is }: Change): string {
  if (!text.includes(was)) throw new Error(`${file} does not say \`${was}\``)
  return text.replace(was, () => is)
}

export function show(asked: Asked): ShownCase {
  const reading = readCase({ ...asked.case, expect: 'permit' }, Date.parse(asked.at))
  if (reading.kind === 'faults') throw new Error(`${asked.title}: ${JSON.stringify(reading.faults)}`)
  const { policy, issuers } = policyOf(asked)
  const one = withIssuers(reading.case, new Map(Object.entries(issuers)))
  const by = {
    id: 'one',
    of: { kind: 'family', family: asked.suspended ?? '' },
    why: 'a letter',
    by: 'officer',
    since: 0,
  } as const
  const laid = asked.suspended === undefined ? policy : withSuspensions(policy, [by])
  const asOf = asked.isUnconfirmed === true ? unconfirmed(laid) : laid
  const facts = spoilt(factsOf(one), asked.evidenceIs)
  return { asked, decision: decide(asOf, facts, one.when, { clockUncertaintyMs: asked.clockUncertaintyMs ?? 0 }) }
}

function spoilt(facts: Facts, state: Unusable | undefined): Facts {
  if (state === undefined) return facts
  const { caller } = facts
  const subject: Subject = { ...caller.subject, evidence: caller.subject.evidence.map((one) => ({ ...one, state })) }
  return { ...facts, caller: { ...caller, subject } }
}

/** The case as it stands in a policy file, and in what its policy differs from `policies/`. */
export function caseText({ asked, decision }: ShownCase): string {
  const { when = asked.at, expect: _, name: __, overlay: ___, ...said } = asked.case
  const answer = decision.effect === 'permit' ? 'permit' : `deny ${decision.reason}`
  const status = decision.stepUp ? ' 401' : ''
  const rows = Object.entries({ ...said, when, expect: `${answer}${status}` }).map(
    ([key, one]) => `${key}: ${flow(typed(one))}`,
  )
  return `\`\`\`yaml\n${rows.join('\n')}\n\`\`\``
}

export function circumstances({ asked }: ShownCase): string {
  const { overlay, change, without, suspended, isUnconfirmed, evidenceIs, clockUncertaintyMs } = asked
  const parts = [
    ...(overlay === undefined ? [] : [`with the overlay ${overlay} of \`test/scenarios\``]),
    ...(change === undefined
      ? []
      : [`where \`${change.file}\` says \`${inline(change.is)}\` and not \`${inline(change.was)}\``]),
    ...(without === undefined ? [] : [`without \`${without}\``]),
    ...(suspended === undefined ? [] : [`while an officer has suspended ${suspended}`]),
    ...(isUnconfirmed === undefined ? [] : ['by a gate whose lease has run out']),
    ...(evidenceIs === undefined ? [] : [evidenceWords[evidenceIs]]),
    ...(clockUncertaintyMs === undefined ? [] : [`on a machine whose clock is uncertain by ${clockUncertaintyMs} ms`]),
  ]
  return parts.length === 0 ? 'Asked of `policies/`' : `Asked of \`policies/\`, ${parts.join(', ')}`
}

/** The strict reader keeps `true` and `500` as text, and `flow` would put quotation marks around them. */
export function typed(value: unknown): unknown {
  if (value === 'true' || value === 'false') return value === 'true'
  if (typeof value === 'string' && /^(?:0|[1-9]\d*)$/.test(value)) return Number(value)
  if (Array.isArray(value)) return value.map(typed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, typed(one)]))
}

const inline = (text: string): string => text.replace(/\s+/g, ' ').trim()
const evidenceWords: Readonly<Record<Unusable, string>> = {
  revoked: 'after the issuer took back what it said of the caller',
  invalid: 'where what the issuer says of the caller cannot be read',
  unavailable: 'while the source of what is said of the caller does not answer',
}

/** Every row of test/scenarios, as it is written. */
export function writtenScenarios(): readonly Asked[] {
  const folder = new URL('../test/scenarios/', import.meta.url)
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
  return files.toSorted().flatMap((file) => {
    const reading = readYaml(readFileSync(new URL(file, folder), 'utf8'))
    if (reading.kind === 'faults') throw new Error(`${file} cannot be read`)
    const { title, at, cases } = reading.value as {
      title: string
      at: string
      cases: Record<string, unknown>[]
    }
    return cases.map(({ name, overlay, ...said }) => ({
      title: `${title}: ${String(name)}`,
      case: said,
      at,
      overlay: overlay as Overlay | undefined,
    }))
  })
}
