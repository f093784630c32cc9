// Revocation on the admin listener: an officer or an operator shuts out a token, a session, a subject, an organization or a grant, at
// once; two officers take it back. Whom a name means is for the issuer to say: it is taken as it is written.
import type { FastifyInstance } from 'fastify'
import { lapseOf, nameOfRevoked, type Revocation, type RevocationSet } from '../directives/index.ts'
import type { Gate } from '../enforcement/index.ts'
import { timestamp } from '../vocabulary/clock.ts'
import { nearest } from '../vocabulary/nearest.ts'
import type { Revoked } from '../vocabulary/revocation.ts'
import { type AdminRefusal, refuse } from './admission.ts'
import {
  cutIn,
  elsewhere,
  liftSchema,
  type OfFleet,
  officerOf,
  sameOfficer,
  shownLift,
  unreadable,
  unwritten,
} from './officers.ts'
import { type AskedRevocation, revocationSchema } from './revocation-body.ts'
import { route } from './routes.ts'

const unkept = 'revocation_unkept'

/** Whose revocations they are: a gate's, or a fleet's. */
export type Revokes = Pick<Gate, 'revocations' | 'policies' | 'clock'> &
  OfFleet & {
    readonly settings: Pick<Gate['settings'], 'issuers'>
    readonly revoked: () => Pick<RevocationSet, 'digest'>
  }

export function addRevocationRoutes(app: FastifyInstance, gate: Revokes): void {
  const { revocations, clock } = gate
  app.route({
    ...route('GET /v1/revocations'),
    handler: async (_request, reply) =>
      reply.header('cache-control', 'no-store').send({
        epoch: revocations.epoch(),
        digest: gate.revoked().digest,
        revocations: revocations.standing().map((one) => shownOf(gate, one)),
      }),
  })

  app.route({
    ...route('POST /v1/revocations'),
    handler: async (request, reply) => {
      if (gate.fleet) return refuse(reply, elsewhere(gate.fleet))
      const asked = revocationSchema.safeParse(request.body)
      if (!asked.success) return refuse(reply, unreadable(asked.error))
      const of = revokedBy(gate, asked.data)
      if ('status' in of) return refuse(reply, of)
      // Shut out from here on; what follows only makes it last.
      const begun = revocations.begin({ of, why: asked.data.why, by: officerOf(request) })
      if (begun === 'full') return refuse(reply, full(revocations.standing().length))
      const { standing, isNew, cut } = begun
      try {
        await begun.written
      } catch (error) {
        return refuse(reply, unwritten(error, { what: 'it is revoked from now on, but that', holds: true, unkept }))
      }
      return reply
        .code(isNew ? 201 : 200)
        .header('cache-control', 'no-store')
        .send({ revocation: shownOf(gate, standing), begun: isNew, cut: cutIn(gate, await cut) })
    },
  })

  app.route({
    ...route('POST /v1/revocations/:id/lift'),
    handler: async (request, reply) => {
      if (gate.fleet) return refuse(reply, elsewhere(gate.fleet))
      const asked = liftSchema.safeParse(request.body)
      if (!asked.success) return refuse(reply, unreadable(asked.error))
      const { id } = request.params as { readonly id: string }
      let lift: Awaited<ReturnType<typeof revocations.askLift>>
      try {
        lift = await revocations.askLift({ id, why: asked.data.why, by: officerOf(request) })
      } catch (error) {
        return refuse(reply, unwritten(error, { what: 'your word', holds: false, unkept }))
      }
      if (lift.kind === 'unknown') return refuse(reply, unknownRevocation)
      if (lift.kind === 'same-officer')
        return refuse(reply, sameOfficer(lift.standing, clock.now(), 'it stays revoked'))
      const lifted = lift.kind === 'lifted'
      try {
        if (lift.kind === 'lifted') await lift.written
      } catch (error) {
        const what = 'it is revoked no more from now on, but that'
        return refuse(reply, unwritten(error, { what, holds: true, unkept }))
      }
      return reply
        .code(lifted ? 200 : 202)
        .header('cache-control', 'no-store')
        .send({ revocation: shownOf(gate, lift.standing), lifted })
    },
  })
}

/** What is to be revoked, in full, or why nothing is. */
function revokedBy(gate: Revokes, asked: AskedRevocation): Revoked | AdminRefusal {
  if (asked.kind === 'grant') return grantOf(gate, asked.id)
  if (asked.kind === 'token' && asked.sha256 !== undefined) return { kind: 'token-content', digest: asked.sha256 }
  const issuer = issuerOf(gate, asked.issuer)
  if (typeof issuer !== 'string') return issuer
  if (asked.kind === 'token') return { kind: 'token', issuer, jti: asked.jti ?? '' }
  const { kind, id, issued_until, for_good } = asked
  // A person or a session may begin anew; an organization is out until it is let in again by a name.
  const isForGood = for_good ?? (kind === 'organization' && issued_until === undefined)
  const issuedUntil = isForGood ? null : (issued_until ?? gate.clock.now())
  switch (kind) {
    case 'session':
      return { kind, issuer, session: id, issuedUntil }
    case 'subject':
      return { kind, issuer, subject: id, issuedUntil }
    case 'organization':
      return { kind, issuer, organization: id, issuedUntil }
  }
}

/** A mistyped issuer would shut out nobody, so that only one of the settings will do; where there is one alone, it is meant. */
function issuerOf(gate: Revokes, named: string | undefined): string | AdminRefusal {
  const issuers = gate.settings.issuers.map(({ issuer }) => issuer)
  const [only] = issuers
  if (named === undefined && only !== undefined && issuers.length === 1) return only
  if (named !== undefined && issuers.includes(named)) return named
  const said = named === undefined ? 'say whose it is' : `the settings have no issuer \`${named}\``
  return { status: 404, code: 'issuer_unknown', message: `${said}; one of: ${issuers.join(', ')}` }
}

/** One that is in the policy in force. It stays revoked in every later one. */
function grantOf(gate: Revokes, id: string): Revoked | AdminRefusal {
  const ids = gate.policies.current()?.policy.bundle.grants.map((grant) => grant.id) ?? []
  if (ids.includes(id)) return { kind: 'grant', grant: id }
  const near = nearest(id, ids)
  const hint =
    near !== undefined ? `; is \`${near}\` meant?` : ids.length <= 20 ? `; there are: ${ids.join(', ') || 'none'}` : ''
  return { status: 404, code: 'grant_unknown', message: `the policy in force has no grant \`${id}\`${hint}` }
}

function shownOf(gate: Revokes, one: Revocation): object {
  const { id, of, why, by, since } = one
  const lapse = lapseOf(one)
  const issued = 'issuedUntil' in of && of.issuedUntil !== null ? timestamp(of.issuedUntil) : null
  return {
    id,
    /** In one line, for people. */
    name: nameOfRevoked(of),
    of: { ...of, ...('issuedUntil' in of ? { issuedUntil: issued } : {}) },
    why,
    by,
    since: timestamp(since),
    /** From then on it reaches nothing; null: it reaches something for ever. */
    forgotten_at: lapse === null ? null : timestamp(lapse),
    lift: shownLift(one, gate.clock.now()),
  }
}

const unknownRevocation: AdminRefusal = {
  status: 404,
  code: 'revocation_unknown',
  message: 'there is no such revocation; `portcullis revoke list` shows those in force',
}

const full = (count: number): AdminRefusal => ({
  status: 503,
  code: 'revocations_full',
  message: `nothing was revoked: ${count} revocations are in force, and no more can be; revoke a subject or an organization in place of many tokens, or suspend the model`,
})
