// The table that every engine of the bench `decide` gets: directives, licenses, people and requests, drawn from one seed. It belongs
// to no engine; how each of them writes it down stands in a file of its own.
//
// One embargo over all models, and for each model nine directives of its own: one like the letter of June (person and destination),
// three on persons, three on places, two on tiers. So every request meets ten directives, however many there are in all, and a
// table is the beginning of every larger one.

export const now: number = Date.parse('2026-06-20T12:00:00Z')
export const day = 86_400_000
export const licenseFrom: number = Date.parse('2026-06-01T00:00:00Z')
export const licenseTo: number = Date.parse('2027-06-01T00:00:00Z')
export const issuer = 'https://id.bench.example'
export const statusDays = 365
export const placeDays = 30

/** Who is not foreign under a definition, as far as the table has people. */
export type Definition = 'ear-772.1-foreign-person' | 'itar-120.62' | 'cfius-800'
export const definitions: Readonly<Record<Definition, readonly Basis[]>> = {
  'ear-772.1-foreign-person': ['citizen-or-national', 'permanent-resident', 'protected'],
  'itar-120.62': ['citizen-or-national', 'permanent-resident', 'protected'],
  'cfius-800': ['citizen-or-national'],
}

export type ListId = 'united-states' | 'embargoed' | 'group-a' | 'group-b' | 'group-c' | 'allies'
export const lists: Readonly<Record<ListId, readonly string[]>> = {
  'united-states': ['US', 'PR', 'GU', 'VI', 'AS', 'MP', 'UM'],
  embargoed: ['CU', 'IR', 'KP'],
  'group-a': [
    'AF',
    'BY',
    'CD',
    'CF',
    'CU',
    'ER',
    'HT',
    'IQ',
    'IR',
    'KP',
    'LB',
    'LY',
    'RU',
    'SO',
    'SS',
    'SY',
    'VE',
    'ZW',
  ],
  'group-b': [
    'AM',
    'AZ',
    'BY',
    'GE',
    'IQ',
    'KG',
    'KH',
    'KP',
    'KZ',
    'LA',
    'LY',
    'MD',
    'MN',
    'RU',
    'TJ',
    'TM',
    'UZ',
    'VN',
  ],
  'group-c': ['AE', 'BH', 'EG', 'IL', 'IQ', 'IR', 'JO', 'KW', 'LB', 'LY', 'OM', 'PK', 'QA', 'SA', 'SY', 'YE'],
  allies: ['AU', 'CA', 'DE', 'FR', 'GB', 'JP', 'KR', 'NL', 'NO', 'NZ', 'SE', 'US'],
}

export type Tier = 'bio' | 'cyber' | 'nuclear' | 'persuasion'
export const tiers: readonly Tier[] = ['bio', 'cyber', 'nuclear', 'persuasion']

export type Limb =
  | { readonly limb: string; readonly test: 'foreign-person'; readonly definition: Definition }
  | { readonly limb: string; readonly test: 'place'; readonly is: 'within' | 'outside'; readonly list: ListId }
  | { readonly limb: string; readonly test: 'not-in-tier'; readonly tier: Tier }

export interface TableDirective {
  readonly id: string
  readonly kind: 'restriction' | 'internal-policy'
  readonly model: string
  /** Either of them prohibits. */
  readonly limbs: readonly Limb[]
  /** The organization whose license discharges all limbs; null: none. */
  readonly licensed: string | null
}

export interface Person {
  readonly id: string
  readonly employer: string | null
  readonly tiers: readonly Tier[]
}

export type Basis = 'citizen-or-national' | 'permanent-resident' | 'protected' | 'none'

export interface TableRequest {
  readonly about: string
  readonly model: string
  readonly person: Person
  /** Verified word on US status; null: nothing is said. */
  readonly status: { readonly basis: Basis; readonly daysOld: number } | null
  readonly residence: string | null
  /** Null: the database does not know the address. */
  readonly country: string | null
  readonly databaseDays: number
}

export interface Table {
  /** With the embargo, which stands beside the directives of the models. */
  readonly size: number
  readonly models: readonly string[]
  readonly directives: readonly TableDirective[]
  readonly people: readonly Person[]
  readonly organizations: readonly string[]
}

const perModel = 9

/** @param size 1 and a multiple of nine: 10, 100, 1 000, … */
export function drawTable(size: number): Table {
  const modelCount = (size - 1) / perModel
  if (!Number.isInteger(modelCount) || modelCount < 1) throw new RangeError(`no table of ${size} directives`)
  const organizations = Array.from({ length: 40 }, (_, index) => `org-${index}`)
  const models = Array.from({ length: modelCount }, (_, index) => `model-${index}`)
  return {
    size,
    models,
    directives: models.flatMap((model, index) => directivesOf(model, draw(index + 1), organizations)),
    people: peopleOf(organizations),
    organizations,
  }
}

/** Half of them stand in every tier, half in none; every second has an employer. */
function peopleOf(organizations: readonly string[]): readonly Person[] {
  const employed = organizations.flatMap((employer) => [
    { id: `${employer}-cleared`, employer, tiers },
    { id: `${employer}-other`, employer, tiers: [] },
  ])
  const alone = organizations.flatMap((_, index) => [
    { id: `alone-${index}-cleared`, employer: null, tiers },
    { id: `alone-${index}-other`, employer: null, tiers: [] },
  ])
  return [...employed, ...alone]
}

function directivesOf(model: string, next: Draw, organizations: readonly string[]): readonly TableDirective[] {
  const licensed = next(organizations)
  const person = (definition: Definition): Limb => ({ limb: 'person', test: 'foreign-person', definition })
  const outside = (list: ListId): Limb => ({ limb: 'destination', test: 'place', is: 'outside', list })
  const within = (): Limb => ({
    limb: 'destination',
    test: 'place',
    is: 'within',
    list: next(['group-a', 'group-b', 'group-c']),
  })
  const tier = (): readonly Limb[] => [{ limb: 'tier', test: 'not-in-tier', tier: next(tiers) }]
  const restricting: readonly (readonly Limb[])[] = [
    [person('ear-772.1-foreign-person'), outside('united-states')],
    [person('ear-772.1-foreign-person')],
    [person('itar-120.62')],
    [person('cfius-800')],
    [outside('allies')],
    [within()],
    [within()],
  ]
  return [
    ...restricting.map((limbs, index) => ({
      id: `${model}-restriction-${index}`,
      kind: 'restriction' as const,
      model,
      limbs,
      licensed,
    })),
    ...[tier(), tier()].map((limbs, index) => ({
      id: `${model}-policy-${index}`,
      kind: 'internal-policy' as const,
      model,
      limbs,
      licensed: null,
    })),
  ]
}

/** What may be asked, of 20: each of these as often as its number says. */
const mix: readonly (readonly [count: number, about: string, ask: Ask])[] = [
  [8, 'a citizen at home, in the tiers', () => ({})],
  [
    2,
    'a foreign employee of the licensed organization, abroad',
    ({ licensed }) => ({ person: licensed, status: { basis: 'none', daysOld: 30 }, country: 'DE' }),
  ],
  [2, 'a foreign person at home', () => ({ status: { basis: 'none', daysOld: 30 } })],
  [
    1,
    'a permanent resident under a definition that admits none',
    () => ({ status: { basis: 'permanent-resident', daysOld: 30 } }),
  ],
  [2, 'a citizen abroad', ({ next }) => ({ country: next(['DE', 'RU', 'BR', 'SA']) })],
  [1, 'a citizen where the embargo holds', () => ({ country: 'IR' })],
  [2, 'a citizen in no tier', ({ next, others }) => ({ person: next(others) })],
  [1, 'somebody of whom nothing is said', () => ({ status: null })],
  [
    0.5,
    'a citizen whose status was verified too long ago',
    () => ({ status: { basis: 'citizen-or-national', daysOld: 400 } }),
  ],
  [0.5, 'a citizen at an address that no database places', () => ({ country: null })],
]

type Ask = (from: {
  readonly next: Draw
  readonly licensed: Person
  readonly others: readonly Person[]
}) => Partial<TableRequest>

/** Requests over all models of the table, in the proportions of the mix, in an order of chance. */
export function drawRequests(table: Table, count: number): readonly TableRequest[] {
  const next = draw(20_260_620)
  const cleared = table.people.filter((one) => one.tiers.length > 0)
  const others = table.people.filter((one) => one.tiers.length === 0)
  const requests = mix.flatMap(([parts, about, ask]) =>
    Array.from({ length: (count * parts) / 20 }, (): TableRequest => {
      const model = next(table.models)
      const holder = table.directives.find((one) => one.model === model)?.licensed
      const licensed = cleared.find(({ employer }) => employer === holder)
      if (licensed === undefined) throw new Error(`\`${model}\` has no license`)
      return {
        about,
        model,
        person: next(cleared.filter(({ employer }) => employer !== holder)),
        status: { basis: 'citizen-or-national', daysOld: 30 },
        residence: 'US',
        country: 'US',
        databaseDays: 1,
        ...ask({ next, licensed, others: others.filter(({ employer }) => employer !== holder) }),
      }
    }),
  )
  return shuffled(requests, next)
}

/** One of several, by chance. */
type Draw = <T>(from: readonly T[]) => T

/** mulberry32: the same seed draws the same on every machine. */
function draw(seed: number): Draw {
  let state = seed >>> 0
  return (from) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    const index = Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * from.length)
    return from[index] as (typeof from)[number]
  }
}

function shuffled<T>(items: readonly T[], next: Draw): readonly T[] {
  const left = items.slice()
  return items.map(() => left.splice(left.indexOf(next(left)), 1)[0] as T)
}
