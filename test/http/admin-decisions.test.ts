// `GET /v1/decisions/{id}`: what an auditor is told of one decision, and what stands on record of the asking.
import t from 'tap'
import { queryLog } from '../../src/decision-log/index.ts'
import { ask, gateFor } from '../support/gate.ts'

t.test('one decision over the admin API', async (t) => {
  const world = await gateFor(t)
  const { admin } = world.gateway
  const get = async (id: string, role?: string): Promise<{ status: number; json: Record<string, unknown> }> => {
    const authorization: Record<string, string> =
      role === undefined ? {} : { authorization: `Bearer ${await world.provider.token(role)}` }
    const response = await fetch(`${admin}/v1/decisions/${id}`, { headers: authorization })
    t.equal(response.headers.get('cache-control'), 'no-store')
    return { status: response.status, json: (await response.json()) as Record<string, unknown> }
  }
  const token = await world.provider.token('foreign-national')
  const refused = await ask(world, { token, model: 'fable-5' })
  const id = refused.headers.get('portcullis-decision') ?? ''

  await t.test('is the record, its outcome and the explanation that quotes the policy in force', async (t) => {
    const { status, json } = await get(id, 'auditor')
    t.equal(status, 200)
    t.match(json, {
      decision: { k: 'decision', id, reason: 'person_restricted' },
      outcomes: [{ k: 'outcome', id, ending: 'refused', status: 403 }],
      explanation: {
        format: 'portcullis-explanation/1',
        effect: 'deny',
        quoted: true,
        answer: /^Not permitted \(person_restricted\): under us-bis-2026-06-12 version 1 \(“License required/,
        decisive: { directive: 'us-bis-2026-06-12', limb: 'person', because: [{ id: 'foreign-person(subject)' }] },
      },
    })
    t.equal((await get(id, 'compliance')).status, 200)
  })
  await t.test('is on record as asked for, by whom, found or not', async (t) => {
    const missing = '019782f4-6d2e-7c31-9d0a-52e1c2a4b7f0'
    t.match(await get(missing, 'auditor'), {
      status: 404,
      json: { error: { code: 'decision_unknown', message: /the log of this gate \(/ } },
    })
    const queries = await Array.fromAsync(queryLog({ directory: world.log, kinds: ['query'] }))
    t.match(
      queries.map(({ record }) => record['about']),
      [
        { decision: id, found: true, issuer: world.provider.issuer, subject: /^hk1:/, roles: ['auditor'] },
        { decision: id, found: true, roles: ['compliance'] },
        { decision: missing, found: false, roles: ['auditor'] },
      ],
    )
  })
  await t.test('is told to nobody else, and what is no id is not looked for', async (t) => {
    t.match(await get(id), { status: 401, json: { error: { code: 'token_absent' } } })
    t.match(await get(id, 'enforcement-point'), { status: 403, json: { error: { code: 'role_required' } } })
    for (const odd of ['x', `${id}0`, '..x', id.toUpperCase()]) {
      t.match(await get(odd, 'auditor'), { status: 404, json: { error: { code: 'decision_unknown' } } }, odd)
    }
    t.equal((await Array.fromAsync(queryLog({ directory: world.log, kinds: ['query'] }))).length, 3)
  })
})
