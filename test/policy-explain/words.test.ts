// Nothing that the engine can say goes without words: predicates, flags, results of grants, reasons, obligations, states of evidence.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { reasonOrder } from '../../src/policy/engine/reason-order.ts'
import { evidenceStates } from '../../src/policy/explain/evidence-words.ts'
import { obligationKinds } from '../../src/policy/explain/explain.ts'
import { flagNode, grantNode } from '../../src/policy/explain/limb-words.ts'
import { partyWords } from '../../src/policy/explain/phrase.ts'
import { predicateNames, predicateSays } from '../../src/policy/explain/predicate-words.ts'
import { sourceOf } from '../../src/policy/explain/source.ts'
import type { Account } from '../../src/policy/index.ts'
import { explain } from '../../src/policy/index.ts'
import { grantResults, type LimbFinding } from '../../src/vocabulary/decision.ts'
import { flagNames } from '../../src/vocabulary/flags.ts'
import { type Reason, reasons } from '../../src/vocabulary/reason.ts'
import { readScenarios, scenarioPolicy } from '../support/scenario.ts'
import { answered, answeredTold, told } from './told.ts'

const engine = join(import.meta.dirname, '../../src/policy/engine')
const engineText = readdirSync(engine, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(engine, path), 'utf8'))
  .join('\n')

const decisions = [
  ...readScenarios().flatMap(({ cases }) => cases.map((one) => answered(one.case, scenarioPolicy(one.overlay)))),
  ...told.map(answeredTold),
].map(({ decision }) => decision)
const limbs = decisions.flatMap(({ determinations }) => determinations.flatMap((one) => one.limbs))
const predicates = limbs.flatMap((limb) => limb.predicates)

const distinct = (words: readonly string[]): readonly string[] => [...new Set(words)].sort()
const without = (words: readonly string[], table: readonly string[]): readonly string[] =>
  distinct(words).filter((word) => !table.includes(word))

t.test('every flag that the engine sets has its sentence', async (t) => {
  // `name:${…}` is a flag too, if it is no name of what stands for a directive or a source.
  const others = ['catalogue', 'suspension', 'lease', 'register', 'true', 'false']
  const found = (pattern: RegExp): readonly string[] =>
    [...engineText.matchAll(pattern)].flatMap(([, flag = '']) => (others.includes(flag) ? [] : [flag]))
  const set = found(/(?:flagged\([^;]*?, |\.flags, )'([a-z_]+)'[)\]]/gs)
  const coined = found(/`([a-z_]+):\$\{/g)
  t.ok(set.includes('adverse_assertion') && set.includes('prior_actor'), 'they are found in the source')
  t.strictSame(without([...set, ...coined], flagNames), [])
  t.strictSame(
    without(
      limbs.flatMap(({ flags }) => flags.map((flag) => flag.split(':')[0] ?? '')),
      flagNames,
    ),
    [],
  )
  for (const flag of flagNames) t.notMatch(flagNode(`${flag}:x`).says, /^flag `/, flag)
})

t.test('every predicate has words for true, false and not known, of every party', async (t) => {
  const names = predicates.map(({ predicate }) => predicate.replace(/^not-/, '').replace(/\(.*$/, ''))
  t.strictSame(without(names, predicateNames), [])
  t.strictSame(
    without(
      predicates.map(({ predicate }) => predicate.replace(/^.*\(|\)$/g, '')),
      Object.keys(partyWords),
    ),
    [],
  )
  const nothing = sourceOf(undefined)
  for (const name of predicateNames) {
    for (const party of Object.keys(partyWords)) {
      const said = (['true', 'false', 'unknown'] as const).map((value) =>
        predicateSays(`${name}(${party})`, value, undefined, nothing),
      )
      t.equal(new Set(said).size, 3, `${name}(${party})`)
      t.equal(predicateSays(`not-${name}(${party})`, 'true', undefined, nothing), said[1], `not-${name}(${party})`)
    }
  }
  t.equal(
    predicateSays('horoscope(subject)', 'true', undefined, nothing),
    '`horoscope(subject)` is true',
    'even what is not known here',
  )
})

t.test('every result of a grant and every obligation has its sentence', async (t) => {
  const said = grantResults.map(
    (result) => grantNode({ grant: 'g', party: 'subject', result }, sourceOf(undefined)).says,
  )
  t.equal(new Set(said).size, grantResults.length)
  t.strictSame(
    without(
      decisions.flatMap(({ obligations }) => obligations.map(({ kind }) => kind)),
      obligationKinds,
    ),
    [],
  )
  t.equal(obligationKinds.length, 6)
})

t.test('every state that evidence is recorded in has its words', async (t) => {
  t.strictSame(
    without(
      predicates.flatMap(({ evidence }) => evidence.map(({ state }) => state)),
      evidenceStates,
    ),
    [],
  )
  const declared = [
    'verified',
    'asserted',
    'inferred',
    'invalid',
    'revoked',
    'unavailable',
    'missing',
    'insufficient',
    'stale',
    'conflicting',
  ]
  t.strictSame(without(declared, evidenceStates), [])
  const ofPlaces = [...engineText.matchAll(/open\(label, '([a-z_]+)'/g)].map(([, state = '']) => state)
  t.ok(ofPlaces.length > 0)
  t.strictSame(without(ofPlaces, evidenceStates), [])
})

const bare: Omit<Account, 'effect' | 'basis' | 'reason'> = {
  determinations: [],
  obligations: [],
  validUntil: null,
  instant: 0,
  models: [],
  told: null,
  stepUp: null,
  policy: null,
  detail: null,
  place: null,
  facts: null,
}

t.test('every reason makes a sentence, alone and by a limb', async (t) => {
  for (const reason of Object.keys(reasons) as Reason[]) {
    const { basis } = reasons[reason]
    const effect = basis === 'permit' ? 'permit' : 'deny'
    t.match(explain({ ...bare, effect, basis, reason }).answer, /^(Permitted|Not permitted|Refused)\b.*\.$/, reason)
  }
  for (const reason of reasonOrder) {
    const limb: LimbFinding = { limb: 'person', value: 'true', reason, grants: [], flags: [], predicates: [] }
    const determination = { directive: 'd', version: 1, resource: '/model', result: 'violated', limbs: [limb] } as const
    const account = {
      ...bare,
      effect: 'deny',
      basis: reasons[reason].basis,
      reason,
      determinations: [determination],
    } as const
    t.match(
      explain(account).answer,
      new RegExp(`^(Not permitted|Refused) \\(${reason}\\).*the limb \`person\` matches`),
      reason,
    )
  }
})
