// What a record tells of each predicate: whom it was asked of, what it came to, and by which evidence, each with its state, its source
// and its time; never a value.

import t from 'tap'
import type { Condition, Limb, RestrictingDirective } from '../../src/policy/bundle/bundle.ts'
import { ask, day, ever, foreign, issuer, limb, load, noon, registers, restriction } from './small-policy.ts'

const client = { issuer, subject: 'desk' }
const attestation = {
  ...ever,
  id: 'a1',
  organization: 'o',
  signer: 's',
  clients: [client],
  noForeignPersonUnder: ['ear-772.1-foreign-person'] as const,
  foreignPersonsUnder: [],
  employeesOnly: false,
  places: ['US'],
}
const organization = {
  ...ever,
  id: 'o',
  name: 'O',
  kind: 'company',
  incorporatedIn: 'US',
  organizedIn: [],
  ownedBy: [],
  branchOf: null,
} as const
const known = registers({
  organizations: [organization],
  clients: [{ ...client, organization: 'o', ...ever }],
  attestations: [attestation],
  members: (
    [
      ['old', 0, noon - 1],
      ['new', noon + 1, null],
      ['now', 0, null],
    ] as const
  ).map(([subject, from, to]) => ({
    program: 'p',
    member: { kind: 'subject', subject: { issuer, subject } },
    from,
    to,
  })),
})

interface Asked {
  readonly who?: Record<string, unknown>
  readonly where?: unknown
  readonly anyOf?: Limb['anyOf']
  readonly more?: Partial<RestrictingDirective>
}

/** `predicate(party) value [evidence state source time]…`; the time in days before now. */
function told(is: Condition, { who = {}, where = 'home', anyOf = ['subject'], more = {} }: Asked = {}): string {
  const policy = load({ directives: [restriction('r', [limb(is, { anyOf })], more)], registers: known })
  const predicates = ask(policy, { who, where }).determinations[0]?.limbs[0]?.predicates ?? []
  return predicates
    .map(({ predicate, value, evidence }) => {
      const by = evidence.map(({ name, state, source, verifiedAt }) => {
        const age = verifiedAt === null ? '-' : `${(noon - verifiedAt) / day}d`
        return ` [${name} ${state} ${source} ${age}]`
      })
      return `${predicate} ${value}${by.join('')}`
    })
    .join('; ')
}

const service = { kind: 'service', id: 'x' }
const desk = { kind: 'service', id: 'desk' }
const iran = { lists: [], codes: ['IR'] }
const place: Condition = { test: 'place', outside: false, places: iran }
const residence: Condition = { test: 'residence', places: iran }
const nationality: Condition = { test: 'nationality', attribution: 'any-held', countries: iran }

t.test('a person by each statement about them', async (t) => {
  t.equal(
    told(foreign, { who: { us_person: true, status: 'asylee' } }),
    'foreign-person(subject) false [us-person verified case 30d] [immigration-status verified case 30d]',
  )
  t.equal(
    told(foreign, { who: { us_person: true, says: { us_person: false } } }),
    'foreign-person(subject) unknown [us-person verified case 30d] [us-person insufficient case -]',
  )
  const newer = {
    more: { statusEvidence: { atLeast: 'verified', notOlderThan: null, whenConflicting: 'better-wins' } },
  } as const
  t.equal(
    told(foreign, { who: { us_person: true, says: { us_person: false } }, ...newer }),
    'foreign-person(subject) false [us-person verified case 30d] [us-person conflicting case -]',
  )
  const lists = { nationalities: ['DE'], nationalities_complete: true }
  t.equal(told(nationality, { who: lists }), 'nationality(subject) false [nationalities verified case 30d]')
  t.equal(
    told(nationality, { who: { ...lists, says: { ...lists, nationalities: ['FR'] } }, ...newer }),
    'nationality(subject) false [nationalities verified case 30d] [nationalities conflicting case -]',
  )
  t.equal(
    told(residence, { who: { residence: { country: 'DE' } } }),
    'residence(subject) false [residence verified case 30d]',
  )
  t.equal(
    told(residence, {
      who: { residence: { country: 'DE' } },
      more: { residenceEvidence: { atLeast: 'verified', notOlderThan: 30 * day, whenConflicting: 'unknown' } },
    }),
    'residence(subject) unknown [residence stale case 30d]',
  )
})

t.test('a service by its own word where nobody registered who runs it', async (t) => {
  const said = (who: Record<string, unknown>) => told(foreign, { who: { ...service, ...who } })
  t.equal(said({ us_person: true }), 'foreign-person(subject) false [us-person verified case 30d]')
  t.equal(said({ us_person: false }), 'foreign-person(subject) true [us-person verified case 30d]')
  t.equal(
    said({ us_person: true, says: { us_person: false } }),
    'foreign-person(subject) unknown [us-person verified case 30d] [us-person insufficient case -]',
  )
  t.equal(said({ says: { us_person: true } }), 'foreign-person(subject) unknown [us-person insufficient case -]')
  t.equal(said({}), 'foreign-person(subject) unknown')
  t.equal(
    told(foreign, {
      who: { ...service, us_person: true, says: { us_person: false } },
      more: { statusEvidence: { atLeast: 'verified', notOlderThan: null, whenConflicting: 'better-wins' } },
    }),
    'foreign-person(subject) false [us-person verified case 30d] [us-person conflicting case -]',
  )
})

t.test('a service and its organization by the register, its end users by what is attested', async (t) => {
  const registered = '[organization verified register:o -]'
  const attested = '[attestation verified register:a1 -]'
  t.equal(told(foreign, { who: desk }), `foreign-person(subject) false ${registered}`)
  t.equal(told(foreign, { who: desk, anyOf: ['organization'] }), `foreign-person(organization) false ${registered}`)
  t.equal(told(foreign, { who: desk, anyOf: ['end-user'] }), `foreign-person(end-user) false ${attested}`)
  t.equal(told(place, { who: desk, anyOf: ['end-user'] }), `place(end-user) false ${attested}`)
  t.equal(told(residence, { who: desk }), `residence(subject) false ${registered}`)
  t.equal(told(residence, { who: desk, anyOf: ['organization'] }), `residence(organization) false ${registered}`)
  t.equal(told(residence, { who: desk, anyOf: ['end-user'] }), 'residence(end-user) unknown')
  t.equal(told(nationality, { who: desk }), `nationality(subject) false ${registered}`)
  t.equal(told(nationality, { who: desk, anyOf: ['organization'] }), `nationality(organization) false ${registered}`)
  t.equal(told(nationality, { who: desk, anyOf: ['end-user'] }), 'nationality(end-user) unknown')
})

t.test('a place by the lookup, with what stands against believing it', async (t) => {
  const at = (where: unknown) => told(place, { where })
  t.equal(at('home'), 'place(subject) false [place located database 1d]')
  t.equal(at('IR'), 'place(subject) true [place located database 1d]')
  t.equal(at({ country: 'US', anonymizer: 'vpn' }), 'place(subject) unknown [place anonymizer database 1d]')
  t.equal(at({ country: 'US', database_days: 30 }), 'place(subject) unknown [place evidence_stale database 30d]')
  t.equal(at('nowhere-in-database'), 'place(subject) unknown [place location_unknown database 1d]')
  t.equal(at('no-address'), 'place(subject) unknown [place location_unknown database 1d]')
  t.equal(at('no-database'), 'place(subject) unknown [place geo_unavailable database -]')
})

t.test('a place is looked at only where the status leaves it open', async (t) => {
  const doj: Condition = { test: 'foreign-person', definition: 'doj-202.256' }
  t.equal(
    told(doj, { who: { us_person: { value: true, basis: 'citizen-or-national' } } }),
    'foreign-person(subject) false [us-person verified case 30d]',
  )
  t.equal(
    told(doj, { who: { us_person: false } }),
    'foreign-person(subject) true [us-person verified case 30d]; place(subject) false [place located database 1d]',
  )
})

t.test('a register by what it says of an entry', async (t) => {
  for (const [id, state] of [
    ['old', 'ended'],
    ['new', 'ahead'],
    ['now', 'holds'],
    ['nobody', 'absent'],
  ] as const) {
    const is = state === 'holds'
    t.equal(
      told({ test: 'member', program: 'p', holds: true }, { who: { id } }),
      `member(subject) ${is} [member ${state} register -]`,
    )
    t.equal(
      told({ test: 'member', program: 'p', holds: false }, { who: { id } }),
      `not-member(subject) ${!is} [member ${state} register -]`,
    )
  }
  const absent: readonly Condition[] = [
    { test: 'evaluator', list: 'l', holds: true },
    { test: 'staff', list: 'l', holds: true },
    { test: 'tier', tier: 't', holds: true },
  ]
  for (const is of absent) {
    for (const role of ['subject', 'organization', 'end-user'] as const) {
      t.equal(told(is, { who: desk, anyOf: [role] }), `${is.test}(${role}) false [${is.test} absent register -]`)
    }
  }
})
