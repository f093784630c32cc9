// J1–J8, J10, J11, J20: tokens that must not pass, beside the one that must. Every row starts from the good token.
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createIdentity } from '../../src/identity/index.ts'
import { limits } from '../../src/limits.ts'
import {
  audience,
  encode,
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

const key = await makeKey('k1')
const second = await makeKey('k2')
const stranger = await makeKey('k1')
const rsa = await makeKey('r1', 'RS256')
const idp = await startIssuer([key, second, rsa])
const time = testTime()
const identity = identityAt(time, [settingsFor(idp.issuer, { algorithms: ['ES256', 'RS256'] })])
await identity.refresh()
t.teardown(async () => {
  identity.close()
  await idp.stop()
})

const good = goodClaims(idp.issuer)
const goodToken = sign(key, good)
const [head, body, signature] = goodToken.split('.') as [string, string, string]
const refusals = new Set<string>()
/** Rows where nothing of ours objected and the signature alone did not hold. */
const refusedBySignature: string[] = []

async function refused(t: Pick<Test, 'equal' | 'notMatch'>, name: string, token: string): Promise<void> {
  const answer = await identity.identify(token)
  t.equal(outcome(answer), 'token_invalid', name)
  if (answer.kind === 'refused') {
    refusals.add(JSON.stringify(Object.keys(answer)))
    if (answer.detail.startsWith('ERR_')) refusedBySignature.push(name)
    t.notMatch(answer.detail, /alice|eyJ/, `${name}: the detail quotes nothing`)
  }
}

t.test('the good token passes, by either algorithm that its issuer is pinned to', async (t) => {
  t.equal(outcome(await identity.identify(goodToken)), 'identified')
  t.equal(outcome(await identity.identify(sign(rsa, good))), 'identified')
})

t.test('J1: no algorithm and no signature are refused', async (t) => {
  for (const alg of ['none', 'None', 'nOnE', 'NONE', '']) {
    for (const tail of ['', signature, 'AA'])
      await refused(
        t,
        `alg \`${alg}\`, signature \`${tail}\``,
        `${encode({ alg, typ: 'at+jwt', kid: 'k1' })}.${body}.${tail}`,
      )
  }
  await refused(t, 'empty signature', `${head}.${body}.`)
  await refused(t, 'two segments', `${head}.${body}`)
  await refused(t, 'four segments', `${goodToken}.${signature}`)
  await refused(
    t,
    'another payload under the same signature',
    `${head}.${encode({ ...good, sub: 'bob' })}.${signature}`,
  )
  await refused(t, "another's signature with our kid", sign(stranger, good))
  await refused(t, 'empty', '')
})

t.test('J2: a public key is no secret', async (t) => {
  const der = Buffer.from(await crypto.subtle.exportKey('spki', await importPublic()))
  const pem = `-----BEGIN PUBLIC KEY-----\n${der
    .toString('base64')
    .replace(/(.{64})/g, '$1\n')
    .trim()}\n-----END PUBLIC KEY-----\n`
  const secrets = { der, pem, 'pem without newline': pem.trim(), jwk: JSON.stringify(key.publicJwk), empty: '' }
  for (const [form, secret] of Object.entries(secrets)) {
    const text = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })}.${body}`
    await refused(
      t,
      `HS256 with the public key as ${form}`,
      `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`,
    )
  }
  await refused(t, 'an EC key named for RS256', sign({ ...rsa, kid: 'k1' }, good))
  await refused(t, 'an RSA key named for ES256', sign({ ...key, kid: 'r1' }, good))
})
const importPublic = (): Promise<CryptoKey> =>
  crypto.subtle.importKey('jwk', { ...key.publicJwk, kty: 'EC' }, { name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'verify',
  ])

t.test('J3: a key id is a short name and nothing else', async (t) => {
  const kids = [
    '__proto__',
    'constructor',
    'toString',
    '../../dev/null',
    "' or 1=1 --",
    'https://evil.example/jwks',
    'K1',
    'k1 ',
    '\u0000',
    'k'.repeat(129),
    '',
  ]
  for (const kid of kids) await refused(t, `kid \`${kid.slice(0, 20)}\``, sign(key, good, { kid }))
  for (const kid of [1, null, ['k1'], { k1: 1 }, true])
    await refused(t, `kid ${JSON.stringify(kid)}`, sign(key, good, { kid }))
  await refused(t, 'a megabyte', sign(key, good, { kid: 'k'.repeat(1_000_000) }))
  await refused(t, 'no kid where the issuer has several keys', sign(key, good, { kid: undefined }))
})

t.test('J4: keys that a token brings along, or points to, are never looked at', async (t) => {
  let connections = 0
  const canary = createServer((_, response) => void response.end('{}')).on('connection', () => (connections += 1))
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/jwks`
  const baits = { jku: url, x5u: url, jwk: stranger.publicJwk, x5c: ['MIIB'] }
  for (const [name, value] of Object.entries(baits)) {
    await refused(t, `${name} of a stranger`, sign(stranger, good, { [name]: value }))
    await refused(t, `${name} beside our own key`, sign(key, good, { [name]: value }))
  }
  t.equal(connections, 0, 'nobody was asked')
  await new Promise((resolve) => canary.close(resolve))
})

t.test('J5: extensions, other codings and other serialisations are refused', async (t) => {
  for (const [name, value] of Object.entries({ zip: 'DEF', cty: 'JWT', enc: 'A256GCM' })) {
    await refused(t, name, sign(key, good, { [name]: value }))
  }
  await refused(t, 'crit of an unknown extension', sign(key, good, { crit: ['odd'], odd: 1 }))
  await refused(t, 'crit, empty', sign(key, good, { crit: [] }))
  await refused(t, 'b64 true', sign(key, good, { crit: ['b64'], b64: true }))
  await refused(t, 'b64 true without crit', sign(key, good, { b64: true }))
  await refused(t, 'JSON serialisation', JSON.stringify({ payload: body, protected: head, signature }))
  await refused(t, 'five parts, encrypted', `${encode({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`)
  await refused(t, 'a token in a token', sign(key, goodToken))
})

t.test('J6: a token has one spelling', async (t) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const variants: string[] = [
    `${goodToken}=`,
    `${goodToken}==`,
    ` ${goodToken}`,
    `${goodToken} `,
    `${goodToken}\n`,
    `${head} .${body}.${signature}`,
    `${head}=.${body}.${signature}`,
    `${head}.${body}.${signature.slice(0, 9)} ${signature.slice(9)}`,
    `${head}.${body}.${signature.slice(0, 9)}\n${signature.slice(9)}`,
    `${head}.${body}.${signature.replaceAll('-', '+').replaceAll('_', '/')}=`,
  ]
  // ES256 signatures are 64 bytes: the last of 86 characters has four spare bits.
  const last = alphabet.indexOf(signature.at(-1) as string)
  for (let spare = 1; spare < 16; spare += 1) variants.push(`${goodToken.slice(0, -1)}${alphabet[last ^ spare]}`)
  for (const variant of variants) await refused(t, JSON.stringify(variant.slice(-12)), variant)
  t.equal(outcome(await identity.identify(goodToken)), 'identified', 'and that one passes')
})

t.test('J7: times are whole seconds, present, and in bounds', async (t) => {
  const rows: readonly (readonly [string, Record<string, unknown>])[] = [
    ['no exp', { exp: undefined }],
    ['exp as text', { exp: String(nowS + 600) }],
    ['exp a float', { exp: nowS + 600.5 }],
    ['exp negative', { exp: -1 }],
    ['exp zero', { exp: 0 }],
    ['exp null', { exp: null }],
    ['exp a list', { exp: [nowS + 600] }],
    ['exp in milliseconds', { exp: (nowS + 600) * 1_000 }],
    ['exp beyond the longest lifetime', { exp: nowS - 60 + 86_401 }],
    ['exp at this very second', { exp: nowS }],
    ['exp a moment ago, within the skew', { exp: nowS - 1 }],
    ['no iat', { iat: undefined }],
    ['iat as text', { iat: String(nowS) }],
    ['iat a float', { iat: nowS - 0.5 }],
    ['iat in the future', { iat: nowS + 31, exp: nowS + 600 }],
    ['iat in milliseconds', { iat: nowS * 1_000, exp: nowS * 1_000 + 600 }],
    ['iat too long ago', { iat: nowS - 3_600, exp: nowS + 600 }],
    ['exp before iat', { iat: nowS - 10, exp: nowS - 20 }],
    ['nbf in the future', { nbf: nowS + 31 }],
    ['nbf as text', { nbf: String(nowS) }],
    ['nbf null', { nbf: null }],
  ]
  for (const [name, changes] of rows) await refused(t, name, sign(key, { ...good, ...changes }))
  await refused(t, 'exp 1e300', sign(key, JSON.stringify(good).replace(/"exp":\d+/, '"exp":1e300')))
  await refused(t, 'exp 1e400', sign(key, JSON.stringify(good).replace(/"exp":\d+/, '"exp":1e400')))

  for (const [name, changes] of [
    ['iat within the skew', { iat: nowS + 30 }],
    ['nbf within the skew', { nbf: nowS + 30 }],
    ['iat just young enough', { iat: nowS - 3_599 }],
  ] as const) {
    t.equal(outcome(await identity.identify(sign(key, { ...good, ...changes }))), 'identified', name)
  }
})

t.test('J8: the audience holds exactly our name', async (t) => {
  const wrong = [
    undefined,
    '',
    'https://other.example',
    `${audience}/`,
    audience.toUpperCase(),
    `${audience} https://other.example`,
    [],
    ['https://other.example'],
    [audience, 5],
    [[audience]],
    { [audience]: true },
    null,
    5,
    true,
  ]
  for (const aud of wrong) await refused(t, `aud ${JSON.stringify(aud)}`, sign(key, { ...good, aud }))
  for (const aud of [[audience], [audience, 'https://other.example'], ['https://other.example', audience]]) {
    const answer = await identity.identify(sign(key, { ...good, aud }))
    t.same(
      answer.kind === 'identified' && answer.caller.token.audience,
      aud,
      `aud ${JSON.stringify(aud)} is accepted and recorded`,
    )
  }
})

t.test('J10: another kind of token is no access token', async (t) => {
  for (const typ of [
    'JWT',
    'jwt',
    'AT+JWT',
    'application/at+jwt',
    'at+jwt ',
    'dpop+jwt',
    'logout+jwt',
    'secevent+jwt',
    'token-introspection+jwt',
    undefined,
    null,
    5,
  ]) {
    await refused(t, `typ ${JSON.stringify(typ)}`, sign(key, good, { typ }))
  }
  for (const claims of [{ at_hash: 'x' }, { c_hash: 'x' }, { events: {} }])
    await refused(t, JSON.stringify(claims), sign(key, { ...good, ...claims }))
  await refused(t, 'bound to a key (cnf)', sign(key, { ...good, cnf: { jkt: 'x' } }))
})

t.test('J10: an issuer whose access tokens are plain `JWT` must show in the claims what they are', async (t) => {
  const plain = identityAt(time, [settingsFor(idp.issuer, { tokenType: 'JWT' })])
  const look = async (claims: object): Promise<string> =>
    outcome(await plain.identify(sign(key, { ...good, ...claims }, { typ: 'JWT' })))
  t.equal(await look({ scope: 'infer' }), 'identified')
  t.equal(await look({ idtyp: 'app' }), 'identified')
  t.equal(await look({}), 'token_invalid', 'nothing says so')
  t.equal(await look({ nonce: 'n', azp: 'client' }), 'token_invalid', 'an ID token')
  t.equal(await look({ scope: 'infer', at_hash: 'x' }), 'token_invalid', 'an ID token with a scope')
  plain.close()
})

t.test('J11: a name that stands twice, at any depth and however it is written, is refused', async (t) => {
  const text = JSON.stringify(good)
  const doubled = [
    text.replace('{', '{"sub":"mallory",'),
    text.replace('}', ',"sub":"mallory"}'),
    text.replace('{', '{"\\u0073ub":"mallory",'),
    text.replace('}', ',"a":{"b":1,"b":2}}'),
    text.replace('}', ',"a":[[{"b":1,"\\u0062":2}]]}'),
  ]
  for (const payload of doubled) await refused(t, payload.slice(-40), sign(key, payload))
  const heads = [
    '{"alg":"ES256","typ":"at+jwt","kid":"k2","kid":"k1"}',
    '{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"k1"}',
  ]
  for (const text of heads) await refused(t, text, sign(key, good, text))
  const odd = [
    '[]',
    '"text"',
    'null',
    '1',
    '',
    ' ',
    `${text}{}`,
    `\ufeff${text}`,
    text.replace('}', ',}'),
    text.replace('alice', '\\ud800'),
  ]
  for (const payload of odd) await refused(t, `payload ${JSON.stringify(payload.slice(0, 20))}`, sign(key, payload))
  await refused(
    t,
    'payload that is not UTF-8',
    sign(key, Buffer.concat([Buffer.from(text.replace('}', ',"a":"')), Buffer.from([0xff]), Buffer.from('"}')])),
  )
  await refused(
    t,
    'nested deeper than the bound',
    sign(key, text.replace('}', `,"a":${'['.repeat(70)}${']'.repeat(70)}}`)),
  )
})

t.test('names that end up in keys and records are bounded texts', async (t) => {
  for (const value of ['', 'a'.repeat(256), 'a\u0000b', 'a\nb', 5, null, ['alice'], {}]) {
    await refused(t, `sub ${JSON.stringify(value)?.slice(0, 20)}`, sign(key, { ...good, sub: value }))
    await refused(t, `jti ${JSON.stringify(value)?.slice(0, 20)}`, sign(key, { ...good, jti: value }))
    await refused(t, `sid ${JSON.stringify(value)?.slice(0, 20)}`, sign(key, { ...good, sid: value }))
  }
  await refused(t, 'no sub', sign(key, { ...good, sub: undefined }))
  const answer = await identity.identify(sign(key, { ...good, jti: undefined }))
  t.equal(answer.kind === 'identified' && answer.caller.token.jti, null, 'no jti is none')
})

t.test('what lies exactly on a bound passes', async (t) => {
  const passes = async (name: string, claims: object): Promise<void> => {
    t.equal(outcome(await identity.identify(sign(key, { ...good, ...claims }))), 'identified', name)
  }
  await passes('the longest lifetime', { iat: nowS - 60, exp: nowS - 60 + limits.tokenLifetimeS })
  await passes('the longest names', { sub: 'a'.repeat(255), jti: 'b'.repeat(255), sid: 'c'.repeat(255) })
  let pad = 5_500
  while (sign(key, { ...good, pad: 'p'.repeat(pad + 1) }).length <= limits.tokenBytes) pad += 1
  await passes('the longest token', { pad: 'p'.repeat(pad) })
  await refused(t, 'a longer token', sign(key, { ...good, pad: 'p'.repeat(pad + 1) }))
})

t.test('our own checks find what they are for: the signature is the last resort, not the first', (t) => {
  t.same(refusedBySignature, ['another payload under the same signature', "another's signature with our kid"])
  t.end()
})

t.test('J20: all these refusals look alike from outside', async (t) => {
  t.same([...refusals], ['["kind","reason","detail","caller"]'])
  t.equal(idp.asked.length <= 4, true, `the issuer was asked ${idp.asked.length} times for all of this`)
})

t.test('an algorithm that is not asymmetric cannot be configured', async (t) => {
  for (const name of ['HS256', 'none', 'dir', 'es256', '']) {
    const settings = settingsFor(idp.issuer, { algorithms: [name] })
    t.throws(() => createIdentity({ issuers: [settings], clock: { now: () => 0 } }), /algorithms/, name)
  }
})
