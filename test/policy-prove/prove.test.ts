// Claims that people make, on the reference policies: they hold as these stand, and each change that breaks one is found, with a
// request that the engine confirms.
import t from 'tap'
import type { Bundle, Limb, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { limb, load, restriction } from '../policy/small-policy.ts'
import { scenarioPolicy } from '../support/scenario.ts'
import { at, changedPolicy, proved, refuted, withDirective, withGrant } from './support.ts'

const letter = 'us-bis-2026-06-12'
const noForeign =
  'no foreign person reaches fable-5 from 2026-06-12T21:21:00Z to 2026-06-30T23:00:00Z except under a grant'
const window =
  'nobody but evaluators next-1-review or staff next-1-review reaches next-1-safeguards-reduced from 2026-09-01T00:00:00Z to 2026-10-01T00:00:00Z'
const closed = 'nobody reaches next-1-safeguards-reduced outside 2026-09-01T00:00:00Z to 2026-10-01T00:00:00Z'
const takesNothing = `adding ${letter} takes nothing from verified US persons at home`
const reference = scenarioPolicy()

for (const claim of [noForeign, window, closed, takesNothing]) {
  t.test(`holds: ${claim}`, async (t) => {
    const proof = proved(claim, reference)
    t.equal(proof.kind, 'holds')
    if (proof.kind === 'holds') t.ok(proof.covered.concerned > 0, 'of somebody')
  })
}

/** Grants that discharge it go as well: they would name a limb that is not there. */
const dropped =
  (id: string) =>
  (bundle: Bundle): Bundle => ({
    ...withDirective(
      letter,
      limbs((limb) => (limb.id === id ? null : limb)),
    )(bundle),
    grants: [],
  })

const limbs = (change: (limb: Limb) => Limb | null) => (directive: RestrictingDirective) => ({
  ...directive,
  limbs: directive.limbs.flatMap((limb) => change(limb) ?? []),
})

const breaks: readonly (readonly [name: string, change: Parameters<typeof changedPolicy>[0], says: RegExp])[] = [
  [
    'the limb that tests persons is dropped',
    dropped('person'),
    /on 2026-06-12T21:21:00Z a person of whom nothing is said, at a US address, asks for fable-5: permitted/,
  ],
  [
    'it tests the subject alone',
    withDirective(
      letter,
      limbs((limb) => (limb.id === 'person' ? { ...limb, anyOf: ['subject'] } : limb)),
    ),
    /through an actor|with a token that names|a service/,
  ],
  [
    'it forgets the organization',
    withDirective(
      letter,
      limbs((limb) => (limb.id === 'person' ? { ...limb, anyOf: ['subject', 'actor', 'end-user'] } : limb)),
    ),
    /names an organization|names the organization/,
  ],
  [
    'it begins one millisecond late',
    withDirective(letter, (one) => ({ ...one, effective: one.effective + 1 })),
    /on 2026-06-12T21:21:00Z /,
  ],
  [
    'it ends one millisecond early',
    (bundle) => ({
      ...bundle,
      withdrawals: bundle.withdrawals.map((one) => ({ ...one, effective: one.effective - 1 })),
    }),
    /on 2026-06-30T22:59:59.999Z /,
  ],
  [
    'it lets open answers go on',
    withDirective(letter, (one) => ({ ...one, inFlight: { kind: 'drain-until', at: at('2026-06-14T00:00:00Z') } })),
    /while its answer is open/,
  ],
  [
    'it covers counting no more',
    withDirective(letter, (one) => ({ ...one, scope: { ...one.scope, actions: ['infer'] } })),
    /counts tokens of fable-5/,
  ],
  [
    'it forgets the family, and so the fine-tune that names no parent',
    (bundle) => ({
      ...withDirective(letter, (one) => ({
        ...one,
        scope: { ...one.scope, models: { families: ['mythos-5'], ids: ['fable-5'] } },
      }))(bundle),
      catalogue: { models: bundle.catalogue.models.map((one) => ({ ...one, derivedFrom: [] })) },
    }),
    /asks for ft:fable-5/,
  ],
]

for (const [name, change, says] of breaks) {
  t.test(`no foreign person is refuted where ${name}`, async (t) => {
    t.match(refuted(noForeign.replace('person', 'person (ear-772.1-foreign-person)'), changedPolicy(change)).says, says)
  })
}

t.test('a directive that accepts weaker evidence changes who is foreign, and the proof says so', async (t) => {
  const policy = changedPolicy(
    withDirective(letter, (one) => ({
      ...one,
      statusEvidence: { atLeast: 'asserted', notOlderThan: null, whenConflicting: 'unknown' },
    })),
  )
  const proof = proved(noForeign, policy)
  t.match(proof, { kind: 'holds' })
  if (proof.kind === 'holds') t.match(proof.assumes.join('\n'), /evidence that is at least asserted and of any age/)
})

t.test('a widened grant is seen where no grant is excepted, and named', async (t) => {
  const during = 'at 2026-06-27T12:00:00Z'
  const listed = ['northgate-labs', 'fjordlys-sikkerhet', 'vendor']
  const but = listed.map((id) => `employees of ${id} or organization ${id}`).join(' or ')
  const claim = `no foreign person but ${but} reaches mythos-5 ${during}`
  t.match(proved(claim, reference), { kind: 'holds' })
  const wider = changedPolicy((bundle) => ({
    ...withGrant('us-bis-2026-06-26-annex', (one) => ({
      ...one,
      covers: [...one.covers, { cover: 'employees-of', organization: 'harbor-analytics' }],
    }))(bundle),
    registers: {
      ...bundle.registers,
      employees: [
        ...bundle.registers.employees,
        {
          issuer: 'https://id.test',
          subject: 'h',
          organization: 'harbor-analytics',
          engagement: 'employee',
          from: 0,
          to: null,
        },
      ],
      members: [
        ...bundle.registers.members,
        { program: 'glasswing', member: { kind: 'organization', organization: 'harbor-analytics' }, from: 0, to: null },
      ],
    },
  }))
  const found = refuted(claim, wider)
  t.match(found.says, /`h` of https:\/\/id\.test/)
  t.match(found.because.join('\n'), /by grant us-bis-2026-06-26-annex/)
})

t.test('what holds only under a grant is refuted without the exception', async (t) => {
  const claim = 'no foreign person reaches mythos-5 from 2026-06-12T21:21:00Z to 2026-06-30T23:00:00Z'
  t.match(refuted(claim, reference).answer, 'permit')
  t.match(proved(`${claim} except under a grant`, reference), { kind: 'holds' })
})

t.test('an unlicensed end of L8 is found at its last millisecond', async (t) => {
  const claim = 'no known foreign person reaches fable-5 from 2026-06-15T00:00:00Z to 2026-07-15T00:00:00Z'
  t.match(refuted(claim, scenarioPolicy('L8')).says, /q-researcher/)
  t.equal(
    proved(claim.replace('07-15T00:00:00Z', '07-16T00:00:00Z').replace('06-15', '07-15'), scenarioPolicy('L8')).kind,
    'holds',
  )
})

t.test('the window is refuted where it opens early, closes late, or admits one more', async (t) => {
  const opened = (change: { readonly from?: number; readonly to?: number }) =>
    changedPolicy((bundle) => ({
      ...bundle,
      directives: bundle.directives.map((one) =>
        one.kind === 'evaluation-window' ? { ...one, admission: { ...one.admission, ...change } } : one,
      ),
      registers: { ...bundle.registers, staff: bundle.registers.staff.map((one) => ({ ...one, from: 0 })) },
    }))
  t.match(
    refuted(closed, opened({ from: at('2026-08-31T23:59:59.999Z') })).says,
    /on 2026-08-31T23:59:59.999Z .*vendor-staff/,
  )
  t.match(refuted(closed, opened({ to: at('2026-10-01T00:00:00.001Z') })).says, /on 2026-10-01T00:00:00Z /)
  const wider = changedPolicy((bundle) => ({
    ...bundle,
    directives: bundle.directives.map((one) =>
      one.kind === 'evaluation-window'
        ? { ...one, admits: [...one.admits, { test: 'tier', tier: 'cyber', holds: true }] }
        : one,
    ),
  }))
  t.match(refuted(window, wider).says, /partner-us/)
})

t.test('an added directive takes from those whom it was not meant for', async (t) => {
  const older = changedPolicy(
    withDirective(
      letter,
      limbs((limb) =>
        limb.id === 'person' ? { ...limb, is: { test: 'foreign-person', definition: 'cfius-800' } } : limb,
      ),
    ),
  )
  const claim = `adding ${letter} takes nothing from verified US persons (ear-772.1-foreign-person) at home`
  t.match(refuted(claim, older).says, /as permanent resident|being a US person/)
  t.match(refuted(`adding ${letter} takes nothing from verified US persons from DE`, reference), {
    answer: 'deny destination_restricted',
  })
})

t.test('a directive that is named with its version gives words its own meaning too', async (t) => {
  const other = restriction('other', [limb({ test: 'foreign-person', definition: 'cfius-800' })])
  const own = restriction('own', [limb({ test: 'foreign-person', definition: 'ear-772.1-foreign-person' })])
  const both = load({ directives: [other, own] })
  for (const name of ['own', 'own@1']) {
    // A permanent resident is no foreign person here: under cfius-800 the claim would speak of citizens alone, and hold.
    const proof = proved(`adding ${name} takes nothing from verified US persons`, both)
    const assumes = 'assumes' in proof ? proof.assumes : []
    t.match(assumes.join('\n'), /ear-772\.1/, name)
    t.notMatch(assumes.join('\n'), /cfius-800/, name)
  }
})

t.test('a withdrawal gives, and to whom it gives is said', async (t) => {
  t.match(refuted('adding us-bis-2026-06-30-withdrawal gives nothing to known foreign persons', reference), {
    answer: 'permit',
    says: /on 2026-06-30T23:00:00Z a person with .* word of being no US person/,
  })
  t.match(proved('adding us-bis-2026-06-30-withdrawal gives nothing to anybody from ofac-comprehensive', reference), {
    kind: 'holds',
  })
})

t.test('a report-only directive lets everybody through, and the proof names it', async (t) => {
  const claim = 'nobody but tier cyber is admitted to muse-spark in mode thinking from 2026-06-01T00:00:00Z on'
  t.match(proved(claim, reference), { kind: 'holds' })
  const policy = changedPolicy(
    withDirective('muse-spark-thinking', (one) => ({ ...one, reportOnlyUntil: at('2026-07-01T00:00:00Z') })),
  )
  t.match(refuted(claim, policy).because.join('\n'), /muse-spark-thinking@1 would deny it, but is report-only/)
  const later = proved(claim.replace('2026-06-01', '2026-07-01'), policy)
  t.equal(later.kind, 'holds')
})

t.test('an address taken as it is lets whoever hides behind an anonymizer through', async (t) => {
  const claim =
    'nobody outside ear-772.1-united-states reaches fable-5 from 2026-06-12T21:21:00Z to 2026-06-30T23:00:00Z'
  t.match(proved(claim, reference), { kind: 'holds' })
  const policy = changedPolicy(dropped('destination'))
  t.match(refuted(claim, policy).answer, 'permit')
})

t.test('a promise is refuted by whatever takes it from somebody', async (t) => {
  const promise = 'every verified US person of whom nothing else is said at home reaches fable-5'
  t.match(proved(promise, reference), { kind: 'holds' })
  t.match(refuted('every verified US person at home reaches fable-5', reference), {
    answer: /^deny /,
    says: /residence/,
  })
  t.match(refuted('every verified US person of whom nothing else is said reaches fable-5', reference), {
    answer: /^deny /,
  })
})
