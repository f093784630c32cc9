// Admission: what must be true of a request to the admin listener before its body is read: its form, its credential, a role.
// Every refusal here and in the listener has one shape, `{error: {code, message}}`.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Gate, tellReason } from '../enforcement/index.ts'
import { readCredential } from '../identity/index.ts'
import { readHead } from '../request/index.ts'
import type { Caller } from '../vocabulary/party.ts'
import { reasons } from '../vocabulary/reason.ts'
import type { AdminRole } from '../vocabulary/settings.ts'

/** Who asks, as verified from the one credential of the request. */
export interface Asker {
  readonly caller: Caller
  readonly roles: readonly AdminRole[]
}

export interface AdminRefusal {
  readonly status: number
  /** A reason of the table, or a word that only this listener says: `role_required`, `second_officer_needed`, … */
  readonly code: string
  readonly message: string
}

/** RFC 8259 §11 knows no parameter; `charset=utf-8` is what many clients add, and all that it could mean. */
const jsonMediaType = /^application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$/i

const neededOf = (access: readonly AdminRole[]): string => `this needs one of the roles: ${access.join(', ')}`
const whoGivesRoles = 'by `issuers[].roles` of the settings here your token has none of them'

/** Verifies tokens. */
export type Identifies = Pick<Gate, 'identity'>

/** @param access roles of which the asker must have one */
export async function admit(
  { identity }: Identifies,
  request: FastifyRequest,
  access: readonly AdminRole[],
): Promise<Asker | AdminRefusal> {
  const malformed = malformedHead(request)
  if (malformed !== undefined) return malformed
  // SDKs put keys into other fields too; nobody calls this listener with one.
  const credential = readCredential(request.raw.rawHeaders)
  if (credential.kind === 'refused' || credential.place !== 'authorization') {
    const code = credential.kind === 'refused' ? credential.reason : 'token_absent'
    return { status: 401, code, message: 'send one Bearer token of a configured issuer as `Authorization`' }
  }
  const identified = await identity.identify(credential.token)
  if (identified.kind === 'refused') {
    const { code } = tellReason(identified.reason)
    return code === 'identity_unavailable'
      ? { status: 503, code, message: 'the identity provider is not available' }
      : { status: 401, code, message: 'the credential is not valid' }
  }
  const { caller, roles } = identified
  if (!roles.some((role) => access.includes(role)))
    return { status: 403, code: 'role_required', message: `${neededOf(access)}; ${whoGivesRoles}` }
  if (request.method === 'POST' && !jsonMediaType.test(request.headers['content-type'] ?? ''))
    return { status: 415, code: 'media_type', message: 'the body must be `application/json`, in UTF-8' }
  return { caller, roles }
}

/** Who asks on a route that needs a role. */
export function askerOf({ asker }: FastifyRequest): Asker {
  if (asker === null) throw new Error('a route that needs a role was reached without one')
  return asker
}

/** As strict as the data listener: one of each header that matters, a valid Host, plain characters in the target. */
export function malformedHead({ raw }: FastifyRequest): AdminRefusal | undefined {
  const { method = '', url: target = '', httpVersion, rawHeaders } = raw
  const head = readHead({ method, target, httpVersion, rawHeaders })
  if (head.kind === 'head') return undefined
  return { status: head.status ?? reasons[head.reason].status, code: head.reason, message: head.message }
}

export function refuse(reply: FastifyReply, { status, code, message }: AdminRefusal): FastifyReply {
  return reply
    .code(status)
    .headers({
      'cache-control': 'no-store',
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="portcullis-admin"' } : {}),
    })
    .send({ error: { code, message } })
}
