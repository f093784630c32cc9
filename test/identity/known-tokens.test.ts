// J16 and the memory of verified tokens: what is remembered never outlives the token, its greatest age or its key.
import t from 'tap'
import { limits } from '../../src/limits.ts'
import {
  goodClaims,
  identityAt,
  makeKey,
  nowS,
  outcome,
  type StandInIssuer,
  settingsFor,
  sign,
  startIssuer,
  testTime,
} from './stand-in-issuer.ts'

const key = await makeKey('k1')
const next = await makeKey('k2')

const asked = (idp: StandInIssuer): number => idp.asked.filter((path) => path === '/jwks').length
/** Long enough for a fetch from loopback to end. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100))

t.test('the same token gives the very same caller, which nobody can change', async (t) => {
  const idp = await startIssuer([key])
  const identity = identityAt(testTime(), [settingsFor(idp.issuer)])
  const token = sign(key, goodClaims(idp.issuer))
  const [one, two] = await Promise.all([identity.identify(token), identity.identify(token)])
  const three = await identity.identify(token)
  t.ok(one.kind === 'identified' && two.kind === 'identified' && three.kind === 'identified')
  if (one.kind !== 'identified' || two.kind !== 'identified' || three.kind !== 'identified') return
  t.equal(one.caller, two.caller, 'two at once')
  t.equal(one.caller, three.caller, 'one after the other')
  t.throws(() => Object.assign(one.caller.subject, { kind: 'service' }), TypeError)
  t.throws(() => (one.caller.subject.evidence as unknown[]).push(1), TypeError)
  const other = await identity.identify(sign(key, goodClaims(idp.issuer, { jti: 'two' })))
  t.ok(other.kind === 'identified' && other.caller !== one.caller, 'another token has another')
  identity.close()
  await idp.stop()
})

t.test('the signature of a known token lends nothing to another text before it', async (t) => {
  const idp = await startIssuer([key])
  const identity = identityAt(testTime(), [settingsFor(idp.issuer)])
  const token = sign(key, goodClaims(idp.issuer))
  const [header, , signature] = token.split('.')
  const forged = [header, sign(key, goodClaims(idp.issuer, { sub: 'another' })).split('.')[1], signature].join('.')
  // Known by its digest from the second time on, by its signature from the third.
  for (let time = 0; time < 3; time += 1) {
    t.equal(outcome(await identity.identify(token)), 'identified')
    t.equal(outcome(await identity.identify(forged)), 'token_invalid')
  }
  t.equal(outcome(await identity.identify(token)), 'identified', 'nor does the other disturb it')
  identity.close()
  await idp.stop()
})

t.test('a known token ends with its exp, with its greatest age, and where the clock stands before it', async (t) => {
  const idp = await startIssuer([key])
  const time = testTime()
  const identity = identityAt(time, [settingsFor(idp.issuer)])
  const token = sign(key, goodClaims(idp.issuer))
  const old = sign(key, goodClaims(idp.issuer, { iat: nowS - 3_000, exp: nowS + 3_600 }))
  const at = async (ms: number, which: string): Promise<string> => {
    time.wall = ms
    return outcome(await identity.identify(which))
  }
  t.equal(await at(nowS * 1_000, token), 'identified')
  t.equal(await at(nowS * 1_000, old), 'identified')
  t.equal(await at((nowS + 600) * 1_000 - 1, token), 'identified')
  t.equal(await at((nowS + 600) * 1_000, token), 'token_invalid', 'at exp')
  t.equal(await at((nowS + 600) * 1_000 - 1, old), 'identified')
  t.equal(await at((nowS + 600) * 1_000, old), 'token_invalid', 'at the greatest age')
  t.equal(await at(nowS * 1_000, token), 'identified')
  t.equal(
    await at((nowS - 60 - limits.tokenSkewS) * 1_000 - 1, token),
    'token_invalid',
    'the clock was set back before iat',
  )
  identity.close()
  await idp.stop()
})

t.test('a rotation with an overlap disturbs nobody', async (t) => {
  const idp = await startIssuer([key])
  const time = testTime()
  const identity = identityAt(time, [settingsFor(idp.issuer)])
  const token = sign(key, goodClaims(idp.issuer))
  const before = await identity.identify(token)

  // Used before it is published: refused, and taken once it is there and the cool-down is over.
  const early = sign(next, goodClaims(idp.issuer))
  time.pass(limits.jwksCooldownMs)
  t.equal(outcome(await identity.identify(early)), 'token_invalid', 'not published yet')
  idp.published = [next.publicJwk, key.publicJwk]
  t.equal(outcome(await identity.identify(early)), 'token_invalid', 'within the cool-down')
  time.pass(limits.jwksCooldownMs)
  t.equal(outcome(await identity.identify(early)), 'identified')

  const after = await identity.identify(token)
  t.ok(
    before.kind === 'identified' && after.kind === 'identified' && before.caller === after.caller,
    'the old token is still the same caller',
  )
  t.equal(identity.keys().length, 2)
  t.ok(identity.keys().every((thumbprint) => identity.accepts(thumbprint)))
  t.notOk(identity.accepts('another'))
  // Too old to be used, and with them their thumbprints.
  const [old = ''] = identity.keys()
  time.pass(limits.jwksMaxAgeMs)
  t.notOk(identity.accepts(old))
  identity.close()
  await idp.stop()
})

t.test('a key that its issuer withdraws is noticed within the renewal, and its known tokens end', async (t) => {
  const idp = await startIssuer([key])
  const time = testTime()
  const identity = identityAt(time, [settingsFor(idp.issuer)])
  const token = sign(key, goodClaims(idp.issuer, { iat: nowS, exp: nowS + 3_600 }))
  t.equal(outcome(await identity.identify(token)), 'identified')
  idp.published = [next.publicJwk]
  time.pass(limits.jwksRefreshMs - 1)
  t.equal(outcome(await identity.identify(token)), 'identified')
  await settled()
  t.equal(asked(idp), 1, 'not due yet')
  time.pass(1)
  t.equal(outcome(await identity.identify(token)), 'identified', 'the renewal has only begun, and nobody waits for it')
  for (let tries = 0; tries < 100 && asked(idp) < 2; tries += 1) await settled()
  await settled()
  t.equal(outcome(await identity.identify(token)), 'token_invalid')
  t.equal(outcome(await identity.identify(sign(next, goodClaims(idp.issuer)))), 'identified')
  t.equal(asked(idp), 2)
  identity.close()
  await idp.stop()
})

t.test('a renewal that fails is tried again, no more than once in each pause', async (t) => {
  const idp = await startIssuer([key])
  const time = testTime()
  const identity = identityAt(time, [settingsFor(idp.issuer)])
  const token = sign(key, goodClaims(idp.issuer, { iat: nowS, exp: nowS + 3_600 }))
  t.equal(outcome(await identity.identify(token)), 'identified')
  idp.jwks = (response) => void response.writeHead(500).end()
  time.pass(limits.jwksRefreshMs)
  for (let round = 1; round <= 3; round += 1) {
    for (let times = 0; times < 20; times += 1) {
      t.equal(outcome(await identity.identify(token)), 'identified')
      if (times % 5 === 0) await settled()
    }
    for (let tries = 0; tries < 100 && asked(idp) < 1 + round; tries += 1) await settled()
    t.equal(asked(idp), 1 + round)
    time.pass(limits.jwksRetryMs)
  }
  identity.close()
  await idp.stop()
})

t.test('another key under an old kid does not inherit what the old one verified', async (t) => {
  const idp = await startIssuer([key])
  const identity = identityAt(testTime(), [settingsFor(idp.issuer)])
  const token = sign(key, goodClaims(idp.issuer))
  t.equal(outcome(await identity.identify(token)), 'identified')
  idp.published = [{ ...next.publicJwk, kid: 'k1' }]
  await identity.refresh()
  t.equal(outcome(await identity.identify(token)), 'token_invalid')
  identity.close()
  await idp.stop()
})

t.test('a clock that jumps by months ends the keys, and new ones are fetched at once', async (t) => {
  const idp = await startIssuer([key])
  const time = testTime()
  const identity = identityAt(time, [settingsFor(idp.issuer)])
  await identity.refresh()
  time.wall += 80 * 86_400_000
  const present = { iat: time.wall / 1_000, exp: time.wall / 1_000 + 60 }
  t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer, present)))), 'identified')
  t.equal(idp.asked.filter((path) => path === '/jwks').length, 2)
  identity.close()
  await idp.stop()
})

t.test('after close nothing is fetched and nobody is identified', async (t) => {
  const idp = await startIssuer([key])
  const identity = identityAt(testTime(), [settingsFor(idp.issuer)])
  identity.close()
  t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer)))), 'identity_unavailable')
  await identity.refresh()
  t.same(identity.keys(), [])
  await idp.stop()
})

t.test('what is revoked is asked of every caller at every call, and of nobody who was not verified', async (t) => {
  const idp = await startIssuer([key])
  const shutOut = new Set<string>()
  const seen: string[] = []
  const identity = identityAt(testTime(), [settingsFor(idp.issuer)], {
    withdrawn: ({ token: { jti } }) => {
      seen.push(jti ?? '-')
      return shutOut.has(jti ?? '-') ? { reason: 'session_revoked', id: 'r-1' } : null
    },
  })
  const [one, two] = ['one', 'two'].map((jti) => sign(key, goodClaims(idp.issuer, { jti })))
  if (one === undefined || two === undefined) throw new Error('no tokens')
  const first = await identity.identify(one)
  t.equal(outcome(first), 'identified')
  shutOut.add('one').add('two')
  const known = await identity.identify(one)
  t.match(known, { kind: 'refused', reason: 'session_revoked', detail: 'revocation r-1' }, 'remembered')
  t.equal(known.caller, first.caller, 'the record says who it was')
  t.equal(outcome(await identity.identify(two)), 'session_revoked', 'never seen before')
  shutOut.clear()
  t.equal(outcome(await identity.identify(two)), 'identified', 'nothing of it is remembered')
  t.strictSame(seen, ['one', 'one', 'two', 'two'])
  const forged = sign(next, goodClaims(idp.issuer, { jti: 'forged' }), { kid: 'k1' })
  t.match(await identity.identify(forged), { reason: 'token_invalid', caller: null })
  t.notMatch(seen, ['forged'])
  identity.close()
  await idp.stop()
})
