// J9: which issuer a token is of is decided by the exact string alone; settings that would blur it do not start.
import t from 'tap'
import { createIdentity, issuerFaults } from '../../src/identity/index.ts'
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

t.test('two issuers that share a kid and a sub have nothing in common', async (t) => {
  const [keyA, keyB] = [await makeKey('same'), await makeKey('same')]
  const [a, b] = [await startIssuer([keyA]), await startIssuer([keyB], '/realm')]
  const identity = identityAt(testTime(), [settingsFor(a.issuer), settingsFor(b.issuer)])
  await identity.refresh()
  t.teardown(() => {
    identity.close()
    return Promise.all([a.stop(), b.stop()])
  })

  const ofA = await identity.identify(sign(keyA, goodClaims(a.issuer)))
  const ofB = await identity.identify(sign(keyB, goodClaims(b.issuer)))
  t.same(ofA.kind === 'identified' && ofA.caller.subject.id, { issuer: a.issuer, subject: 'alice' })
  t.same(ofB.kind === 'identified' && ofB.caller.subject.id, { issuer: b.issuer, subject: 'alice' })
  t.equal(outcome(await identity.identify(sign(keyA, goodClaims(b.issuer)))), 'token_invalid', 'A signs for B')
  t.equal(outcome(await identity.identify(sign(keyB, goodClaims(a.issuer)))), 'token_invalid', 'B signs for A')
  t.equal(identity.keys().length, 2)
})

t.test('a name that resembles a configured one is another name', async (t) => {
  const key = await makeKey('k1')
  const idp = await startIssuer([key])
  const identity = identityAt(testTime(), [settingsFor(idp.issuer)])
  t.teardown(() => {
    identity.close()
    return idp.stop()
  })
  const port = new URL(idp.issuer).port
  const names = [
    `${idp.issuer}/`,
    `${idp.issuer}.evil.example`,
    idp.issuer.toUpperCase(),
    ` ${idp.issuer}`,
    `${idp.issuer}\u200b`,
    `http://localhost:${port}`,
    `http://127.1:${port}`,
    `https://127.0.0.1:${port}`,
    idp.issuer.replace('1', '\uff11'),
    '__proto__',
    'constructor',
    '',
    undefined,
    null,
    5,
    [idp.issuer],
    { [idp.issuer]: true },
  ]
  for (const iss of names) {
    const answer = await identity.identify(sign(key, goodClaims(idp.issuer, { iss })))
    t.equal(outcome(answer), 'token_invalid', JSON.stringify(iss))
  }
  t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer)))), 'identified')
})

t.test("a discovery document of another issuer's is not believed", async (t) => {
  const key = await makeKey('k1')
  const idp = await startIssuer([key])
  t.teardown(() => idp.stop())
  for (const issuer of [`${idp.issuer}/`, 'https://other.example', idp.issuer.toUpperCase(), undefined, null]) {
    idp.discovery = (response) => void response.end(JSON.stringify({ issuer, jwks_uri: `${idp.issuer}/jwks` }))
    const identity = identityAt(testTime(), [settingsFor(idp.issuer)])
    const answer = await identity.identify(sign(key, goodClaims(idp.issuer)))
    t.equal(outcome(answer), 'identity_unavailable', JSON.stringify(issuer))
    t.match(answer, { detail: /of another issuer/ })
    identity.close()
  }
})

t.test('keys are not fetched from an address where anybody could hand them out', async (t) => {
  const key = await makeKey('k1')
  const idp = await startIssuer([key])
  t.teardown(() => idp.stop())
  const addresses = [
    'http://keys.example/jwks',
    'http://127.0.0.1.evil.example/',
    'file:///etc/passwd',
    'data:application/json,{"keys":[]}',
    'https://user:pass@keys.example/',
    '/jwks',
    '',
    5,
    undefined,
  ]
  for (const jwks_uri of addresses) {
    idp.discovery = (response) => void response.end(JSON.stringify({ issuer: idp.issuer, jwks_uri }))
    const identity = identityAt(testTime(), [settingsFor(idp.issuer)])
    const answer = await identity.identify(sign(key, goodClaims(idp.issuer)))
    t.equal(outcome(answer), 'identity_unavailable', JSON.stringify(jwks_uri))
    t.match(answer, { detail: /jwks_uri/ }, 'it was not fetched from')
    identity.close()
  }
})

t.test("an issuer's closing slash is not doubled in the discovery address", async (t) => {
  const key = await makeKey('k1')
  const idp = await startIssuer([key])
  const issuer = `${idp.issuer}/`
  idp.discovery = (response) => void response.end(JSON.stringify({ issuer, jwks_uri: `${idp.issuer}/jwks` }))
  const identity = identityAt(testTime(), [settingsFor(issuer)])
  t.teardown(() => {
    identity.close()
    return idp.stop()
  })
  t.equal(outcome(await identity.identify(sign(key, goodClaims(issuer)))), 'identified')
})

t.test('settings with a fault do not start, and every fault is named at once', (t) => {
  const https = 'https://idp.example'
  const rows: readonly (readonly [string, Partial<IssuerSettings>, RegExp])[] = [
    ['http to another machine', { issuer: 'http://idp.example' }, /http to another machine/],
    ['http to a name that begins like loopback', { issuer: 'http://127.0.0.1.evil.example' }, /another machine/],
    ['no URL', { issuer: 'idp' }, /no URL/],
    ['another scheme', { issuer: 'ftp://idp.example' }, /neither https nor http/],
    ['a password in it', { issuer: 'https://me:secret@idp.example' }, /user name or password/],
    ['a query', { issuer: 'https://idp.example?x=1' }, /query or fragment/],
    ['a fragment', { issuer: 'https://idp.example#x' }, /query or fragment/],
    ['no audience', { audience: '' }, /audience/],
    ['no type', { tokenType: '' }, /token-type/],
    ['no greatest age', { maxTokenAgeS: 0 }, /max-token-age/],
    ['no algorithm', { algorithms: [] }, /none is pinned/],
    ['a symmetric algorithm', { algorithms: ['ES256', 'HS256'] }, /`HS256`/],
    ['an unknown fact', { mapping: { citizenship: 'nat' } }, /`citizenship` is no fact/],
    ['a fact named like a prototype', { mapping: { constructor: 'nat' } }, /`constructor` is no fact/],
    ['nationalities from Entra', { mapping: { nationalities: 'ctry' } }, /not a citizenship/],
    ['nationalities from the tenant', { mapping: { nationalities: 'tenant_ctry' } }, /not a citizenship/],
    ['nationalities from Okta', { mapping: { nationalities: 'profile.countryCode' } }, /not a citizenship/],
    ['nationalities from SCIM', { mapping: { nationalities: 'address.country' } }, /not a citizenship/],
    ['status from the locale', { mapping: { 'us-person': 'locale' } }, /not a citizenship/],
    [
      'residence from the birthplace',
      { mapping: { 'residence-country': 'place_of_birth.country_of_birth.birthplace' } },
      /never evidence/,
    ],
    ['a region alone', { mapping: { 'residence-region': 'state' } }, /needs `residence-country`/],
    ['an empty path', { mapping: { session: '' } }, /empty/],
    ['a hole in a path', { mapping: { session: 'a..b' } }, /empty/],
    [
      'a URL that is no pointer',
      { mapping: { organization: 'https://corp.example/org' } },
      /`\/https:~1~1corp.example~1org`/,
    ],
    [
      'verified_claims in a path',
      { mapping: { nationalities: 'verified_claims.claims.nationalities' } },
      /verified_claims/,
    ],
    ['a hole in the path of the roles', { roles: { claim: 'a.', values: {} } }, /roles/],
  ]
  for (const [name, changes, expected] of rows) {
    const settings = settingsFor(https, changes)
    t.match(issuerFaults([settings]).join('\n'), expected, name)
    t.throws(
      () => createIdentity({ issuers: [settings], clock: { now: () => 0 } }),
      expected,
      `${name}: does not start`,
    )
  }
  t.match(issuerFaults([settingsFor(https), settingsFor(https)]).join(), /configured twice/)
  t.match(issuerFaults([]).join(), /no issuer/)
  t.equal(issuerFaults([settingsFor('http://x.example', { audience: '', algorithms: [] })]).length, 3, 'all at once')
  for (const issuer of [
    'http://127.0.0.1:1',
    'http://127.9.9.9',
    'http://[::1]:8080/realm',
    'http://localhost',
    https,
  ]) {
    t.same(issuerFaults([settingsFor(issuer)]), [], `${issuer} may be an issuer`)
  }
  t.end()
})
