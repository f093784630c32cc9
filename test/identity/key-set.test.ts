// J15: keys that nobody should trust. The whole set is refused, and the one before it stays.
import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import type { KeysEvent } from '../../src/identity/index.ts'
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

const key = await makeKey('k1')
const rsa = await makeKey('r1', 'RS256')
const idp = await startIssuer([key])
t.teardown(() => idp.stop())

const rsaOf = (modulusLength: number, publicExponent = 65_537): Record<string, unknown> => ({
  ...generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ format: 'jwk' }),
  kid: 'weak',
})
const base64url = (value: bigint): string => {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url')
}
const primes = Array.from({ length: 170 }, (_, n) => n).filter(
  (n) => n > 1 && Array.from({ length: n }, (_, d) => d).every((d) => d < 2 || n % d !== 0),
)
/** k·M + 65537^a mod M with M the product of the primes: the fingerprint of CVE-2017-15361 on 2048 bits. */
const roca = (): bigint => {
  const product = primes.reduce((all, prime) => all * BigInt(prime), 1n)
  let residue = 1n
  for (let times = 0; times < 1_234; times += 1) residue = (residue * 65_537n) % product
  const start = (1n << 2_047n) / product + 12_345n
  return (start + (start % 2n)) * product + residue
}
const { kty, n, e, ...others } = rsaOf(2_048)
const soft = { ...others, kty, n, e }

const weak: Readonly<Record<string, readonly unknown[]>> = {
  'RSA of 512 bits': [rsaOf(512)],
  'RSA of 1024 bits': [rsaOf(1_024)],
  'RSA of 2047 bits': [{ ...soft, n: base64url((1n << 2_046n) + 1n) }],
  'RSA of 16384 bits': [{ ...soft, n: base64url((1n << 16_383n) + 1n) }],
  'exponent 1': [{ ...soft, e: 'AQ' }],
  'exponent 3': [rsaOf(2_048, 3)],
  'exponent 65536': [{ ...soft, e: 'AQAA' }],
  'an even modulus': [{ ...soft, n: base64url((1n << 2_047n) + 2n) }],
  'a modulus of the ROCA library': [{ ...soft, n: base64url(roca()) }],
  'a symmetric key': [{ kty: 'oct', k: 'c2VjcmV0', kid: 's' }],
  'a symmetric key for another use': [{ kty: 'oct', k: 'c2VjcmV0', kid: 's', use: 'enc' }],
  'a private EC key': [
    { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), kid: 'p' },
  ],
  'a private RSA key': [
    { ...generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ format: 'jwk' }), kid: 'p' },
  ],
  'one private member': [{ ...soft, dp: 'AQAB' }],
  'the same kid twice': [rsa.publicJwk, { ...soft, kid: 'r1' }],
  'the same key twice': [rsa.publicJwk, rsa.publicJwk],
  'a point that is not on the curve': [{ ...key.publicJwk, kid: 'off', y: key.publicJwk.x }],
  'a point that is no text': [{ ...key.publicJwk, kid: 'off', y: 5 }],
  'a kid that is no text': [{ ...rsa.publicJwk, kid: 5 }],
  'a kid that is too long': [{ ...rsa.publicJwk, kid: 'k'.repeat(129) }],
  'a key that is no object': ['key'],
  'a key without a kind': [{ kid: 'x' }],
  'a hundred and one keys': Array.from({ length: 101 }, (_, at) => ({ kty: 'future', kid: `f${at}` })),
}

t.test('a set with one weak key in it is refused, also beside good ones, and the old set stays', async (t) => {
  for (const [name, members] of Object.entries(weak)) {
    const time = testTime()
    const events: KeysEvent[] = []
    idp.published = [key.publicJwk]
    const settings = settingsFor(idp.issuer, { algorithms: ['ES256', 'RS256'] })
    const identity = identityAt(time, [settings], { onEvent: (event) => events.push(event) })
    await identity.refresh()
    const before = identity.keys()
    const newKey = await makeKey('k9')
    idp.published = [newKey.publicJwk, ...members] as typeof idp.published
    await identity.refresh()
    t.same(identity.keys(), before, name)
    t.equal(events.at(-1)?.kind, 'keys-failed', `${name}: said aloud`)
    t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer)))), 'identified')
    t.not(
      outcome(await identity.identify(sign(newKey, goodClaims(idp.issuer)))),
      'identified',
      `${name}: its good keys are not taken either`,
    )
    identity.close()

    const fresh = identityAt(time, [settings])
    t.equal(
      outcome(await fresh.identify(sign(newKey, goodClaims(idp.issuer)))),
      'identity_unavailable',
      `${name}: nor at first`,
    )
    fresh.close()
  }
})

t.test('keys for other uses, of unknown kinds or for other algorithms are passed over', async (t) => {
  const unused = [
    { ...rsa.publicJwk, kid: 'enc', use: 'enc' },
    { ...rsa.publicJwk, kid: 'ops', use: undefined, key_ops: ['encrypt'] },
    { ...rsa.publicJwk, kid: 'alg', alg: 'RSA-OAEP' },
    { ...rsa.publicJwk, kid: 'unpinned', alg: 'PS512' },
    { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA', kid: 'future' },
    { kty: 'EC', crv: 'secp256k1', x: 'AAAA', y: 'AAAA', kid: 'coin' },
  ]
  idp.published = [key.publicJwk, ...unused] as typeof idp.published
  const identity = identityAt(testTime(), [settingsFor(idp.issuer, { algorithms: ['ES256', 'RS256'] })])
  await identity.refresh()
  t.equal(identity.keys().length, 1)
  for (const { kid } of unused)
    t.equal(outcome(await identity.identify(sign({ ...rsa, kid }, goodClaims(idp.issuer)))), 'token_invalid', kid)
  t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer)))), 'identified')
  identity.close()
})

const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

t.test('every algorithm that may be pinned works, with the keys made for it, and nothing else does', async (t) => {
  for (const alg of algorithms) {
    const one = await makeKey('one', alg)
    const { alg: _, use: __, ...silent } = one.publicJwk
    for (const published of [one.publicJwk, silent]) {
      idp.published = [published] as typeof idp.published
      const token = sign(one, goodClaims(idp.issuer))
      const pinned = identityAt(testTime(), [settingsFor(idp.issuer, { algorithms: [alg] })])
      t.equal(outcome(await pinned.identify(token)), 'identified', alg)
      for (const other of algorithms.filter((name) => name !== alg)) {
        const asOther = sign(
          { ...one, alg: other.slice(0, 2) === alg.slice(0, 2) ? other : alg },
          goodClaims(idp.issuer),
          { alg: other },
        )
        t.equal(outcome(await pinned.identify(asOther)), 'token_invalid', `${alg} pinned, ${other} named`)
      }
      pinned.close()
      const rest = identityAt(testTime(), [
        settingsFor(idp.issuer, { algorithms: algorithms.filter((name) => name !== alg) }),
      ])
      t.equal(outcome(await rest.identify(token)), 'token_invalid', `all but ${alg} pinned`)
      rest.close()
    }
  }
})

t.test('a key that says which algorithm it is for serves no other, pinned or not', async (t) => {
  const one = await makeKey('one', 'RS256')
  idp.published = [one.publicJwk]
  const identity = identityAt(testTime(), [settingsFor(idp.issuer, { algorithms: ['RS256', 'PS256', 'RS512'] })])
  t.equal(outcome(await identity.identify(sign(one, goodClaims(idp.issuer)))), 'identified')
  for (const alg of ['PS256', 'RS512'])
    t.equal(outcome(await identity.identify(sign({ ...one, alg }, goodClaims(idp.issuer)))), 'token_invalid', alg)
  identity.close()
})

t.test('a key id may have 128 characters', async (t) => {
  const one = await makeKey('k'.repeat(128))
  idp.published = [one.publicJwk]
  const identity = identityAt(testTime(), [settingsFor(idp.issuer)])
  t.equal(outcome(await identity.identify(sign(one, goodClaims(idp.issuer)))), 'identified')
  const longer = await identity.identify(sign(one, goodClaims(idp.issuer), { kid: 'k'.repeat(129) }))
  t.match(longer, { reason: 'token_invalid', detail: '`kid` is not a short string' })
  identity.close()
})

t.test('a token without a kid is for the only key, and an issuer that publishes none has none', async (t) => {
  const { kid: _, ...nameless } = key.publicJwk
  for (const set of [[key.publicJwk], [nameless]]) {
    idp.published = set
    const identity = identityAt(testTime(), [settingsFor(idp.issuer)])
    t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer), { kid: undefined }))), 'identified')
    identity.close()
  }
  idp.published = []
  const identity = identityAt(testTime(), [settingsFor(idp.issuer)])
  t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer), { kid: undefined }))), 'token_invalid')
  t.equal(identity.ready().ok, false)
  identity.close()
})
