// The parties that a token names, and the roles that it grants on the admin listener.
import t from 'tap'
import type { Identification } from '../../src/identity/index.ts'
import type { IssuerSettings } from '../../src/vocabulary/settings.ts'
import {
  goodClaims,
  identityAt,
  makeKey,
  outcome,
  settingsFor,
  sign,
  startIssuer,
  testTime,
} from './stand-in-issuer.ts'

const organizationClaim = 'https://portcullis.dev/claims/organization'
const key = await makeKey('k1')
const idp = await startIssuer([key])
t.teardown(() => idp.stop())

async function look(claims: Record<string, unknown>, settings: Partial<IssuerSettings> = {}): Promise<Identification> {
  const identity = identityAt(testTime(), [settingsFor(idp.issuer, settings)])
  const answer = await identity.identify(sign(key, goodClaims(idp.issuer, claims)))
  identity.close()
  return answer
}

t.test('a subject is a service unless the token says that it is a person', async (t) => {
  const kindOf = async (value: unknown, settings: Partial<IssuerSettings> = {}): Promise<string> => {
    const answer = await look({ sub_type: value }, settings)
    return answer.kind === 'identified' ? answer.caller.subject.kind : answer.reason
  }
  t.equal(await kindOf('person'), 'person')
  t.equal(await kindOf('user'), 'person')
  for (const word of [undefined, 'service', 'Person', 'app', '', 'persons'])
    t.equal(await kindOf(word), 'service', String(word))
  for (const value of [true, 5, null, ['person'], {}])
    t.equal(await kindOf(value), 'token_invalid', JSON.stringify(value))
  t.equal(await kindOf('person', { mapping: { 'subject-kind': 'idtyp' } }), 'service', 'mapped elsewhere')
})

t.test('actors are parties of their own: the outermost acts now, the others came before, newest first', async (t) => {
  const act = {
    sub: 'agent-3',
    verified_claims: {
      verification: { trust_framework: 'x', time: '2026-06-01T00:00:00Z' },
      claims: { nationalities: ['FR'] },
    },
    act: { sub: 'agent-2', iss: 'https://other.example', sub_type: 'person', act: { sub: 'agent-1' } },
  }
  t.match(await look({ act }), {
    kind: 'identified',
    caller: {
      subject: { id: { subject: 'alice' }, evidence: [] },
      actor: {
        id: { issuer: idp.issuer, subject: 'agent-3' },
        kind: 'service',
        evidence: [{ name: 'nationalities', value: ['FR'], state: 'verified' }],
      },
      priorActors: [
        { id: { issuer: 'https://other.example', subject: 'agent-2' }, kind: 'person' },
        { id: { issuer: idp.issuer, subject: 'agent-1' }, kind: 'service' },
      ],
    },
  })
  t.match(await look({}), { caller: { actor: null, priorActors: [] } })
})

t.test('an actor that is named and cannot be read makes the token unacceptable', async (t) => {
  for (const act of [
    null,
    'agent',
    5,
    [],
    [{ sub: 'a' }],
    {},
    { sub: '' },
    { sub: 5 },
    { sub: 'a', iss: 5 },
    { sub: 'a', act: null },
    { sub: 'a', act: {} },
    { sub: 'a', act: 'b' },
    { sub: 'a', sub_type: 5 },
  ]) {
    t.equal(outcome(await look({ act })), 'token_invalid', JSON.stringify(act))
  }
})

t.test('an organization is named once, outside or inside verified_claims', async (t) => {
  const inside = (id: unknown): object => ({ verification: {}, claims: { [organizationClaim]: id } })
  t.match(await look({ [organizationClaim]: 'org-q' }), {
    caller: { organization: 'org-q', organizationExpected: false },
  })
  t.match(await look({ verified_claims: inside('org-q') }), { caller: { organization: 'org-q' } })
  t.match(await look({ [organizationClaim]: 'org-q', verified_claims: inside('org-q') }), {
    caller: { organization: 'org-q' },
  })
  t.match(await look({}), { caller: { organization: null, organizationExpected: false } })
  t.match(await look({}, { organization: 'always-asserted' }), {
    caller: { organization: null, organizationExpected: true },
  })
  t.equal(
    outcome(await look({ [organizationClaim]: 'org-q', verified_claims: inside('org-r') })),
    'token_invalid',
    'two of them',
  )
  for (const value of [null, '', 5, ['org-q'], {}]) {
    t.equal(outcome(await look({ [organizationClaim]: value })), 'token_invalid', JSON.stringify(value))
    t.equal(
      outcome(await look({ verified_claims: inside(value) })),
      'token_invalid',
      `${JSON.stringify(value)}, verified`,
    )
  }
})

t.test('the facts of the token are kept, and the token is not', async (t) => {
  const token = sign(key, goodClaims(idp.issuer, { sid: 's-1' }))
  const identity = identityAt(testTime(), [settingsFor(idp.issuer, { stepUp: { acrValues: ['high'] } })])
  const answer = await identity.identify(token)
  t.match(answer, {
    caller: {
      token: {
        issuer: idp.issuer,
        jti: 'one',
        sid: 's-1',
        issuedAt: goodClaims('')['iat'],
        expiresAt: goodClaims('')['exp'],
        keyThumbprint: identity.keys()[0],
        stepUp: { acrValues: ['high'] },
      },
    },
  })
  t.match(answer.kind === 'identified' && answer.caller.token.digest, /^[A-Za-z0-9_-]{43}$/)
  t.notMatch(JSON.stringify(answer), token.split('.')[2])
  identity.close()
})

t.test('roles come from the mapped values of the one claim, and only ever allow', async (t) => {
  const roles = {
    claim: 'realm.roles',
    values: { ops: 'operator', officer: 'compliance', 'officer-2': 'compliance' },
  } as const
  const rolesOf = async (
    said: unknown,
    more: Record<string, unknown> = {},
    settings: Partial<IssuerSettings> = { roles },
  ): Promise<unknown> => {
    const answer = await look({ realm: { roles: said }, ...more }, settings)
    return answer.kind === 'identified' ? answer.roles : answer.reason
  }
  t.same(await rolesOf(['ops', 'officer', 'officer-2', 'other']), ['compliance', 'operator'])
  t.same(await rolesOf('ops'), ['operator'])
  for (const said of [
    undefined,
    null,
    5,
    {},
    [],
    ['OPS'],
    ['ops '],
    ['operator'],
    [['ops']],
    'ops officer',
    ['constructor', '__proto__', 'toString'],
  ]) {
    t.same(await rolesOf(said), [], JSON.stringify(said))
  }
  t.same(await rolesOf(['ops'], { _claim_names: { realm: 's' } }), [], 'overage gives none')
  t.same(await rolesOf(['ops'], { act: { sub: 'agent' } }), [], 'an agent of an operator is no operator')
  t.same(await rolesOf(['ops'], {}, { roles: null }), [], 'an issuer that grants none')
  const groups = { roles: { claim: 'groups', values: { ops: 'operator' } } } as const
  t.same(await rolesOf(undefined, { groups: ['ops'] }, groups), ['operator'])
  t.same(await rolesOf(undefined, { groups: ['ops'], hasgroups: true }, groups), [], 'groups that stand elsewhere')
})
