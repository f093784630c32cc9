// Faults of meaning, each told in full: what is wrong, with the name of what it is wrong in, and nothing else; and beside each the
// nearest thing that is right.

import t from 'tap'
import type { JsonValue } from '../../src/json/index.ts'
import type { Bundle, CatalogueModel, Limb, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { loadPolicy, PolicyError } from '../../src/policy/index.ts'
import { bundle, day, everything, foreign, grant, limb, model, noon, restriction, window } from './small-policy.ts'

function faultsOf(more: Partial<Bundle>): readonly string[] {
  try {
    loadPolicy(JSON.parse(JSON.stringify(bundle(more))) as JsonValue)
  } catch (error) {
    if (error instanceof PolicyError) return error.faults
    throw error
  }
  return []
}

const list = (id: string, members: readonly string[] = ['KP']): Bundle['lists'][number] => ({
  id,
  title: id,
  regime: 'ofac',
  members,
  asOf: noon,
  source: 's',
  digest: null,
  reviewBy: noon,
  position: { path: 'l.yaml', line: 1 },
})
const r = restriction('r', [limb(foreign)])
const withdrawal = (id: string): Bundle['withdrawals'][number] => {
  const { about, position } = r
  return { id, title: id, about, directive: 'r', versions: [1], effective: noon, position }
}

t.test('what stands twice is named, and two things of one kind are not one', async (t) => {
  const directives = [r]
  t.same(faultsOf({ lists: [list('a'), list('b')] }), [])
  t.same(faultsOf({ lists: [list('a'), list('b'), list('a')] }), ['list a: stands twice'])
  t.same(faultsOf({ directives, grants: [grant('g', 'r'), grant('h', 'r')] }), [])
  t.same(faultsOf({ directives, grants: [grant('g', 'r'), grant('g', 'r')] }), ['grant g: stands twice'])
  t.same(faultsOf({ directives, withdrawals: [withdrawal('v'), withdrawal('w')] }), [])
  t.same(faultsOf({ directives, withdrawals: [withdrawal('w'), withdrawal('w')] }), ['withdrawal w: stands twice'])
  t.same(faultsOf({ directives: [r, r] }), ['directive r@1: stands twice'])
  t.same(faultsOf({ directives: [restriction('r', [limb(foreign), limb(foreign)])] }), [
    'directive r@1 limb limb: stands twice',
  ])
  t.same(faultsOf({ catalogue: { models: [model('m'), model('m')] } }), [
    'model m: stands twice',
    'model name m: stands twice',
  ])
})

t.test('a catalogue says each mode, each field and each variant once, and none that is not there', async (t) => {
  const faults = (more: Partial<CatalogueModel>) => faultsOf({ catalogue: { models: [model('m', more)] } })
  const field = { field: 'thinking', values: [], otherwise: null, force: [] } as const
  const modes = ['deep', 'quick']
  const variant = { id: 'x', release: 'released' } as const
  t.same(faults({ variants: [variant, { ...variant, id: 'y' }] }), [])
  t.same(faults({ variants: [variant, variant] }), ['model m variant x: stands twice'])
  t.same(faults({ modes, modeSelectors: [{ ...field, otherwise: 'deep' }] }), [])
  t.same(faults({ modes, modeSelectors: [{ ...field, otherwise: 'slow' }] }), ['model m: has no mode `slow`'])
  t.same(faults({ modes, modeSelectors: [{ ...field, values: [{ value: 'on', mode: 'slow' }] }] }), [
    'model m: has no mode `slow`',
  ])
  const [on, off] = [
    { mode: 'deep', value: 'on' },
    { mode: 'quick', value: 'off' },
  ]
  t.same(faults({ modes, modeSelectors: [{ ...field, force: [on, off] }] }), [])
  t.same(faults({ modes, modeSelectors: [{ ...field, force: [on, { ...off, mode: 'deep' }] }] }), [
    'model m thinking forced mode deep: stands twice',
  ])
  t.same(faults({ modes, modeSelectors: [{ ...field, force: [{ ...on, mode: 'slow' }] }] }), [
    'model m: has no mode `slow`',
  ])
  t.same(faults({ names: [...model('m').names, { name: 'm-x', variant: 'x', mode: null, forwardAs: null }] }), [
    'model m: name `m-x` stands for a variant that it does not have',
  ])
  const own = { name: 'm-v', variant: null, mode: null, forwardAs: null }
  t.same(faults({ names: [own] }), ['model m: its own id is not among its names'])
})

t.test('a scope speaks of the base variant, and of those that some model has', async (t) => {
  const models = [model('m', { variants: [{ id: 'x', release: 'released' }] }), model('n')]
  const over = (variants: readonly (string | null)[]) =>
    faultsOf({
      catalogue: { models },
      directives: [restriction('r', [limb(foreign)], { scope: { ...everything, variants } })],
    })
  t.same(over([null]), [])
  t.same(over([null, 'x']), [])
  t.same(over(['y', 'x']), ['directive r@1: no model has the variant `y`'])
})

t.test('what a limb names and what it needs is told with its limb', async (t) => {
  const faults = (one: Limb, more: Partial<RestrictingDirective> = {}) =>
    faultsOf({ lists: [list('l')], directives: [restriction('r', [one], more)] })
  const named = (name: string) => ({ lists: ['l', name], codes: [] })
  const held = (name: string) => limb({ test: 'nationality', attribution: 'any-held', countries: named(name) })
  const lives = (name: string) => limb({ test: 'residence', places: named(name) })
  const stays = (name: string) => limb({ test: 'place', outside: false, places: named(name) })
  for (const one of [held, lives, stays]) {
    t.same(faults(one('l')), [])
    t.same(faults(one('k')), ['directive r@1 limb limb: there is no list `k`'])
  }
  const missing = (what: string) => [`directive r@1 limb limb: says nothing of the ${what} evidence that it accepts`]
  t.same(faults(limb(foreign), { statusEvidence: null }), missing('status'))
  t.same(faults(held('l'), { statusEvidence: null }), missing('nationality'))
  t.same(faults(lives('l'), { residenceEvidence: null }), missing('residence'))
  t.same(faults(stays('l'), { placeEvidence: null }), missing('place'))
})

t.test(
  'one region among countries is enough to need a word on missing regions, and only a region needs it',
  async (t) => {
    const placeEvidence = { ...everywhere, whereRegionsAreUnknown: null }
    const faults = (lists: readonly string[], codes: readonly string[]) => {
      const stays = limb({ test: 'place', outside: false, places: { lists, codes } })
      const others = [list('l', ['UA-43', 'KP']), list('other', ['UA-43'])]
      return faultsOf({ lists: others, directives: [restriction('r', [stays], { placeEvidence })] })
    }
    const silent = ['directive r@1 limb limb: is silent on missing region data']
    t.same(faults([], ['IR', 'UA-43']), silent)
    t.same(faults(['l'], ['IR']), silent)
    t.same(faults([], ['IR']), [], 'a list that it does not name says nothing')
  },
)
const everywhere = {
  databaseNotOlderThan: null,
  anonymizers: 'unknown',
  whereAnonymizersAreUnknown: 'accept',
  whereRegionsAreUnknown: 'unknown',
} as const

t.test('an organization is at no place, in whatever a limb tests besides', async (t) => {
  const place = { test: 'place', outside: false, places: { lists: [], codes: ['IR'] } } as const
  const lives = { test: 'residence', places: { lists: [], codes: ['IR'] } } as const
  const faults = (...[is, anyOf]: readonly [Limb['is'], Limb['anyOf']]) =>
    faultsOf({ directives: [restriction('r', [limb(is, { anyOf })])] })
  const fault = ['directive r@1 limb limb: an organization is at no place that could be looked up']
  t.same(faults(place, ['subject', 'organization']), fault)
  t.same(faults({ test: 'all', of: [lives, place] }, ['organization']), fault)
  t.same(faults(place, ['subject', 'actor', 'end-user']), [])
  t.same(faults(lives, ['organization']), [])
})

t.test('a risk is accepted for a place or a residence, in an embargo, and nowhere else', async (t) => {
  const place = { test: 'place', outside: false, places: { lists: [], codes: ['IR'] } } as const
  const lives = { test: 'residence', places: { lists: [], codes: ['IR'] } } as const
  const whenUnknown = { kind: 'not-met', reason: 'x', reviewBy: noon } as const
  const faults = (is: Limb['is'], kind: RestrictingDirective['kind']) =>
    faultsOf({ directives: [restriction('r', [limb(is, { whenUnknown })], { kind })] })
  const fault = [
    'directive r@1 limb limb: when-unknown: not-met stands only on a place or residence limb of an embargo',
  ]
  t.same(faults(place, 'embargo'), [])
  t.same(faults({ test: 'any', of: [lives, place] }, 'embargo'), [])
  t.same(faults({ test: 'any', of: [foreign, place] }, 'embargo'), fault)
  t.same(faults(foreign, 'embargo'), fault)
  t.same(faults(place, 'restriction'), fault)
})

t.test('what ends as it begins ends before it begins, and what has no end does not', async (t) => {
  const from = noon
  const directives = (more: Partial<RestrictingDirective>) => ({
    directives: [restriction('r', [limb(foreign)], { effective: from, ...more })],
  })
  t.same(faultsOf(directives({ ends: from })), ['directive r@1: it ends before it begins'])
  t.same(faultsOf(directives({ ends: from + 1 })), [])
  const granted = (to: number | null) => faultsOf({ directives: [r], grants: [grant('g', 'r', { from, to })] })
  t.same(granted(from), ['grant g: it ends before it begins'])
  t.same(granted(from + 1), [])
  t.same(granted(null), [])
  t.same(faultsOf({ directives: [window('w', { admission: { from, to: from + 1 } })] }), [])
})

t.test('our own policy may be report-only, of either kind; no regulator’s may', async (t) => {
  const member = limb({ test: 'member', program: 'p', holds: false }, { reason: 'membership_absent' })
  const faults = (kind: RestrictingDirective['kind']) =>
    faultsOf({ directives: [restriction('r', [member], { kind, reportOnlyUntil: noon })] })
  t.same(faults('internal-policy'), [])
  t.same(faults('program'), [])
  const fault = ['directive r@1: only our own policy can be report-only']
  t.same(faults('restriction'), fault)
  t.same(faults('embargo'), fault)
})

t.test('a grant discharges no limb of a window', async (t) => {
  t.same(faultsOf({ directives: [window('w')], grants: [grant('g', 'w')] }), ['grant g: w@1 has no limb `limb`'])
})

t.test('a version takes the place of the versions that it names, and of no other', async (t) => {
  const policy = restriction('p', [limb(foreign)], { kind: 'internal-policy' })
  const program = restriction('p', [limb(foreign)], { kind: 'program' })
  const next = { version: 3, supersedes: [2] }
  // Version 1 is of a kind whose place this could not take.
  t.same(faultsOf({ directives: [program, { ...policy, version: 2 }, { ...policy, ...next }] }), [])
  t.same(faultsOf({ directives: [{ ...policy, ...next }] }), [], 'of a version that is not there nothing is taken')
  const embargo = restriction('p', [limb(foreign)], { kind: 'embargo', version: 2 })
  t.same(faultsOf({ directives: [embargo, { ...policy, ...next }] }), [], 'neither keeps its scope closed')
  t.same(
    faultsOf({
      directives: [
        { ...program, version: 2 },
        { ...policy, ...next },
      ],
    }),
    ['directive p@3: supersedes version 2 of kind program: only the same kind may take its place'],
  )
  t.same(faultsOf({ directives: [window('p', { version: 2 }), window('p', next)] }), [])
  t.same(faultsOf({ directives: [{ ...policy, supersedes: [1] }] }), ['directive p@1: supersedes itself'])
  t.same(faultsOf({ directives: [{ ...policy, supersedes: [2] }] }), [
    'directive p@1: supersedes version 2, which is later',
  ])
  t.same(faultsOf({ directives: [r], withdrawals: [{ ...withdrawal('w'), directive: 'other' }] }), [
    'withdrawal w: there is no directive other@1',
  ])
})

t.test(
  'what is reported first takes the place of what is enforced only if it is enforced from its beginning',
  async (t) => {
    const policy = restriction('p', [limb(foreign)], { kind: 'internal-policy' })
    const after = (reportOnlyUntil: number | null, effective: number) =>
      faultsOf({
        directives: [policy, { ...policy, version: 2, supersedes: [1], reportOnlyUntil, effective }],
      })
    const fault = ['directive p@2: supersedes version 1, which is enforced while it is only reported itself']
    t.same(after(null, noon), [])
    t.same(after(noon + 1, noon), fault)
    t.same(after(noon, noon), [], 'its reporting ends as it begins')
    t.same(after(noon - day, noon), [])
  },
)

t.test('an organization’s records follow each other in time, however they are written down', async (t) => {
  const record = (from: number, to: number | null): Bundle['registers']['organizations'][number] => ({
    id: 'o',
    name: 'o',
    kind: 'company',
    incorporatedIn: 'US',
    organizedIn: [],
    ownedBy: [],
    branchOf: null,
    from,
    to,
  })
  const faults = (...organizations: readonly ReturnType<typeof record>[]) =>
    faultsOf({ registers: { ...bundle().registers, organizations } })
  const fault = ['organization o: two records hold at the same time']
  t.same(faults(record(5, 9), record(1, 5), record(9, null)), [])
  t.same(faults(record(5, 9), record(1, 6)), fault)
  t.same(faults(record(1, 6), record(5, 9)), fault)
  t.same(faults(record(9, null), record(1, 5), record(4, 9)), fault)
})

t.test('a model or family that is not there is told, whatever else the scope names', async (t) => {
  const risks = [{ domain: 'cyber', tier: 'critical' }] as const
  const of = (models: { readonly ids: readonly string[]; readonly families: readonly string[] }) =>
    faultsOf({ directives: [{ ...r, scope: { ...everything, models, risks } }] })
  t.same(of({ ids: ['m', 'nothing'], families: [] }), ['directive r@1: there is no model `nothing`'])
  t.same(of({ ids: [], families: ['m', 'nowhere'] }), ['directive r@1: there is no family `nowhere`'])
})
