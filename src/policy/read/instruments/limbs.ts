// From a limb as people write it to one of the bundle. What it answers follows from the kind of directive and from what it tests.
import { type Role, roles } from '../../../vocabulary/party.ts'
import type { CodeSet, Condition, Limb, LimbReason, RegisterTest, Test } from '../../bundle/bundle.ts'
import type { Fault } from '../context.ts'
import type { LimbKeys, Meaning, RegisterKeys, WithinKeys } from '../fields/limb.ts'
import { below, codeSet, refer, type Site } from '../written.ts'

export function registerTests(keys: RegisterKeys, holds: boolean, site: Site): readonly RegisterTest[] {
  const each = <T>(key: keyof RegisterKeys, make: (name: string, at: Site) => T): readonly T[] =>
    (keys[key] ?? []).map((name, index) => make(name, below(site, key, index)))
  return [
    ...each('member-of', (name, at): RegisterTest => ({ test: 'member', program: refer(at, 'program', name), holds })),
    ...each(
      'evaluator-of',
      (name, at): RegisterTest => ({ test: 'evaluator', list: refer(at, 'evaluators', name), holds }),
    ),
    ...each('staff-of', (name, at): RegisterTest => ({ test: 'staff', list: refer(at, 'staff', name), holds })),
    ...each('tier', (name, at): RegisterTest => ({ test: 'tier', tier: refer(at, 'tier', name), holds })),
  ]
}

/** Gives the limb of the bundle; faults are told through `fault`, and then something harmless is given in place of the limb. */
export function compileLimb(
  keys: LimbKeys,
  embargo: boolean,
  meaning: Meaning | undefined,
  site: Site,
  fault: Fault,
): Limb {
  const tests: Test[] = []
  if (keys.is !== undefined) {
    const definition = meaning?.['foreign-person']
    if (definition === undefined) {
      fault(
        site,
        'definition-missing',
        '`foreign-person` has no meaning of its own: say `meaning: { foreign-person: … }`',
      )
    }
    tests.push({ test: 'foreign-person', definition: definition ?? 'cfius-800' })
  }
  if (keys.nationality !== undefined) {
    const countries = codeSet(below(site, 'nationality', 'of'), keys.nationality.of)
    tests.push({ test: 'nationality', attribution: keys.nationality.counted, countries })
  }
  if (keys.place !== undefined) tests.push(placeTest(keys.place, meaning, below(site, 'place'), fault))
  if (keys.residence !== undefined) {
    tests.push({ test: 'residence', places: codeSet(below(site, 'residence', 'within'), keys.residence.within) })
  }
  if (keys.mode !== undefined) tests.push({ test: 'mode', modes: keys.mode })
  if (keys.unless !== undefined) tests.push(...registerTests(keys.unless, false, below(site, 'unless')))
  if (tests.length === 0)
    fault(site, 'limb-tests-nothing', `limb \`${keys.limb}\` tests nothing, so that it could never match`)

  return {
    id: keys.limb,
    anyOf: keys['any-of'] ?? rolesOf(keys, site, fault),
    is: together(tests),
    reason: reasonOf(tests, embargo),
    whenUnknown: acceptedRisk(keys, embargo, site, fault),
  }
}

function placeTest(
  keys: 'outside-united-states' | WithinKeys,
  meaning: Meaning | undefined,
  site: Site,
  fault: Fault,
): Test {
  if (keys !== 'outside-united-states') {
    const outside = keys.outside !== undefined
    const key = outside ? 'outside' : 'within'
    return { test: 'place', outside, places: codeSet(below(site, key), keys[key] ?? []) }
  }
  const list = meaning?.['united-states']
  if (list === undefined) {
    fault(site, 'definition-missing', '`united-states` has no meaning of its own: say `meaning: { united-states: … }`')
    return { test: 'place', outside: true, places: { lists: [], codes: ['US'] } }
  }
  const places: CodeSet = { lists: [refer({ ...site, path: ['meaning', 'united-states'] }, 'list', list)], codes: [] }
  return { test: 'place', outside: true, places }
}

/** A place reaches everybody; who is meant by a test on persons must be said. */
function rolesOf(keys: LimbKeys, site: Site, fault: Fault): readonly Role[] {
  const aboutPersons = keys.is ?? keys.nationality ?? keys.residence ?? keys.unless
  if (aboutPersons !== undefined) {
    fault(site, 'roles-missing', `\`any-of\` is missing: say whom it tests (${roles.join(', ')})`)
  }
  return ['subject', 'actor', 'end-user']
}

const together = (tests: readonly Test[]): Condition =>
  tests.length === 1 && tests[0] !== undefined ? tests[0] : { test: 'all', of: tests }

/** First that fits: what the limb is about in the order of reasons. */
function reasonOf(tests: readonly Test[], embargo: boolean): LimbReason {
  const has = (test: Test['test']): boolean => tests.some((one) => one.test === test)
  if (embargo && has('place')) return 'embargoed_location'
  if (embargo && has('residence')) return 'embargoed_resident'
  if (has('foreign-person') || has('nationality') || has('residence')) return 'person_restricted'
  if (has('place')) return 'destination_restricted'
  if (has('mode')) return 'mode_restricted'
  if (has('tier')) return 'tier_restricted'
  return 'membership_absent'
}

function acceptedRisk(keys: LimbKeys, embargo: boolean, site: Site, fault: Fault): Limb['whenUnknown'] {
  if (keys['when-unknown'] === undefined) {
    for (const key of ['because', 'review-by'] as const) {
      if (keys[key] !== undefined)
        fault(below(site, key), 'unused', `\`${key}\` belongs to \`when-unknown: not-met\`, which is not here`)
    }
    return null
  }
  const at = below(site, 'when-unknown')
  const placeOrResidence = keys.place ?? keys.residence
  const other = keys.is ?? keys.nationality ?? keys.mode ?? keys.unless
  if (!embargo || placeOrResidence === undefined || other !== undefined) {
    fault(at, 'when-unknown-elsewhere', '`when-unknown: not-met` is only for a place or residence limb of an embargo')
  }
  if (keys.because === undefined) fault(at, 'missing', '`when-unknown: not-met` accepts a risk: say `because: …`')
  if (keys['review-by'] === undefined)
    fault(at, 'missing', '`when-unknown: not-met` accepts a risk: say `review-by: …`')
  return { kind: 'not-met', reason: keys.because ?? '', reviewBy: keys['review-by'] ?? 0 }
}
