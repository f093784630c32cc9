// A token that another gate has verified: the signature is spared, and nothing else.
import t from 'tap'
import type { VerifiedToken, VerifiedTokens } from '../../src/vocabulary/verified-token.ts'
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

const key = await makeKey('k1')
const other = await makeKey('k1')
const idp = await startIssuer([key])
t.teardown(() => idp.stop())
const settings = settingsFor(idp.issuer)

/** What a fleet knows, in a set; counts what it is asked. */
function memory(): VerifiedTokens & { readonly asked: VerifiedToken[]; readonly told: [VerifiedToken, number][] } {
  const known = new Set<string>()
  const asked: VerifiedToken[] = []
  const told: [VerifiedToken, number][] = []
  return {
    asked,
    told,
    has: async (token) => {
      asked.push(token)
      return known.has(JSON.stringify(token))
    },
    tell: (token, until) => {
      told.push([token, until])
      known.add(JSON.stringify(token))
    },
  }
}

/** Takes every token for verified: what is refused all the same was refused by the gate itself. */
const credulous: VerifiedTokens = { has: async () => true, tell: () => {} }

t.test('a token is told once it was verified, until it ends, and by the key that verified it', async (t) => {
  const fleet = memory()
  const [one, two] = [identityAt(testTime(), [settings], { fleet }), identityAt(testTime(), [settings], { fleet })]
  const token = sign(key, goodClaims(idp.issuer))
  const first = await one.identify(token)
  t.match(fleet.told, [[{ keyThumbprint: one.keys()[0] }, (nowS + 600) * 1_000]])
  const second = await two.identify(token)
  t.equal(fleet.told.length, 1, 'who takes it on another’s word has nothing to tell')
  t.strictSame(second, first, 'both know the same of its caller')
  t.equal(outcome(await two.identify(token)), 'identified')
  t.equal(fleet.asked.length, 2, 'what is in memory is not asked about')
  for (const identity of [one, two]) identity.close()
})

t.test('a forged signature is asked about and told to nobody', async (t) => {
  const fleet = memory()
  const identity = identityAt(testTime(), [settings], { fleet })
  t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer)))), 'identified')
  const [head, body] = sign(key, goodClaims(idp.issuer)).split('.')
  const forged = sign(other, goodClaims(idp.issuer))
  t.equal(`${head}.${body}`, forged.slice(0, forged.lastIndexOf('.')), 'the same but for its signature')
  t.equal(outcome(await identity.identify(forged)), 'token_invalid')
  t.equal(fleet.told.length, 1)
  identity.close()
})

t.test('another gate’s word spares no check of what the token says', async (t) => {
  const identity = identityAt(testTime(), [settings], { fleet: credulous })
  const claims = (changes: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    goodClaims(idp.issuer, changes)
  const rows: Readonly<Record<string, string>> = {
    expired: sign(key, claims({ exp: nowS })),
    'not yet': sign(key, claims({ nbf: nowS + 3_600 })),
    'from the future': sign(key, claims({ iat: nowS + 3_600, exp: nowS + 7_200 })),
    'too old': sign(key, claims({ iat: nowS - 3_601, exp: nowS + 600 })),
    'for another': sign(key, claims({ aud: 'https://another.example' })),
    'of another issuer': sign(key, claims({ iss: 'https://another.example' })),
    'another type': sign(key, claims({}), { typ: 'JWT' }),
    'another algorithm': sign(key, claims({}), { alg: 'RS256' }),
    'by a key that is not there': sign(key, claims({}), { kid: 'k9' }),
    'with two organizations': sign(
      key,
      claims({
        'https://portcullis.dev/claims/organization': 'a',
        verified_claims: {
          verification: { trust_framework: 'x' },
          claims: { 'https://portcullis.dev/claims/organization': 'b' },
        },
      }),
    ),
  }
  for (const [what, token] of Object.entries(rows))
    t.equal(outcome(await identity.identify(token)), 'token_invalid', what)
  t.equal(outcome(await identity.identify(sign(key, claims({})))), 'identified')
  identity.close()
})

t.test('what is revoked is shut out, whoever verified it', async (t) => {
  const identity = identityAt(testTime(), [settings], {
    fleet: credulous,
    withdrawn: () => ({ reason: 'token_revoked', id: 'r-1' }),
  })
  t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer)))), 'token_revoked')
  identity.close()
})

t.test('another key under the same name, or other settings of the issuers, make another question', async (t) => {
  const fleet = memory()
  const token = sign(key, goodClaims(idp.issuer))
  const ask = async (issuer = settings): Promise<string> => {
    const identity = identityAt(testTime(), [issuer], { fleet })
    const answer = outcome(await identity.identify(token))
    identity.close()
    return answer
  }
  t.equal(await ask(), 'identified')
  t.equal(await ask({ ...settings, assurance: ['high'] }), 'identified')
  idp.published = [other.publicJwk]
  t.equal(await ask(), 'token_invalid', 'the key that verified it is not this gate’s')
  idp.published = [key.publicJwk]
  t.equal(new Set(fleet.asked.map((asked) => JSON.stringify(asked))).size, 3)
})

t.test('many who bring one new token at once wait for one verification', async (t) => {
  const fleet = memory()
  const identity = identityAt(testTime(), [settings], { fleet })
  const token = sign(key, goodClaims(idp.issuer))
  const answers = await Promise.all(Array.from({ length: 100 }, async () => identity.identify(token)))
  t.equal(fleet.asked.length, 1)
  t.equal(fleet.told.length, 1)
  t.equal(new Set(answers.map((answer) => answer.kind === 'identified' && answer.caller)).size, 1)
  const forged = sign(other, goodClaims(idp.issuer))
  const refused = await Promise.all(Array.from({ length: 100 }, async () => identity.identify(forged)))
  t.ok(refused.every((answer) => outcome(answer) === 'token_invalid'))
  t.equal(fleet.asked.length, 2)
  identity.close()
})
