// Counter-example: one request that breaks a claim, for people and for machines: in words, as a case that can be explained and kept,
// and with what let it through or stood in its way.

import type { Decision, Determination, Facts } from '../../vocabulary/decision.ts'
import { instantText } from '../../vocabulary/instant-text.ts'
import { answerOf } from '../case/case.ts'
import type { CompiledDirective, Policy } from '../engine/policy.ts'
import { describe, type RequestClass, requestOf, type WrittenCase, writtenCase } from '../space/index.ts'

export interface CounterExample {
  /** The whole request in a sentence, with its instant. */
  readonly says: string
  /** `permit`, or `deny <reason>`. */
  readonly answer: string
  /** What each directive said, in sentences. */
  readonly because: readonly string[]
  readonly case: WrittenCase
  readonly facts: Facts
  /** Milliseconds since the epoch. */
  readonly instant: number
}

/** @param isPermitClaimed a denial breaks the claim: only what stands in the way is told */
export function counterExample(
  asked: RequestClass,
  decision: Decision,
  policy: Policy,
  isPermitClaimed: boolean,
): CounterExample {
  const { instant } = asked.slice
  const facts = requestOf(asked)
  const answer = answerOf(decision)
  return {
    says: `on ${instantText(instant)} ${describe(facts, instant)}: ${effectWords(decision)}`,
    answer,
    because: isPermitClaimed ? inTheWay(decision) : throughs(asked, decision, policy),
    case: writtenCase(facts, instant, answer),
    facts,
    instant,
  }
}

const effectWords = ({ effect, reason }: Decision): string =>
  effect === 'permit' ? `permitted (${reason})` : `denied (${reason})`

const inTheWay = ({ determinations }: Decision): readonly string[] =>
  determinations
    .filter(({ result }) => result === 'violated' || result === 'indeterminate')
    .map(({ directive, version, result, limbs }) => {
      const ways = limbs.flatMap(({ limb, reason }) => (reason === null ? [] : [`limb \`${limb}\` (${reason})`]))
      return `${directive}@${version} is ${result} by ${ways.join(' and ')}`
    })

/** Each directive that concerns the model, and why it did not deny. */
function throughs({ slice, operation }: RequestClass, { determinations }: Decision, policy: Policy): readonly string[] {
  const { model } = slice.resource.resource
  const concerning = policy.concerning.get(model)?.restricting ?? []
  const silent = concerning.filter(
    ({ source }) => !determinations.some((one) => one.directive === source.id && one.version === source.version),
  )
  const isOpen = operation.phase === 'continue'
  const sentences = [
    ...determinations.map(throughWords),
    ...silent.map((one) => silentWords(one, slice.instant, isOpen)),
  ]
  return sentences.length === 0 ? [`no directive concerns ${model}`] : sentences
}

function throughWords({ directive, version, result, limbs }: Determination): string {
  const name = `${directive}@${version}`
  const flags = [...new Set(limbs.flatMap((limb) => limb.flags))]
  if (flags.includes('would_deny')) return `${name} would deny it, but is report-only`
  const grants = limbs.flatMap((limb) =>
    limb.grants.flatMap(({ grant, result: did }) =>
      did === 'discharged' ? [`limb \`${limb.limb}\` by grant ${grant}`] : [],
    ),
  )
  const risks = flags
    .filter((flag) => flag.startsWith('accepted_risk:'))
    .map((flag) => flag.slice('accepted_risk:'.length))
  if (grants.length > 0) return `${name} is discharged: ${[...new Set(grants)].join(', ')}`
  if (risks.length > 0)
    return `${name} is satisfied: what is unknown to limb \`${risks.join('`, `')}\` is an accepted risk`
  return `${name} is ${result}: ${limbs.length === 1 ? 'its limb does' : 'its limbs do'} not match`
}

function silentWords({ source, rule: { from, to } }: CompiledDirective, instant: number, isOpen: boolean): string {
  const name = `${source.id}@${source.version}`
  if (instant < from) return `${name} is not in force yet: from ${instantText(from)}`
  if (instant >= to) return `${name} is in force no more: until ${instantText(to)}`
  if (isOpen && source.inFlight.kind !== 'terminate')
    return `${name} lets answers that are open go on (${source.inFlight.kind})`
  return `${name} is in force, but its scope does not reach this`
}
