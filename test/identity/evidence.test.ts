// J12, J13: what the claims of a token become. Nothing is dropped, nothing is guessed.
import t from 'tap'
import type { Evidence } from '../../src/vocabulary/evidence.ts'
import type { IssuerSettings } from '../../src/vocabulary/settings.ts'
import {
  goodClaims,
  identityAt,
  makeKey,
  nowS,
  outcome,
  settingsFor,
  sign,
  startIssuer,
  testTime,
} from './stand-in-issuer.ts'

const own = (name: string): string => `https://portcullis.dev/claims/${name}`
const key = await makeKey('k1')
const idp = await startIssuer([key])
t.teardown(() => idp.stop())

async function evidenceOf(
  claims: Record<string, unknown>,
  settings: Partial<IssuerSettings> = {},
): Promise<readonly Evidence[] | string> {
  const identity = identityAt(testTime(), [settingsFor(idp.issuer, settings)])
  const answer = await identity.identify(sign(key, goodClaims(idp.issuer, claims)))
  identity.close()
  return answer.kind === 'identified' ? answer.caller.subject.evidence : answer.reason
}

const checkedAt = '2026-06-01T00:00:00Z'
const verification = { trust_framework: 'us_passport', assurance_level: 'high', time: checkedAt }
const source = `token:${idp.issuer}`
const verified = { state: 'verified', source, verifiedAt: Date.parse(checkedAt) }
const asserted = { state: 'asserted', source, verifiedAt: null }

t.test('every fact is read from verified_claims, with the time and backing of its entry', async (t) => {
  const claims = {
    [own('us_person')]: { value: true, definition: 'ear-772.1-foreign-person', basis: 'permanent-resident' },
    [own('immigration_status')]: 'H-1B',
    nationalities: ['IND', 'gb '],
    [own('nationalities_complete')]: true,
    address: { country: 'US', region: 'US-CA', formatted: '…' },
  }
  t.same(await evidenceOf({ verified_claims: { verification, claims } }), [
    {
      name: 'us-person',
      value: { value: true, definition: 'ear-772.1-foreign-person', basis: 'permanent-resident' },
      ...verified,
    },
    { name: 'immigration-status', value: 'h-1b', ...verified },
    { name: 'nationalities', value: ['IND', 'gb '], complete: true, ...verified },
    { name: 'residence', value: { country: 'US', region: 'US-CA' }, ...verified },
  ])
})

t.test(
  'verified_claims may be a list; each entry is evidence of its own, and the own word stands beside it',
  async (t) => {
    const entry = (value: boolean, time?: string): object => ({
      verification: { trust_framework: 'x', time },
      claims: { [own('us_person')]: value },
    })
    const found = await evidenceOf({
      verified_claims: [entry(true, checkedAt), entry(false)],
      [own('us_person')]: { value: false },
    })
    t.same(found, [
      { name: 'us-person', value: { value: true, definition: null, basis: null }, ...verified },
      { name: 'us-person', value: { value: false, definition: null, basis: null }, ...asserted },
      { name: 'us-person', value: { value: false, definition: null, basis: null }, ...asserted },
    ])
  },
)

t.test('nothing said is no evidence', async (t) => {
  t.same(await evidenceOf({}), [])
  t.same(await evidenceOf({ verified_claims: [] }), [])
  t.same(await evidenceOf({ verified_claims: { verification, claims: { given_name: 'A' } } }), [])
  t.same(
    await evidenceOf({ ctry: 'US', tenant_ctry: 'US', countryCode: 'US', birthplace: 'US', locale: 'en-US' }),
    [],
    'directory countries are none',
  )
})

t.test('what counts as verified is for the settings to say', async (t) => {
  const state = async (v: unknown, assurance: readonly string[]): Promise<unknown> => {
    const found = await evidenceOf(
      { verified_claims: { verification: v, claims: { nationalities: ['US'] } } },
      { assurance },
    )
    return typeof found === 'string'
      ? found
      : found.map((one) => [one.state, one.verifiedAt === null ? 'undated' : 'dated'].join(' ')).join()
  }
  t.equal(await state(verification, ['high']), 'verified dated', 'by its level')
  t.equal(await state(verification, ['us_passport']), 'verified dated', 'by its framework')
  t.equal(await state(verification, ['very-high']), 'asserted dated', 'neither')
  t.equal(
    await state({ ...verification, assurance_level: ['high'] }, ['high']),
    'asserted dated',
    'a level of another type',
  )
  t.equal(
    await state({ trust_framework: 'us_passport' }, ['us_passport']),
    'verified undated',
    'no time: verified, and stale wherever a limit is set',
  )
  t.equal(await state({ trust_framework: 'us_passport' }, []), 'asserted undated', 'no time and no list')
  t.equal(await state(undefined, []), 'asserted undated', 'no verification')
  t.equal(await state('yes', ['yes']), 'asserted undated', 'a verification that is none')
})

t.test('a time that cannot be read, or that lies ahead, is no time', async (t) => {
  const times: readonly (readonly [unknown, number | null])[] = [
    ['2026-06-01T00:00:00Z', Date.UTC(2026, 5, 1)],
    ['2026-06-01T02:00+02:00', Date.UTC(2026, 5, 1)],
    ['2026-06-01T00:00:00.250Z', Date.UTC(2026, 5, 1) + 250],
    [new Date(nowS * 1_000).toISOString(), nowS * 1_000],
    ['2026-06-20T12:00:30Z', (nowS + 30) * 1_000],
    ['2026-05-31T00:00:00Z', Date.UTC(2026, 4, 31)],
    ['2026-06-20T12:00:30.001Z', null],
    ['2026-06-31T00:00:00Z', null],
    ['2126-06-01T00:00:00Z', null],
    ['2026-06-01', null],
    ['2026-06-01T00:00:00', null],
    ['2026-02-30T00:00:00Z', null],
    ['2026-13-01T00:00:00Z', null],
    ['2026-06-01 00:00:00Z', null],
    ['June 1, 2026', null],
    [1_780_272_000, null],
    ['', null],
    [null, null],
  ]
  for (const [time, expected] of times) {
    const found = await evidenceOf(
      { verified_claims: { verification: { trust_framework: 'x', time }, claims: { nationalities: ['US'] } } },
      { assurance: ['x'] },
    )
    t.match(found, [{ state: 'verified', verifiedAt: expected }], JSON.stringify(time))
  }
})

t.test('J12: a value of the wrong kind is invalid evidence, never silence', async (t) => {
  const rows: readonly (readonly [string, Evidence['name'], readonly unknown[]])[] = [
    [
      own('us_person'),
      'us-person',
      [
        'true',
        'false',
        1,
        0,
        null,
        '',
        [],
        [true],
        {},
        { value: 'true' },
        { value: 1 },
        { value: null },
        { value: true, basis: 'citizen' },
        { value: true, basis: null, definition: 5 },
        { value: true, basis: ['none'] },
        { Value: true },
        '{"value":true}',
        { value: true, definition: 'a\u0000b' },
      ],
    ],
    [
      own('immigration_status'),
      'immigration-status',
      [true, null, '', 5, [], ['h-1b'], {}, 'h 1b', 'h-1b\n', 'a'.repeat(65), 'ｈ-1b'],
    ],
    ['nationalities', 'nationalities', [null, 5, true, {}, ['US', null], ['US', 5], [['US']], { 0: 'US' }]],
    [
      'address',
      'residence',
      [
        null,
        'US',
        5,
        [],
        ['US'],
        { country: null },
        { country: 5 },
        { country: ['US'] },
        { country: 'US', region: 5 },
        { country: 'a\u0007' },
      ],
    ],
    ['resident_country', 'residence', [null, 5, ['US'], {}]],
  ]
  for (const [claim, name, values] of rows) {
    for (const value of values) {
      const inside = await evidenceOf({ verified_claims: { verification, claims: { [claim]: value } } })
      t.match(inside, [{ name, state: 'invalid' }], `${name} ${JSON.stringify(value)}, verified`)
      t.equal(inside.length, 1)
      t.match(
        await evidenceOf({ [claim]: value }),
        [{ name, state: 'invalid' }],
        `${name} ${JSON.stringify(value)}, asserted`,
      )
    }
  }
  for (const complete of ['true', 1, null, {}]) {
    const found = await evidenceOf({ nationalities: ['DE'], [own('nationalities_complete')]: complete })
    t.match(
      found,
      [{ name: 'nationalities', state: 'invalid', complete: false }],
      `complete ${JSON.stringify(complete)}`,
    )
  }
})

t.test('J12: country codes are passed on as they came, one or many', async (t) => {
  for (const value of [['US', 'IR'], ['us '], [''], ['\uff35\uff33'], ['["US"]'], [], ['US', 'US']]) {
    t.match(
      await evidenceOf({ nationalities: value }),
      [{ name: 'nationalities', value, ...asserted, complete: false }],
      JSON.stringify(value),
    )
  }
  t.match(await evidenceOf({ nationalities: 'KP' }), [{ value: ['KP'], ...asserted }], 'a bare text is a list of one')
  t.match(await evidenceOf({ nationalities: '["US","IR"]' }), [{ value: ['["US","IR"]'] }], 'JSON in a text is a text')
})

t.test(
  'a part of verified_claims that cannot be read makes every fact invalid, and hides none of the others',
  async (t) => {
    const names = ['us-person', 'immigration-status', 'nationalities', 'residence']
    const good = { verification, claims: { [own('us_person')]: true } }
    for (const said of [
      null,
      'text',
      5,
      true,
      [null],
      ['text'],
      [[]],
      {},
      { verification },
      { verification, claims: null },
      { verification, claims: [] },
    ]) {
      const found = await evidenceOf({ verified_claims: said })
      t.match(
        found,
        names.map((name) => ({ name, state: 'invalid' })),
        JSON.stringify(said),
      )
    }
    const beside = (await evidenceOf({ verified_claims: [good, 'text'] })) as readonly Evidence[]
    t.equal(beside.length, 5)
    t.match(beside.at(-1), { name: 'us-person', state: 'verified' })
  },
)

t.test('a region without its country is passed on: it may be adverse', async (t) => {
  t.match(await evidenceOf({ address: { region: 'UA-43' } }), [
    { name: 'residence', value: { country: '', region: 'UA-43' } },
  ])
  t.match(await evidenceOf({ resident_country: 'UA', resident_state: 'UA-43' }), [
    { value: { country: 'UA', region: 'UA-43' } },
  ])
  const both = await evidenceOf({ address: { country: 'US' }, resident_country: 'IR' })
  t.same(
    (both as readonly Evidence[]).map((one) => one.value),
    [
      { country: 'US', region: null },
      { country: 'IR', region: null },
    ],
  )
})

t.test('J13: claims that the token only refers to are never read as absent', async (t) => {
  const overage = {
    _claim_names: { nationalities: 'src1', groups: 'src1' },
    _claim_sources: { src1: { endpoint: 'https://graph.example' } },
  }
  t.match(await evidenceOf(overage), [{ name: 'nationalities', state: 'invalid' }])
  t.match(
    await evidenceOf({ ...overage, nationalities: ['US'] }),
    [{ name: 'nationalities', state: 'invalid' }],
    'nor is the part that is there',
  )
  t.equal(((await evidenceOf({ _claim_names: { verified_claims: 's' } })) as readonly Evidence[]).length, 4)
  for (const name of ['act', 'sid', 'sub_type', own('organization')]) {
    t.equal(
      await evidenceOf({ _claim_names: { [name]: 's' } }),
      'token_invalid',
      `a role that stands elsewhere: ${name}`,
    )
  }
  for (const names of [null, [], 'groups', 5])
    t.equal(await evidenceOf({ _claim_names: names }), 'token_invalid', JSON.stringify(names))
  t.same(
    await evidenceOf({ _claim_names: { groups: 'src1' }, hasgroups: true }),
    [],
    'what no fact depends on is no matter',
  )
})

t.test('J13: a token beyond the bound is refused, whoever signed it', async (t) => {
  t.equal(await evidenceOf({ groups: Array.from({ length: 10_000 }, (_, at) => `group-${at}`) }), 'token_invalid')
})

t.test('a mapping points elsewhere, and then only there', async (t) => {
  const mapping = {
    'us-person': '/https:~1~1corp.example~1us',
    nationalities: 'profile.citizenships',
    'residence-country': 'home.country',
    'residence-region': 'home.state',
  }
  const claims = {
    'https://corp.example/us': true,
    profile: { citizenships: ['FR'] },
    home: { country: 'FR', state: 'FR-75' },
    nationalities: ['US'],
    address: { country: 'US' },
  }
  t.match(await evidenceOf(claims, { mapping }), [
    { name: 'us-person', value: { value: true } },
    { name: 'nationalities', value: ['FR'] },
    { name: 'residence', value: { country: 'FR', region: 'FR-75' } },
  ])
  t.equal(((await evidenceOf(claims, { mapping })) as readonly Evidence[]).length, 3)
  t.match(
    await evidenceOf({ profile: 'flat' }, { mapping }),
    [{ name: 'nationalities', state: 'invalid' }],
    'something else stands on the way',
  )
})

t.test('claims named like what every object has are claims like any other', async (t) => {
  const payload = JSON.stringify(goodClaims(idp.issuer)).replace(
    '}',
    ',"__proto__":{"nationalities":["US"],"act":{"sub":"x"}},"constructor":{}}',
  )
  const identity = identityAt(testTime(), [
    settingsFor(idp.issuer, { mapping: { organization: 'toString', nationalities: 'constructor.length' } }),
  ])
  const answer = await identity.identify(sign(key, payload))
  t.equal(outcome(answer), 'identified')
  t.same(
    answer.kind === 'identified' && [answer.caller.subject.evidence, answer.caller.organization, answer.caller.actor],
    [[], null, null],
  )
  identity.close()
})
