// Routes of the admin listener: one table, which the listener serves by and docs/operating.md is printed from. A route that does not
// stand here cannot be added, and one that stands here and is not served ends the start.
import type { FastifyInstance } from 'fastify'
import type { AdminRole } from '../vocabulary/settings.ts'

export type RouteName =
  | 'GET /livez'
  | 'GET /readyz'
  | 'GET /metrics'
  | 'GET /.well-known/authzen-configuration'
  | 'POST /access/v1/evaluation'
  | 'POST /access/v1/evaluations'
  | 'GET /v1/decisions/:id'
  | 'GET /v1/policy/suspensions'
  | 'POST /v1/policy/suspensions'
  | 'POST /v1/policy/suspensions/:id/lift'
  | 'GET /v1/revocations'
  | 'POST /v1/revocations'
  | 'POST /v1/revocations/:id/lift'

interface AdminRoute {
  /** Who may call it: one of these roles, or `anybody` for what carries no secret. */
  readonly access: readonly AdminRole[] | 'anybody'
  readonly does: string
  /** Members of the body; null: none is read. */
  readonly takes: string | null
  /** Statuses other than 200 that are its own, with what they say. */
  readonly gives: string
}

/** Asking for decisions: an enforcement point for its own requests, officers and auditors for what-ifs. */
const evaluators: readonly AdminRole[] = ['enforcement-point', 'compliance', 'auditor']
/** One word of one officer is enough to close, so nobody else's is. */
const officers: readonly AdminRole[] = ['compliance']

export const adminRoutes: Readonly<Record<RouteName, AdminRoute>> = {
  'GET /livez': {
    access: 'anybody',
    does: 'Whether the process answers. Asks nothing else.',
    takes: null,
    gives: '`status`',
  },
  'GET /readyz': {
    access: 'anybody',
    does: 'Whether it should be given traffic, each check by name.',
    takes: null,
    gives: '`status`, `checks[]` with `name`, `ok`, `detail`; 503 where one fails',
  },
  'GET /metrics': { access: 'anybody', does: 'OpenMetrics.', takes: null, gives: '[metrics](metrics.md)' },
  'GET /.well-known/authzen-configuration': {
    access: 'anybody',
    does: 'Where AuthZEN is asked.',
    takes: null,
    gives: '`policy_decision_point`, `access_evaluation_endpoint`, `access_evaluations_endpoint`',
  },
  'POST /access/v1/evaluation': {
    access: evaluators,
    does: 'Decides one request that somebody else enforces, as the data listener would, on record (AuthZEN 1.0).',
    takes: '`subject`, `action`, `resource`, `context`',
    gives: '`decision`, `context` with `id`, `basis`, `reason`, `reasons`, `obligations`, `valid_until`',
  },
  'POST /access/v1/evaluations': {
    access: evaluators,
    does: 'The same for several; what they share is said once.',
    takes: 'the same, and `evaluations[]`',
    gives: '`evaluations[]`, each as above',
  },
  'GET /v1/decisions/:id': {
    access: ['auditor', 'compliance'],
    does: 'One decision of this gate’s own log, with what became of it, and why. Itself on record as `query`.',
    takes: null,
    gives:
      '`origin`, `covered`, `decision`, `outcomes[]` ([records](records.md)), `explanation`; 404 `decision_unknown`',
  },
  'GET /v1/policy/suspensions': {
    access: ['compliance', 'operator', 'auditor'],
    does: 'What is suspended now.',
    takes: null,
    gives: '`suspensions[]` with `id`, `of`, `models`, `why`, `by`, `since`, `lift`',
  },
  'POST /v1/policy/suspensions': {
    access: officers,
    does: 'Closes a model, a family or everything, for everyone, at once. `portcullis suspend` calls it.',
    takes: '`of`, `why`',
    gives:
      '201, or 200 where it was closed already: `suspension`, `begun`, `cut`; 404 `model_unknown`; 503 `suspension_unkept`: closed, and a restart would open it; 409 `control_decides`: this gate follows a fleet’s',
  },
  'POST /v1/policy/suspensions/:id/lift': {
    access: officers,
    does: 'Asks to open it again; the second officer’s word does. `portcullis resume` calls it.',
    takes: '`why`',
    gives:
      '202 asked, 200 open again: `suspension`, `lifted`, `opened`; 404 `suspension_unknown`; 409 `second_officer_needed`, `control_decides`',
  },
  'GET /v1/revocations': {
    access: ['compliance', 'operator', 'auditor'],
    does: 'What is revoked now, with names.',
    takes: null,
    gives: '`epoch`, `digest`, `revocations[]` with `id`, `of`, `why`, `by`, `since`, `forgotten_at`, `lift`',
  },
  'POST /v1/revocations': {
    access: ['compliance', 'operator'],
    does: 'Shuts out a token, a session, a subject, an organization or a grant, at once. `portcullis revoke` calls it.',
    takes: '`kind`, `id` (of a token `jti` or `sha256`), `issuer`, `issued_until`, `for_good`, `why`',
    gives:
      '201, or 200 where it was revoked already: `revocation`, `begun`, `cut`; 404 `issuer_unknown`, `grant_unknown`; 503 `revocation_unkept`: revoked, and a restart would forget it; 503 `revocations_full`: not revoked; 409 `control_decides`: this gate follows a fleet’s',
  },
  'POST /v1/revocations/:id/lift': {
    access: officers,
    does: 'Asks to take it back; the second officer’s word does. `portcullis revoke lift` calls it.',
    takes: '`why`',
    gives:
      '202 asked, 200 lifted: `revocation`, `lifted`; 404 `revocation_unknown`; 409 `second_officer_needed`, `control_decides`',
  },
}

/** Options of a route, as the table has it. */
export function route(name: RouteName): {
  readonly method: string
  readonly url: string
  readonly config: { readonly access: AdminRoute['access'] }
} {
  const [method = '', url = ''] = name.split(' ')
  return { method, url, config: { access: adminRoutes[name].access } }
}

/** To be called once all are added. @throws Error where one of the table is not served */
export function assertServed(app: FastifyInstance): void {
  for (const name of Object.keys(adminRoutes) as RouteName[]) {
    const { method, url } = route(name)
    if (!app.hasRoute({ method, url })) throw new Error(`nothing serves ${name}`)
  }
}
