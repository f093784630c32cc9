// What is revoked, as it is asked for each caller: exactly what a reader of the list would say, whatever stands in whatever order.
import * as fc from 'fast-check'
import t from 'tap'
import { revocationSet } from '../../src/directives/index.ts'
import type { Caller, Subject } from '../../src/vocabulary/party.ts'
import type { Revoked, Withdrawn } from '../../src/vocabulary/revocation.ts'

const name = fc.constantFrom('a', 'b', 'A', 'a ', '__proto__', 'constructor', 'é', 'e\u0301')
const issuer = fc.constantFrom('https://one.example', 'https://two.example')
const seconds = fc.integer({ min: 1_000, max: 1_006 })
const issuedUntil = fc.option(
  fc.tuple(seconds, fc.constantFrom(-1, 0, 1, 500)).map(([second, ms]) => second * 1_000 + ms),
)

const revoked: fc.Arbitrary<Revoked> = fc.oneof(
  fc.record({ kind: fc.constant('token' as const), issuer, jti: name }),
  fc.record({ kind: fc.constant('token-content' as const), digest: name }),
  fc.record({ kind: fc.constant('session' as const), issuer, session: name, issuedUntil }),
  fc.record({ kind: fc.constant('subject' as const), issuer, subject: name, issuedUntil }),
  fc.record({ kind: fc.constant('organization' as const), issuer, organization: name, issuedUntil }),
  fc.record({ kind: fc.constant('grant' as const), grant: name }),
)
const standing = fc
  .array(fc.record({ of: revoked, since: fc.integer({ min: 0, max: 9 }) }), { maxLength: 8, size: 'max' })
  .map((all) => all.map((one, index) => ({ ...one, id: `r${index}` })))

const party: fc.Arbitrary<Subject> = fc
  .record({ issuer, subject: name })
  .map((id) => ({ id, kind: 'person', evidence: [] }))
const caller: fc.Arbitrary<Caller> = fc
  .record({
    subject: party,
    actor: fc.option(party),
    priorActors: fc.array(party, { maxLength: 2 }),
    organization: fc.option(name),
    issuer,
    jti: fc.option(name),
    sid: fc.option(name),
    digest: name,
    issuedAt: seconds,
  })
  .map(({ subject, actor, priorActors, organization, ...token }) => ({
    subject,
    actor,
    priorActors,
    organization,
    organizationExpected: false,
    token: { ...token, expiresAt: token.issuedAt + 60, audience: [], keyThumbprint: '', stepUp: null },
  }))

/** One line for each sentence of the page. */
function says(of: Revoked, { token, subject, actor, priorActors, organization }: Caller): Withdrawn['reason'] | null {
  const isOld = 'issuedUntil' in of && (of.issuedUntil === null || token.issuedAt * 1_000 <= of.issuedUntil)
  const parties = [subject, ...(actor === null ? [] : [actor]), ...priorActors].map(({ id }) => id)
  switch (of.kind) {
    case 'token':
      return of.issuer === token.issuer && of.jti === token.jti ? 'token_revoked' : null
    case 'token-content':
      return of.digest === token.digest ? 'token_revoked' : null
    case 'session':
      return isOld && of.issuer === token.issuer && of.session === token.sid ? 'session_revoked' : null
    case 'subject':
      return isOld && parties.some((one) => one.issuer === of.issuer && one.subject === of.subject) ? 'revoked' : null
    case 'organization':
      return isOld && of.issuer === token.issuer && of.organization === organization ? 'revoked' : null
    case 'grant':
      return null
  }
}

t.test('it finds what the list says, the token before the session before the parties', async (t) => {
  const found = new Map<string | null, number>()
  fc.assert(
    fc.property(standing, caller, (all, who) => {
      const said = all.flatMap(({ id, of }) => {
        const reason = says(of, who)
        return reason === null ? [] : [{ id, reason }]
      })
      const reason = (['token_revoked', 'session_revoked', 'revoked'] as const).find((one) =>
        said.some((each) => each.reason === one),
      )
      const answer = revocationSet(all).of(who)
      found.set(answer?.reason ?? null, (found.get(answer?.reason ?? null) ?? 0) + 1)
      if (reason === undefined) return answer === null
      return answer?.reason === reason && said.some((one) => one.id === answer.id && one.reason === reason)
    }),
    { numRuns: 5_000 },
  )
  t.comment([...found])
  for (const reason of [null, 'token_revoked', 'session_revoked', 'revoked'])
    t.ok((found.get(reason) ?? 0) > 20, String(reason))
})

t.test('its digest says what is revoked, not in which order, by whom or how often', async (t) => {
  const textOf = ({ of, since }: { of: Revoked; since: number }): string =>
    JSON.stringify([Object.entries(of).sort(), of.kind === 'grant' ? since : 0])
  fc.assert(
    fc.property(standing, standing, (one, other) => {
      const [a, b] = [revocationSet(one), revocationSet(other)]
      const reached = (all: typeof one): string => JSON.stringify([...new Set(all.map(textOf))].sort())
      return (
        (a.digest === b.digest) === (reached(one) === reached(other)) &&
        revocationSet(one.toReversed()).digest === a.digest &&
        revocationSet([...one, ...one.map((each) => ({ ...each, id: `${each.id}-again` }))]).digest === a.digest &&
        (a.digest === null) === (one.length === 0)
      )
    }),
    { numRuns: 2_000 },
  )
  t.pass('for all of them')
})

t.test('of two revocations of one grant the earlier counts', async (t) => {
  const grant = { kind: 'grant', grant: 'g' } as const
  const at = (id: string, since: number) => ({ id, of: grant, since })
  for (const all of [
    [at('1', 5), at('2', 3)],
    [at('2', 3), at('1', 5)],
  ])
    t.strictSame([...revocationSet(all).grants], [['g', 3]])
})

t.test('where nothing is revoked, nothing is looked up', async (t) => {
  const token = new Proxy({} as Caller['token'], { get: () => t.fail('a look-up') })
  const [who] = fc.sample(caller, 1)
  t.equal(revocationSet([]).of({ ...(who as Caller), token }), null)
})
