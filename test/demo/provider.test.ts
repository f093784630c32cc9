// The demo's OpenID provider: a real one, in its own process and time, and the gate's own reading of its tokens.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { admins, callers, organizations } from '../../src/demo/personas.ts'
import { startProvider } from '../../src/demo/provider.ts'
import { createIdentity, type Identification } from '../../src/identity/index.ts'
import type { AdminRole } from '../../src/vocabulary/settings.ts'

const audience = 'https://gateway.demo.example'
const june = Date.parse('2026-06-20T12:00:00Z')
const september = Date.parse('2026-09-10T12:00:00Z')

let offsetMs = june - Date.now()
const provider = await startProvider({ audience, now: june })
const roles = Object.fromEntries(admins.map(({ name }) => [name, name])) as Record<string, AdminRole>
const identity = createIdentity({
  issuers: [
    {
      issuer: provider.issuer,
      audience,
      algorithms: ['ES256'],
      tokenType: 'at+jwt',
      maxTokenAgeS: 43_200,
      mapping: {},
      assurance: ['portcullis-demo'],
      organization: 'when-claimed',
      stepUp: { acrValues: ['identity-verified'] },
      roles: { claim: 'roles', values: roles },
    },
  ],
  clock: { now: () => Date.now() + offsetMs },
  fetch: globalThis.fetch,
})
t.teardown(async () => {
  identity.close()
  await provider.stop()
})

type Identified = Identification & { kind: 'identified' }
async function identified(token: string): Promise<Identified> {
  const answer = await identity.identify(token)
  if (answer.kind !== 'identified') throw new Error(`${answer.reason}: ${answer.detail}`)
  return answer
}

t.test('it speaks OpenID Connect on loopback', async (t) => {
  t.match(provider.issuer, /^http:\/\/127\.0\.0\.1:\d+$/)
  const discovery = (await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json()) as Record<
    string,
    string
  >
  t.equal(discovery['issuer'], provider.issuer)
  const { keys } = (await (await fetch(discovery['jwks_uri'] as string)).json()) as { keys: object[] }
  t.match(keys, [{ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' }])
  t.notMatch(JSON.stringify(keys), '"d":')
})

t.test('every persona has a token that the gate accepts, with its own name, as a person', async (t) => {
  for (const { name, about } of callers) {
    const { caller, roles } = await identified(await provider.token(name))
    t.same(caller.subject.id, { issuer: provider.issuer, subject: name }, about)
    t.equal(caller.subject.kind, 'person')
    t.equal(caller.token.sid, `session-of-${name}`)
    t.same(roles, [])
  }
})

t.test('the personas are who they are said to be, as of a month before the demo', async (t) => {
  const evidence = async (name: string): Promise<unknown> =>
    (await identified(await provider.token(name))).caller.subject.evidence
  const dated = { state: 'verified', verifiedAt: june - 30 * 86_400_000 }
  const within = (found: unknown): void => {
    for (const one of found as { state: string; verifiedAt: number }[]) {
      t.equal(one.state, dated.state)
      t.ok(Math.abs(one.verifiedAt - dated.verifiedAt) < 60_000)
    }
  }
  const expected: Record<string, unknown> = {
    'us-citizen': [
      { name: 'us-person', value: { value: true, basis: 'citizen-or-national' } },
      { name: 'nationalities', value: ['USA'], complete: true },
    ],
    'green-card': [
      { name: 'us-person', value: { value: true, basis: 'permanent-resident' } },
      { value: ['IND'], complete: true },
    ],
    'foreign-national': [
      { name: 'us-person', value: { value: false } },
      { name: 'immigration-status', value: 'h-1b' },
      { value: ['DEU'] },
    ],
    'partner-us': [{ value: { value: true } }, { value: ['USA'] }],
    'partner-foreign': [{ value: { value: false } }, { value: ['NOR'] }],
    evaluator: [{ value: { value: true } }, { value: ['USA'] }],
    'vendor-staff': [{ value: { value: true } }, { value: ['USA'] }],
    marketing: [{ value: { value: true } }, { value: ['USA'] }],
  }
  for (const [name, said] of Object.entries(expected)) {
    const found = await evidence(name)
    t.match(found, said, name)
    within(found)
  }
  t.same(await evidence('unverified'), [])
})

t.test('personas and registers agree on who works where', async (t) => {
  const register = (name: string): string =>
    readFileSync(new URL(`../../policies/registers/${name}.yaml`, import.meta.url), 'utf8')
  const employed = {
    'partner-us': organizations.usPartner,
    'partner-foreign': organizations.foreignPartner,
    'vendor-staff': organizations.vendor,
    marketing: organizations.vendor,
  }
  for (const { name } of callers) {
    const { organization } = (await identified(await provider.token(name))).caller
    t.equal(organization, new Map<string, string>(Object.entries(employed)).get(name) ?? null, name)
    if (organization === null) continue
    t.match(register('organizations'), `id: ${organization},`)
    t.match(register('employees'), `who: demo/${name}, organization: ${organization},`)
  }
})

t.test('each admin has the one role of its name, the second officer that of the first', async (t) => {
  for (const { name } of admins) {
    t.same((await identified(await provider.token(name))).roles, [name.replace(/-2$/, '')], name)
  }
})

t.test('a persona that there is not has no token', (t) => t.rejects(provider.token('constructor'), /no persona/))

t.test('any claims can be minted over the channel', async (t) => {
  const claims = {
    sub: 'mallory',
    sid: 's-9',
    sub_type: 'service',
    act: { sub: 'agent' },
    'https://portcullis.dev/claims/organization': 'org-q',
    nationalities: ['KP'],
  }
  t.match(await identified(await provider.mint(claims)), {
    caller: {
      subject: {
        id: { subject: 'mallory' },
        kind: 'service',
        evidence: [{ name: 'nationalities', value: ['KP'], state: 'asserted' }],
      },
      actor: { id: { subject: 'agent' } },
      organization: 'org-q',
      token: { sid: 's-9' },
    },
  })
  t.match(await identity.identify(await provider.mint({ sub: 'mallory', exp: 5 })), {
    kind: 'refused',
    reason: 'token_invalid',
  })
  t.match(await identity.identify(await provider.mint({ sub: 'mallory', aud: 'https://other.example' })), {
    kind: 'refused',
  })
})

t.test('nobody on the network can have a token made', async (t) => {
  const post = async (body: Record<string, string>, authorization?: string): Promise<number> => {
    const headers = authorization === undefined ? {} : { authorization }
    const response = await fetch(`${provider.issuer}/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(body),
    })
    t.notMatch(await response.text(), 'access_token')
    return response.status
  }
  const grant = { grant_type: 'urn:portcullis:demo:grant-type:ticket', ticket: 'guess' }
  t.ok((await post(grant)) >= 400)
  t.ok((await post({ ...grant, client_id: 'portcullis-demo' })) >= 400)
  t.ok((await post(grant, `Basic ${btoa('portcullis-demo:guess')}`)) >= 400)
  t.ok((await post({ grant_type: 'client_credentials', client_id: 'portcullis-demo' })) >= 400)
})

t.test('the demo jumps in time, and the provider with it', async (t) => {
  const before = await provider.token('us-citizen')
  t.equal((await identity.identify(before)).kind, 'identified')
  await provider.setNow(september)
  offsetMs = september - Date.now()
  t.match(await identity.identify(before), { reason: 'token_invalid' }, 'the token of June is over')
  const { caller } = await identified(await provider.token('us-citizen'))
  t.ok(Math.abs(caller.token.issuedAt * 1_000 - september) < 60_000)
  t.equal(caller.token.expiresAt - caller.token.issuedAt, 43_200)
})

t.test('keys rotate: the old ones stay published, unless told otherwise', async (t) => {
  const kids = async (): Promise<string[]> => {
    const { keys } = (await (await fetch(`${provider.issuer}/jwks`)).json()) as { keys: { kid: string }[] }
    return keys.map(({ kid }) => kid)
  }
  const old = await provider.token('us-citizen')
  await provider.rotateKeys()
  t.same(await kids(), ['demo-2', 'demo-1'])
  await identity.refresh()
  t.equal((await identity.identify(old)).kind, 'identified')
  t.equal((await identity.identify(await provider.token('us-citizen'))).kind, 'identified')
  await provider.rotateKeys({ publishOld: false })
  t.same(await kids(), ['demo-3'])
  await identity.refresh()
  t.match(await identity.identify(old), { reason: 'token_invalid' })
  t.equal((await identity.identify(await provider.token('us-citizen'))).kind, 'identified')
})

t.test('once stopped it is gone, and says so', async (t) => {
  const short = await startProvider({ audience, now: june })
  await short.stop()
  await short.stop()
  await t.rejects(short.token('us-citizen'), /ended/)
  await t.rejects(fetch(`${short.issuer}/jwks`))
})
