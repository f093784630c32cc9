// Routes of `control`: one table, which its listener serves by and docs/fleet.md is held to.
import type { AdminRole } from '../vocabulary/settings.ts'

type ControlRoute =
  | 'GET /livez'
  | 'GET /readyz'
  | 'POST /v1/policy/publications'
  | 'GET /v1/policy/status'
  | 'POST /v1/fleet/reports'
  | 'POST /v1/fleet/farewells'
  | 'GET /v1/fleet/bundles/:kind'
  | 'GET /v1/fleet/suspensions'
  | 'POST /v1/fleet/allotments'
  | 'GET /v1/fleet/revocations'

/** Who may call each: roles of a token, anybody, or the gates of the fleet by its key. Suspensions and revocations have the routes of the gate. */
export const controlRoutes: Readonly<Record<ControlRoute, readonly AdminRole[] | 'anybody' | 'gates'>> = {
  'GET /livez': 'anybody',
  'GET /readyz': 'anybody',
  'POST /v1/policy/publications': ['compliance'],
  'GET /v1/policy/status': ['compliance', 'operator', 'auditor'],
  'POST /v1/fleet/reports': 'gates',
  'POST /v1/fleet/farewells': 'gates',
  'GET /v1/fleet/bundles/:kind': 'gates',
  'GET /v1/fleet/suspensions': 'gates',
  'POST /v1/fleet/allotments': 'gates',
  'GET /v1/fleet/revocations': 'gates',
}

/** Options of a route, as the table has it. */
export function controlRoute(name: ControlRoute): {
  readonly method: string
  readonly url: string
  readonly config: { readonly access: readonly AdminRole[] | 'anybody' | 'gates' }
} {
  const [method = '', url = ''] = name.split(' ')
  return { method, url, config: { access: controlRoutes[name] } }
}
