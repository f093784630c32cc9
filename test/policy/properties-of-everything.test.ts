// The properties that must hold (semantics: "Properties"), on random policies with every construct that a bundle can hold. What stands
// in properties.test.ts asks the same of policies that permit more often. A failure prints its seed and path.

import fc from 'fast-check'
import t from 'tap'
import type { Bundle, Directive } from '../../src/policy/bundle/bundle.ts'
import { decide, type Policy, PolicyError, withSuspensions } from '../../src/policy/index.ts'
import type { Decision, Facts } from '../../src/vocabulary/decision.ts'
import type { Evidence } from '../../src/vocabulary/evidence.ts'
import { type Asked, policyOf } from '../policy-reference/compare.ts'
import { randomBundle, randomSuspensions } from '../policy-reference/random-bundle.ts'
import { randomQuestions } from '../policy-reference/random-facts.ts'

const questions: fc.Arbitrary<readonly Asked[]> = fc
  .array(randomQuestions, { minLength: 12, maxLength: 12 })
  .map((all) => all.flatMap(({ facts, moments }) => moments.slice(0, 2).map((moment) => ({ facts, ...moment }))))
const runs = { numRuns: 120 }

/** Undefined: the bundle is refused, and decides nothing. */
function loaded(bundle: Bundle): Policy | undefined {
  try {
    return policyOf(bundle)
  } catch (error) {
    if (error instanceof PolicyError) return undefined
    throw error
  }
}

/** A decision that came about by a fault would hide every other property. */
function decided(policy: Policy, { facts, instant, clockUncertaintyMs }: Asked): Decision {
  const onFault = (error: unknown): never => {
    throw error
  }
  const decision = decide(policy, facts, instant, { clockUncertaintyMs, onFault })
  if (decision.reason === 'evaluation_failed') throw new Error('evaluation failed')
  return decision
}

const said = (decision: Decision): string => JSON.stringify({ ...decision, validUntil: null })
const noneTurnsToPermit = (before: Decision, after: Decision): void => {
  if (before.effect === 'deny' && after.effect === 'permit') throw new Error(`${before.reason} became a permit`)
}

t.test(
  'adding a directive, other than a superseding version or a window, never turns a denial into a permit',
  async () => {
    fc.assert(
      fc.property(randomBundle, randomBundle, questions, (bundle, other, all) => {
        const added: Directive[] = other.directives
          .filter(({ kind }) => kind !== 'evaluation-window')
          .map((one, index) => ({ ...one, id: `added-${index}`, supersedes: [] }))
        const before = loaded(bundle)
        const after = loaded({ ...bundle, directives: [...bundle.directives, ...added] })
        fc.pre(before !== undefined && after !== undefined)
        for (const one of all) noneTurnsToPermit(decided(before, one), decided(after, one))
      }),
      runs,
    )
  },
)

t.test('the order of everything that is written never matters', async () => {
  fc.assert(
    fc.property(randomBundle, questions, (bundle, all) => {
      const { catalogue, registers } = bundle
      const turned: Bundle = {
        ...bundle,
        catalogue: { models: catalogue.models.toReversed() },
        lists: bundle.lists.toReversed(),
        directives: bundle.directives.toReversed(),
        grants: bundle.grants.toReversed(),
        withdrawals: bundle.withdrawals.toReversed(),
        registers: Object.fromEntries(
          Object.entries(registers).map(([name, entries]) => [name, entries.toReversed()]),
        ) as unknown as Bundle['registers'],
      }
      const [one, other] = [loaded(bundle), loaded(turned)]
      fc.pre(one !== undefined && other !== undefined)
      for (const asked of all) {
        const [first, second] = [decided(one, asked), decided(other, asked)]
        if (outline(first) !== outline(second)) throw new Error(`${outline(first)} and ${outline(second)}`)
      }
    }),
    runs,
  )
})

/** All but the order in which registers name evidence. */
const outline = ({ determinations, validUntil, ...decision }: Decision): string =>
  JSON.stringify([
    { ...decision, validUntil },
    determinations.map(({ limbs, ...one }) => [
      one,
      limbs.map(({ predicates: _, flags, grants, ...limb }) => [limb, flags.toSorted(), grants]),
    ]),
  ])

t.test(
  'until valid-until the same question has the same answer, and a decision never outlives its obligations',
  async () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(randomBundle, questions, share, (bundle, all, share) => {
        const policy = loaded(bundle)
        fc.pre(policy !== undefined)
        for (const one of all) {
          const now = decided(policy, one)
          const until = now.validUntil ?? one.instant + 400 * 86_400_000
          if (until <= one.instant) throw new Error('it holds for no instant')
          for (const instant of [until - 1, one.instant + Math.floor((until - one.instant - 1) * share)]) {
            const then = decided(policy, { ...one, instant })
            if (said(now) !== said(then)) throw new Error(`${said(now)} was ${said(then)} at ${instant}`)
          }
          for (const due of now.obligations) {
            const last =
              due.kind === 'terminate-at'
                ? due.at - one.clockUncertaintyMs
                : due.kind === 'recheck-every'
                  ? one.instant + due.seconds * 1000
                  : Number.POSITIVE_INFINITY
            if ((now.validUntil ?? Number.POSITIVE_INFINITY) > last) throw new Error(`it outlives ${due.kind}`)
          }
        }
      }),
      runs,
    )
  },
)

/** What an exception of the property names. */
const isExempt = (evidence: Evidence): boolean => ['invalid', 'revoked', 'unavailable'].includes(evidence.state)

/** Nothing in it excludes a US person or names a nationality: it can neither be adverse nor contradict anything here. */
const isFavourable = (evidence: Evidence, all: readonly Evidence[]): boolean =>
  !isExempt(evidence) &&
  evidence.name === 'us-person' &&
  evidence.value.value &&
  (evidence.value.basis === null || evidence.value.basis === 'citizen-or-national') &&
  !all.some((other) => other.name === 'us-person' && !other.value.value) &&
  !all.some((other) => other.name === 'nationalities')

t.test('removing favourable evidence never turns a denial into a permit', async () => {
  const without = (facts: Facts): Facts => {
    const { subject } = facts.caller
    const evidence = subject.evidence.filter((one) => !isFavourable(one, subject.evidence))
    return { ...facts, caller: { ...facts.caller, subject: { ...subject, evidence } } }
  }
  fc.assert(
    fc.property(randomBundle, questions, (bundle, all) => {
      const policy = loaded(bundle)
      fc.pre(policy !== undefined)
      for (const one of all)
        noneTurnsToPermit(decided(policy, one), decided(policy, { ...one, facts: without(one.facts) }))
    }),
    runs,
  )
})

t.test('less that is left of a quantity never turns a denial into a permit', async () => {
  fc.assert(
    fc.property(randomBundle, questions, (bundle, all) => {
      const policy = loaded(bundle)
      fc.pre(policy !== undefined)
      for (const one of all) {
        const spent = { ...one, facts: { ...one.facts, remaining: {} } }
        const after = decided(policy, spent)
        // With a grant that has an obligation of its own another may take its place, which has none that cannot be kept.
        if (bundle.grants.some(({ obligations }) => obligations.length > 0)) continue
        noneTurnsToPermit(decided(policy, one), after)
      }
    }),
    runs,
  )
})

t.test('suspensions only add denials, and deny whatever they name', async () => {
  fc.assert(
    fc.property(randomBundle, randomSuspensions, questions, (bundle, suspensions, all) => {
      const policy = loaded(bundle)
      fc.pre(policy !== undefined)
      const suspended = withSuspensions(policy, suspensions)
      const closed = withSuspensions(policy, [{ id: 'z', of: { kind: 'all' }, why: 'w', by: 'b', since: 0 }])
      for (const one of all) {
        const before = decided(policy, one)
        const after = decided(suspended, one)
        noneTurnsToPermit(before, after)
        if (decided(closed, one).effect === 'permit') throw new Error('all is closed')
        const kept = after.determinations.filter(({ directive }) => !directive.startsWith('suspension:'))
        if (JSON.stringify(kept.toSorted(inOrder)) !== JSON.stringify(before.determinations.toSorted(inOrder)))
          throw new Error('a suspension changed what else was determined')
      }
    }),
    runs,
  )
})

const inOrder = (a: Decision['determinations'][number], b: Decision['determinations'][number]): number =>
  JSON.stringify(a) < JSON.stringify(b) ? -1 : 1

t.test(
  'a decision is whole: a permit rests on nothing open, a cap asks for no more than was asked, each grant is told once',
  async () => {
    const reportOnly = (bundle: Bundle): ReadonlySet<string> =>
      new Set(
        bundle.directives.flatMap((one) =>
          one.kind !== 'evaluation-window' && one.reportOnlyUntil !== null ? [`${one.id}@${one.version}`] : [],
        ),
      )
    fc.assert(
      fc.property(randomBundle, questions, (bundle, all) => {
        const policy = loaded(bundle)
        fc.pre(policy !== undefined)
        const reported = reportOnly(bundle)
        for (const one of all) {
          const decision = decided(policy, one)
          if (said(decision) !== said(decided(policy, one))) throw new Error('it does not replay to itself')
          if (decision.effect === 'deny' && decision.obligations.length > 0)
            throw new Error('a denial obliges to nothing')
          for (const { directive, version, resource, result, limbs } of decision.determinations) {
            const forced = decision.obligations.find((due) => due.kind === 'force-mode' && due.pointer === resource)
            const mode = forced?.kind === 'force-mode' ? `mode:${forced.mode}` : null
            const isAvoided =
              mode !== null &&
              limbs.some(({ flags }) => flags.some((flag) => flag.startsWith('mode:') && flag !== mode))
            const counts = !isAvoided && !reported.has(`${directive}@${version}`)
            if (decision.effect === 'permit' && counts && result !== 'satisfied')
              throw new Error(`${directive} is ${result}`)
            for (const { grants } of limbs) {
              const told = grants.map(({ grant, party, result }) => `${grant} ${party} ${result}`)
              if (new Set(told).size < told.length) throw new Error(`told twice: ${told.join()}`)
            }
          }
          for (const due of decision.obligations) {
            if (due.kind !== 'cap-output-tokens') continue
            if (due.max > (one.facts.operation.maxOutputTokens ?? due.max)) throw new Error('more than was asked')
          }
        }
      }),
      runs,
    )
  },
)
