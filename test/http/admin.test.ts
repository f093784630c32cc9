import t from 'tap'
import { decision, gateFor } from '../support/gate.ts'

t.test('the admin listener', async (t) => {
  const world = await gateFor(t)
  const { admin } = world.gateway
  const post = async (
    path: string,
    body: unknown,
    role?: string,
  ): Promise<{ status: number; json: Record<string, unknown> }> => {
    const response = await fetch(admin + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(role === undefined ? {} : { authorization: `Bearer ${await world.provider.token(role)}` }),
      },
      body: JSON.stringify(body),
    })
    return { status: response.status, json: (await response.json()) as Record<string, unknown> }
  }
  const citizen = {
    type: 'person',
    id: 'somebody',
    properties: {
      evidence: [
        {
          name: 'us-person',
          value: { value: true, basis: 'citizen-or-national' },
          state: 'verified',
          source: 'hr',
          verified_at: '2026-06-01T00:00:00Z',
        },
      ],
    },
  }
  const evaluation = {
    subject: citizen,
    action: { name: 'infer' },
    resource: { type: 'model', id: 'fable-5' },
    context: {
      place: { country: 'US', anonymizer: 'none', database_built_at: '2026-06-18T00:00:00Z' },
      token: { iss: world.provider.issuer },
    },
  }

  await t.test('tells that it lives and whether it is ready, each check by name', async (t) => {
    t.match(await (await fetch(`${admin}/livez`)).json(), { status: 'alive' })
    const ready = await fetch(`${admin}/readyz`)
    t.equal(ready.status, 200)
    const { checks } = (await ready.json()) as { checks: { name: string; ok: boolean }[] }
    t.strictSame(
      checks.map(({ name, ok }) => `${name} ${ok}`),
      ['policy true', 'log true', 'geo true', 'identity true', 'serving true'],
    )
  })
  await t.test('measures in OpenMetrics', async (t) => {
    const response = await fetch(`${admin}/metrics`)
    t.match(response.headers.get('content-type'), 'application/openmetrics-text')
    const text = await response.text()
    t.match(text, /^portcullis_ready\{check="policy"\} 1$/m)
    t.match(text, /# EOF\n$/)
  })
  await t.test('decides for enforcement points, on record', async (t) => {
    const { status, json } = await post('/access/v1/evaluation', evaluation, 'enforcement-point')
    t.equal(status, 200)
    t.match(json, { decision: true, context: { basis: 'permit', reason: 'permitted' } })
    const { id } = json['context'] as { id: string }
    t.match(await decision(world, id), { effect: 'permit', request: { via: 'authzen' } })
    const abroad = {
      ...evaluation,
      context: {
        ...evaluation.context,
        place: { country: 'DE', anonymizer: 'none', database_built_at: '2026-06-18T00:00:00Z' },
      },
    }
    t.match((await post('/access/v1/evaluation', abroad, 'enforcement-point')).json, {
      decision: false,
      context: { basis: 'prohibited', reason: 'destination_restricted' },
    })
  })
  await t.test('records another time than now as a what-if', async (t) => {
    const before = { ...evaluation, context: { ...evaluation.context, time: '2026-06-12T21:20:59Z' } }
    const { json } = await post('/access/v1/evaluation', before, 'enforcement-point')
    t.match(json, { decision: true })
    t.match(await decision(world, (json['context'] as { id: string }).id), {
      at: '2026-06-12T21:20:59.000Z',
      request: { via: 'what-if' },
    })
  })
  await t.test('takes a batch, with shared parts stated once', async (t) => {
    const { resource: _, ...shared } = evaluation
    const evaluations = ['fable-5', 'mythos-5', 'no-such'].map((id) => ({ resource: { type: 'model', id } }))
    const { json } = await post('/access/v1/evaluations', { ...shared, evaluations }, 'enforcement-point')
    t.match(json, {
      evaluations: [
        { decision: true },
        { context: { reason: 'membership_absent' } },
        { context: { reason: 'model_unknown' } },
      ],
    })
  })
  await t.test('lets nobody in without a role that may', async (t) => {
    t.equal((await post('/access/v1/evaluation', evaluation)).status, 401)
    t.equal((await post('/access/v1/evaluation', evaluation, 'us-citizen')).status, 403)
    t.equal((await post('/access/v1/evaluation', evaluation, 'operator')).status, 403)
    const stated = await post('/access/v1/evaluation', evaluation, 'auditor')
    t.equal(stated.status, 403, 'only an enforcement point may state evidence as verified')
  })
  await t.test('says what is wrong with a request that it cannot read', async (t) => {
    const { status, json } = await post('/access/v1/evaluation', { ...evaluation, extra: 1 }, 'enforcement-point')
    t.equal(status, 400)
    t.match(json, { error: { code: 'request_unreadable', message: /extra/ } })
  })
  await t.test('publishes where to ask', async (t) => {
    const json = await (await fetch(`${admin}/.well-known/authzen-configuration`)).json()
    t.match(json, { policy_decision_point: admin, access_evaluation_endpoint: `${admin}/access/v1/evaluation` })
  })
  await t.test('is not to be reached through the data listener', async (t) => {
    for (const path of ['/livez', '/readyz', '/metrics', '/access/v1/evaluation']) {
      const response = await fetch(world.gateway.data + path, {
        headers: { authorization: `Bearer ${await world.provider.token('operator')}` },
      })
      t.equal(response.status, 404, path)
    }
  })
})
