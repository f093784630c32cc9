import t from 'tap'
import type { JsonValue } from '../../src/json/index.ts'
import type { Bundle } from '../../src/policy/bundle/bundle.ts'
import { loadPolicy, PolicyError } from '../../src/policy/index.ts'
import {
  answer,
  ask,
  at,
  bundle,
  ever,
  everything,
  foreign,
  grant,
  issuer,
  limb,
  load,
  model,
  noon,
  registers,
  restriction,
  window,
} from './small-policy.ts'

function faultsOf(value: unknown): readonly string[] {
  try {
    loadPolicy(value as JsonValue)
  } catch (error) {
    if (error instanceof PolicyError) return error.faults
    throw error
  }
  return []
}
const refused = (t: Tap, more: Partial<Bundle>, fault: RegExp): void => {
  const faults = faultsOf(bundle(more))
  t.ok(
    faults.some((one) => fault.test(one)),
    `${fault}: ${faults.join('; ') || 'no fault'}`,
  )
}
type Tap = { ok(value: unknown, message: string): void }

t.test('a bundle of another shape is refused, with every fault', async (t) => {
  for (const value of [
    null,
    [],
    'bundle',
    7,
    {},
    { format: 'portcullis-bundle/1' },
    { ...bundle(), format: 'portcullis-bundle/2' },
  ]) {
    t.not(faultsOf(value).length, 0)
  }
  t.ok(faultsOf({ ...bundle(), serial: -1, lists: {} }).length >= 2)
})

t.test('what the engine does not have is refused, wherever it stands', async (t) => {
  const r = restriction('r', [limb(foreign)])
  const g = grant('g', 'r')
  const changed: readonly unknown[] = [
    { ...bundle(), surprise: 1 },
    { ...bundle(), directives: [{ ...r, quantity: 5 }] },
    { ...bundle(), directives: [{ ...r, onUnknown: 'wait' }] },
    { ...bundle(), directives: [{ ...r, kind: 'withdrawal' }] },
    { ...bundle(), directives: [{ ...r, obligations: [{ kind: 'recheck-every', ms: 5 }] }] },
    { ...bundle(), directives: [{ ...r, limbs: [{ ...r.limbs[0], is: { test: 'birthplace', in: 'FR' } }] }] },
    { ...bundle(), directives: [{ ...r, limbs: [{ ...r.limbs[0], is: { test: 'not', of: [foreign] } }] }] },
    { ...bundle(), directives: [{ ...r, limbs: [{ ...r.limbs[0], is: { ...foreign, definition: 'common-sense' } }] }] },
    { ...bundle(), directives: [{ ...r, limbs: [{ ...r.limbs[0], is: { test: 'all', of: [] } }] }] },
    { ...bundle(), directives: [{ ...r, limbs: [] }] },
    { ...bundle(), directives: [{ ...r, effective: '2026-06-12T21:21:00Z' }] },
    { ...bundle(), directives: [r], grants: [{ ...g, quantity: { inputTokens: 5 } }] },
    { ...bundle(), directives: [r], grants: [{ ...g, discharges: [{ directive: 'r', versions: [1], limbs: [] }] }] },
    { ...bundle(), directives: [r], grants: [{ ...g, covers: [] }] },
    { ...bundle(), directives: [{ ...window('w'), admits: [{ test: 'staff', list: 'l', holds: false }] }] },
    { ...bundle(), directives: [{ ...window('w'), admits: [foreign] }] },
  ]
  for (const value of changed) t.not(faultsOf(value).length, 0)
  t.same(faultsOf(bundle({ directives: [r], grants: [g] })), [], 'the same without the change loads')
})

t.test('names that lead nowhere or stand twice', async (t) => {
  const r = restriction('r', [limb(foreign)])
  refused(t, { directives: [r, r] }, /directive r@1: stands twice/)
  refused(t, { directives: [restriction('r', [limb(foreign), limb(foreign)])] }, /limb limb: stands twice/)
  refused(
    t,
    { catalogue: { models: [model('m'), model('n', { names: model('m').names })] } },
    /model name m: stands twice/,
  )
  refused(
    t,
    { catalogue: { models: [model('m', { names: [{ name: 'x', variant: null, mode: null, forwardAs: null }] })] } },
    /its own id/,
  )
  refused(t, { catalogue: { models: [model('m', { derivedFrom: ['nothing'] })] } }, /derives from unknown/)
  refused(
    t,
    { catalogue: { models: [model('m', { names: [{ name: 'm', variant: 'x', mode: null, forwardAs: null }] })] } },
    /variant/,
  )
  refused(
    t,
    { catalogue: { models: [model('m', { names: [{ name: 'm', variant: null, mode: 'x', forwardAs: null }] })] } },
    /no mode/,
  )
  refused(t, { directives: [r], grants: [grant('g', 'other')] }, /no directive other@1/)
  const elsewhere = [{ directive: 'r', versions: [1], limbs: ['elsewhere'] }]
  refused(t, { directives: [r], grants: [grant('g', 'r', { discharges: elsewhere })] }, /no limb `elsewhere`/)
  const place = limb({ test: 'place', outside: false, places: { lists: ['nowhere'], codes: [] } })
  refused(t, { directives: [restriction('r', [place])] }, /no list `nowhere`/)
})

t.test('codes are countries and regions of today, in one spelling', async (t) => {
  for (const code of ['UK', 'ir', 'IRN', 'SU', 'UA-', 'ZZ', '']) {
    const place = limb({ test: 'place', outside: false, places: { lists: [], codes: [code] } })
    refused(t, { directives: [restriction('r', [place])] }, /is no country or region code/)
  }
  const region = limb({ test: 'nationality', attribution: 'any-held', countries: { lists: [], codes: ['UA-43'] } })
  refused(t, { directives: [restriction('r', [region])] }, /is no country code/)
})

t.test('a test without a demand on its evidence', async (t) => {
  const place = limb({ test: 'place', outside: false, places: { lists: [], codes: ['UA-43'] } })
  const residence = limb({ test: 'residence', places: { lists: [], codes: ['CU'] } })
  const doj = limb({ test: 'foreign-person', definition: 'doj-202.256' })
  refused(t, { directives: [restriction('r', [limb(foreign)], { statusEvidence: null })] }, /status evidence/)
  refused(t, { directives: [restriction('r', [place], { placeEvidence: null })] }, /place evidence/)
  refused(t, { directives: [restriction('r', [doj], { placeEvidence: null })] }, /place evidence/)
  refused(t, { directives: [restriction('r', [residence], { residenceEvidence: null })] }, /residence evidence/)
  const silent = {
    databaseNotOlderThan: null,
    anonymizers: 'unknown',
    whereAnonymizersAreUnknown: null,
    whereRegionsAreUnknown: 'unknown',
  } as const
  refused(
    t,
    { directives: [restriction('r', [place], { placeEvidence: silent })] },
    /silent on missing anonymizer data/,
  )
  const regions = { ...silent, whereAnonymizersAreUnknown: 'accept', whereRegionsAreUnknown: null } as const
  refused(t, { directives: [restriction('r', [place], { placeEvidence: regions })] }, /silent on missing region data/)
})

t.test('what could open something without meaning to', async (t) => {
  const member = limb({ test: 'member', program: 'p', holds: false }, { reason: 'membership_absent' })
  refused(
    t,
    { directives: [restriction('p', [member], { kind: 'program', ends: at('2027-01-01T00:00:00Z') })] },
    /by ending/,
  )
  refused(t, { directives: [restriction('r', [limb(foreign)], { reportOnlyUntil: noon })] }, /report-only/)
  const risk = { kind: 'not-met', reason: 'x', reviewBy: noon } as const
  refused(t, { directives: [restriction('r', [limb(foreign, { whenUnknown: risk })])] }, /when-unknown/)
  refused(
    t,
    { directives: [restriction('x', [limb(foreign, { whenUnknown: risk })], { kind: 'embargo' })] },
    /when-unknown/,
  )
  refused(t, { directives: [restriction('r', [limb(foreign)], { supersedes: [1] })] }, /supersedes itself/)
  refused(t, { directives: [restriction('r', [limb(foreign)], { ends: 0 })] }, /ends before it begins/)
  refused(t, { directives: [window('w', { admission: { from: noon, to: noon } })] }, /window is empty/)
  refused(
    t,
    { directives: [restriction('r', [limb(foreign)], { tellTheCaller: 'nothing', callerText: 'x' })] },
    /tells nothing/,
  )
  const attestation = {
    ...ever,
    id: 'a',
    organization: 'o',
    signer: 's',
    clients: [{ issuer, subject: 'x' }],
    employeesOnly: false,
    places: [],
  }
  const said = ['ear-772.1-foreign-person'] as const
  refused(
    t,
    {
      registers: registers({
        attestations: [{ ...attestation, noForeignPersonUnder: said, foreignPersonsUnder: said }],
      }),
    },
    /attestation a/,
  )
})

t.test('a name that means two things, in requests or in answers', async (t) => {
  refused(
    t,
    { catalogue: { models: [model('m', { servedAs: ['m', 'n'] }), model('n')] } },
    /model m: is served as `n`, which is a name of `n`/,
  )
  t.same(
    faultsOf(
      bundle({ catalogue: { models: [model('m', { servedAs: ['both'] }), model('n', { servedAs: ['both'] })] } }),
    ),
    [],
  )
  const field = { field: 'thinking', values: [], otherwise: null, force: [] } as const
  const modes = ['deep', 'quick']
  refused(
    t,
    { catalogue: { models: [model('m', { modes, modeSelectors: [field, field] })] } },
    /mode field thinking: stands twice/,
  )
  const values = [
    { value: 'on', mode: 'deep' },
    { value: 'on', mode: 'quick' },
  ]
  refused(
    t,
    { catalogue: { models: [model('m', { modes, modeSelectors: [{ ...field, values }] })] } },
    /value on: stands twice/,
  )
  const force = [{ mode: 'quick', value: 'on' }]
  refused(
    t,
    {
      catalogue: { models: [model('m', { modes, modeSelectors: [{ ...field, values: values.slice(0, 1), force }] })] },
    },
    /`on` is to force `quick`, and means `deep`/,
  )
  refused(t, { catalogue: { models: [model('m', { modes: ['deep', 'deep'] })] } }, /mode deep: stands twice/)
})

t.test('a scope that names what the catalogue does not have', async (t) => {
  const over = (scope: Partial<typeof everything>) => [
    restriction('r', [limb(foreign)], { scope: { ...everything, ...scope } }),
  ]
  refused(t, { directives: over({ models: { families: ['f'], ids: [] } }) }, /no family `f`/)
  refused(t, { directives: over({ models: { families: [], ids: ['mm'] } }) }, /no model `mm`/)
  refused(t, { directives: over({ modes: ['deep'] }) }, /no model has the mode `deep`/)
  refused(t, { directives: over({ variants: [null, 'x'] }) }, /no model has the variant `x`/)
  refused(
    t,
    { directives: [restriction('r', [limb({ test: 'mode', modes: ['deep'] })])] },
    /no model has the mode `deep`/,
  )
  refused(
    t,
    { directives: [window('w', { scope: { ...everything, modes: ['deep'] } })] },
    /no model has the mode `deep`/,
  )
  const r = restriction('r', [limb(foreign)])
  refused(
    t,
    { directives: [r], grants: [grant('g', 'r', { scope: { ...everything, modes: ['deep'] } })] },
    /grant g: no model has/,
  )
})

t.test('a forced mode that nothing could have', async (t) => {
  const catalogue = { models: [model('m'), model('n', { modes: ['deep'] })] }
  const obligations = [{ kind: 'force-mode', mode: 'deep' }] as const
  const scope = { ...everything, models: { families: [], ids: ['m'] } }
  const fault = /forces the mode `deep`, which no model that it covers has/
  const r = restriction('r', [limb(foreign)])
  refused(t, { catalogue, directives: [restriction('r', [limb(foreign)], { obligations, scope })] }, fault)
  refused(t, { catalogue, directives: [window('w', { obligations, scope })] }, fault)
  refused(t, { catalogue, directives: [r], grants: [grant('g', 'r', { obligations, scope })] }, fault)
  t.same(faultsOf(bundle({ catalogue, directives: [restriction('r', [limb(foreign)], { obligations })] })), [])
})

t.test('what would open something by coming in the place of something else', async (t) => {
  const member = limb({ test: 'member', program: 'p', holds: false }, { reason: 'membership_absent' })
  const program = restriction('p', [member], { kind: 'program' })
  const next = { version: 2, supersedes: [1] }
  refused(t, { directives: [program, restriction('p', [member], next)] }, /version 1 of kind program/)
  refused(t, { directives: [window('p'), restriction('p', [member], next)] }, /version 1 of kind evaluation-window/)
  refused(t, { directives: [restriction('p', [member]), window('p', next)] }, /only the same kind may take its place/)
  refused(t, { directives: [restriction('p', [member], { supersedes: [2] })] }, /version 2, which is later/)
  const policy = restriction('p', [member], { kind: 'internal-policy' })
  const reported = { ...policy, ...next, reportOnlyUntil: noon }
  refused(t, { directives: [policy, reported] }, /enforced while it is only reported/)
  t.same(faultsOf(bundle({ directives: [{ ...policy, reportOnlyUntil: noon }, reported] })), [])
  t.same(faultsOf(bundle({ directives: [program, { ...program, ...next }] })), [])
  const ahead = {
    id: 'w',
    title: 'w',
    about: policy.about,
    directive: 'p',
    versions: [2],
    effective: noon,
    position: policy.position,
  }
  refused(t, { directives: [policy], withdrawals: [ahead] }, /withdrawal w: there is no directive p@2/)
})

t.test('a region that is none, where the regions of its country are known', async (t) => {
  const at = (code: string): Partial<Bundle> => ({
    directives: [restriction('r', [limb({ test: 'place', outside: false, places: { lists: [], codes: [code] } })])],
  })
  refused(t, at('UA-99'), /is no subdivision of its country/)
  t.same(faultsOf(bundle(at('UA-43'))), [])
  t.same(faultsOf(bundle(at('FR-99'))), [], 'of France no table is kept')
  const list = {
    id: 'l',
    title: 'l',
    regime: 'ofac',
    members: ['KP', 'UA-43'],
    asOf: noon,
    source: 's',
    digest: null,
    reviewBy: noon,
    position: { path: 'l.yaml', line: 1 },
  } as const
  refused(t, { lists: [{ ...list, members: ['UA-00'] }] }, /is no subdivision of its country/)
  const held = limb({ test: 'nationality', attribution: 'any-held', countries: { lists: ['l'], codes: [] } })
  refused(t, { lists: [list], directives: [restriction('r', [held])] }, /nobody is a national of the region `UA-43`/)
})

t.test('records that contradict each other', async (t) => {
  const organization = {
    id: 'o',
    name: 'o',
    kind: 'company',
    incorporatedIn: 'US',
    organizedIn: [],
    ownedBy: [],
    branchOf: null,
    from: 0,
    to: null,
  } as const
  const records = (...organizations: Bundle['registers']['organizations']) => ({
    registers: registers({ organizations }),
  })
  refused(t, records(organization, { ...organization, incorporatedIn: 'FR', from: 5 }), /organization o: two records/)
  t.same(faultsOf(bundle(records({ ...organization, to: 5 }, { ...organization, incorporatedIn: 'FR', from: 5 }))), [])
  const attestation = {
    ...ever,
    id: 'a',
    organization: 'o',
    signer: 's',
    clients: [{ issuer, subject: 'x' }],
    noForeignPersonUnder: [],
    foreignPersonsUnder: [],
    employeesOnly: false,
    places: [],
  }
  refused(t, { registers: registers({ attestations: [attestation, attestation] }) }, /attestation a: stands twice/)
  const r = restriction('r', [limb(foreign)])
  refused(
    t,
    { directives: [r], grants: [grant('g', 'r', { from: noon, to: noon })] },
    /grant g: it ends before it begins/,
  )
})

t.test('a withdrawal and a superseding version end a directive, and only then', async (t) => {
  const v1 = restriction('r', [limb(foreign)])
  const withdrawal = {
    id: 'w',
    title: 'w',
    about: v1.about,
    directive: 'r',
    versions: [1],
    effective: noon,
    position: v1.position,
  }
  const who = { us_person: false }
  const before = '2026-06-20T11:59:59.999Z'
  const withdrawn = load({ directives: [v1], withdrawals: [withdrawal] })
  t.equal(answer(ask(withdrawn, { who, when: before })), 'person_restricted')
  t.equal(ask(withdrawn, { who, when: before }).validUntil, noon)
  t.equal(ask(withdrawn, { who }).reason, 'no_directive_applies')
  t.equal(answer(ask(withdrawn, { who }, 250)), 'person_restricted', 'an uncertain clock keeps it in force')
  const second = { ...v1, version: 2 }
  const other = load({ directives: [v1, second], withdrawals: [{ ...withdrawal, versions: [2] }] })
  t.equal(answer(ask(other, { who })), 'person_restricted')

  const barred = limb({ test: 'tier', tier: 'barred', holds: true })
  const v2 = restriction('r', [barred], { version: 2, supersedes: [1], effective: noon })
  const superseded = load({ directives: [v2, v1] })
  t.equal(answer(ask(superseded, { who, when: before })), 'person_restricted')
  t.equal(answer(ask(superseded, { who })), 'permit')
  const beside = load({ directives: [{ ...v2, supersedes: [] }, v1] })
  t.equal(
    answer(ask(beside, { who })),
    'person_restricted',
    'a new version that says nothing of the old one adds to it',
  )
})

t.test('a directive holds from its first instant to its last, wider by the uncertainty of the clock', async (t) => {
  const policy = load({ directives: [restriction('r', [limb(foreign)], { effective: noon, ends: noon + 1000 })] })
  const after = (ms: number, uncertainty = 0) =>
    answer(ask(policy, { who: { us_person: false }, when: new Date(noon + ms).toISOString() }, uncertainty))
  t.same(
    [-1, 0, 999, 1000].map((ms) => after(ms)),
    ['permit', 'person_restricted', 'person_restricted', 'permit'],
  )
  t.same(
    [-251, -250, 1249, 1250].map((ms) => after(ms, 250)),
    ['permit', 'person_restricted', 'person_restricted', 'permit'],
  )
})

t.test('limbs that stand word by word in several directives are decided as if each stood alone', async (t) => {
  const twice = load({ directives: [restriction('a', [limb(foreign)]), restriction('b', [limb(foreign)])] })
  const strict = { atLeast: 'verified', notOlderThan: 1000, whenConflicting: 'unknown' } as const
  const apart = load({
    directives: [restriction('a', [limb(foreign)]), restriction('b', [limb(foreign)], { statusEvidence: strict })],
  })
  const who = { us_person: true }
  t.same(
    ask(twice, { who }).determinations.map(({ result }) => result),
    ['satisfied', 'satisfied'],
  )
  t.same(
    ask(apart, { who }).determinations.map(({ result }) => result),
    ['satisfied', 'indeterminate'],
    'other demands, another limb',
  )
  const granted = load({
    directives: [restriction('a', [limb(foreign)]), restriction('b', [limb(foreign)])],
    grants: [grant('g', 'a', { covers: [{ cover: 'subject', subject: { issuer, subject: 'somebody' } }] })],
  })
  t.same(
    ask(granted, { who: { us_person: false } }).determinations.map(({ result }) => result),
    ['satisfied', 'violated'],
  )
})
