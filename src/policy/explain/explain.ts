// Explain: from what a decision or a record tells, and the bundle if it is at hand, to the whole explanation. Pure and total: what the
// bundle does not have goes without words, never without mention.

import type { Determination, Obligation } from '../../vocabulary/decision.ts'
import { instantText } from '../../vocabulary/instant-text.ts'
import { type Reason, reasons } from '../../vocabulary/reason.ts'
import type { Bundle } from '../bundle/bundle.ts'
import { callerText } from '../engine/caller-text.ts'
import type { Account, AskedModel } from './account.ts'
import { answerText } from './answer.ts'
import { decisiveOf } from './decisive.ts'
import { asideOf, directiveNode } from './directive-node.ts'
import { type Explanation, explanationFormat, type ObligationNode, type ResourceNode } from './explanation.ts'
import { listed, quoted } from './phrase.ts'
import { type Source, sourceOf } from './source.ts'

export function explain(account: Account, bundle?: Bundle): Explanation {
  const source = sourceOf(bundle)
  const decisive = decisiveOf(account, source)
  return {
    format: explanationFormat,
    effect: account.effect,
    basis: account.basis,
    reason: account.reason,
    answer: `${answerText(account, decisive, source)}.`,
    decidedFor: new Date(account.instant).toISOString(),
    policy: account.policy,
    quoted: source.given,
    decisive,
    resources: resourcesOf(account, source),
    obligations: account.obligations.map(obligationNode),
    validity: validityOf(account),
    told: toldOf(account, source),
    corrections: correctionsOf(account, source),
  }
}

/** In the order of the request; what was determined of no model that the account names comes last. */
function resourcesOf(account: Account, source: Source): readonly ResourceNode[] {
  const named = new Set(account.models.map(({ pointer }) => pointer))
  const others = [...new Set(account.determinations.map(({ resource }) => resource))].filter((one) => !named.has(one))
  const nameless = others.map(
    (pointer): AskedModel => ({ pointer, name: pointer, model: null, variant: null, modes: [] }),
  )
  return [...account.models, ...nameless].map((model) => {
    const determinations = account.determinations.filter(({ resource }) => resource === model.pointer)
    return {
      kind: 'resource',
      id: model.pointer,
      state: worstOf(determinations, account),
      says: modelText(model),
      under: determinations.map((one) => directiveNode(one, account, source)),
    }
  })
}

function worstOf(determinations: readonly Determination[], account: Account): Determination['result'] {
  const results = determinations.filter((one) => asideOf(one, account) === null).map(({ result }) => result)
  const worst = (['violated', 'indeterminate', 'satisfied'] as const).find((one) => results.includes(one))
  return worst ?? 'not-applicable'
}

function modelText({ pointer, name, model, variant, modes }: AskedModel): string {
  const exact =
    model === null ? `\`${name}\` (in no catalogue entry)` : name === model ? model : `\`${name}\`, which is ${model}`
  return [
    `${exact} at ${pointer}`,
    ...(variant === null ? [] : [`variant ${variant}`]),
    ...(modes.length === 0 ? [] : [`${modes.length === 1 ? 'mode' : 'modes'} ${listed(modes, 'or')}`]),
  ].join(', ')
}

const obligationWords: {
  readonly [Kind in Obligation['kind']]: (obligation: Extract<Obligation, { kind: Kind }>) => string
} = {
  'force-mode': ({ mode, pointer }) => `the gate fixes the mode of ${pointer} to \`${mode}\``,
  'cap-output-tokens': ({ max }) => `no more than ${max} output tokens`,
  'no-store': () => 'the model API is told to store nothing, and nothing is cached',
  'log-full': () => 'every predicate and obligation is recorded (never content)',
  'terminate-at': ({ at }) => `nothing flows from ${instantText(at)} on`,
  'recheck-every': ({ seconds }) => `an open answer is decided again at least every ${seconds} s`,
}

export const obligationKinds: readonly string[] = Object.keys(obligationWords)

function obligationNode(obligation: Obligation): ObligationNode {
  const words = obligationWords[obligation.kind] as (one: Obligation) => string
  const { kind } = obligation
  return { kind: 'obligation', id: kind, state: kind, says: words(obligation), under: [] }
}

function validityOf({ validUntil, instant }: Account): Explanation['validity'] {
  if (validUntil === null) return { until: null, says: 'no instant that is known today changes the answer' }
  const until = new Date(validUntil).toISOString()
  if (validUntil <= instant) return { until, says: 'the answer holds for this instant alone' }
  return { until, says: `the answer may change at ${instantText(validUntil)}, by time alone` }
}

function toldOf(account: Account, source: Source): Explanation['told'] {
  const { told: code, effect, reason, stepUp } = account
  if (effect === 'permit') return { code: null, says: 'the caller gets the answer of the model' }
  if (code === null) return { code, says: 'nothing is recorded of what the caller was told' }
  if (code === 'access_restricted') {
    return {
      code,
      says: 'the caller is told `access_restricted` alone: the instrument does not let its reason be told',
    }
  }
  const own = callerText(account.determinations, reason, source.directive)
  // Of a session the caller is told less than the record says.
  const row = reasons[isReason(code) ? code : reason]
  const status = stepUp === true ? 401 : row.status
  const text = own ?? row.says
  return { code, says: `the caller is told \`${code}\` (${status}): ${quoted(text)}` }
}

const isReason = (code: string): code is Reason => Object.hasOwn(reasons, code)

/** Every denial on substance carries the same way to correct the facts behind it. */
function correctionsOf(account: Account, source: Source): Explanation['corrections'] {
  if (account.effect === 'permit') return []
  const found = account.determinations
    .filter(({ result }) => result === 'violated' || result === 'indeterminate')
    .filter((one) => asideOf(one, account) === null)
    .flatMap(({ directive, version }) => {
      const at = source.directive(directive, version)?.about.toCorrectOurFacts ?? null
      const says = `if the facts behind ${directive} are wrong, they can be corrected at ${at}`
      return at === null ? [] : [{ directive: `${directive}@${version}`, at, says }]
    })
  return found.filter(({ directive }, index) => found.findIndex((one) => one.directive === directive) === index)
}
