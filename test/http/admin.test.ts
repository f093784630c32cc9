import { connect } from 'node:net'
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
      [
        'policy true',
        'policy-approval true',
        'policy-expiry true',
        'registers-expiry true',
        'log true',
        'geo true',
        'identity true',
        'fleet true',
        'suspensions true',
        'revocations true',
        'clock true',
        'serving true',
      ],
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
    t.match(await decision(world, id), { effect: 'permit', decidedFor: null, request: { via: 'authzen' } })
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
    // A database that was built after the instant would prove nothing favourable.
    const place = { ...evaluation.context.place, database_built_at: '2026-06-10T00:00:00Z' }
    const before = { ...evaluation, context: { ...evaluation.context, place, time: '2026-06-12T21:20:59Z' } }
    const { json } = await post('/access/v1/evaluation', before, 'enforcement-point')
    t.match(json, { decision: true })
    t.match(await decision(world, (json['context'] as { id: string }).id), {
      at: /^2026-06-20T12:/,
      decidedFor: '2026-06-12T21:20:59.000Z',
      askedBy: { issuer: world.provider.issuer, subject: /^hk1:/, roles: ['enforcement-point'] },
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
  await t.test('takes a batch without evaluations for a single one (AuthZEN 1.0 §7.1)', async (t) => {
    for (const more of [{}, { evaluations: [] }, { options: { evaluations_semantic: 'execute_all' } }]) {
      const { status, json } = await post('/access/v1/evaluations', { ...evaluation, ...more }, 'enforcement-point')
      t.match({ status, json }, { status: 200, json: { decision: true, context: { reason: 'permitted' } } })
    }
    const options = { evaluations_semantic: 'deny_on_first_deny' }
    t.match(await post('/access/v1/evaluations', { ...evaluation, options }, 'enforcement-point'), {
      status: 400,
      json: { error: { code: 'request_unreadable', message: /only `execute_all` is offered/ } },
    })
  })
  await t.test('rests on the asker’s word, and the record says so', async (t) => {
    const { json } = await post('/access/v1/evaluation', evaluation, 'enforcement-point')
    const record = await decision(world, (json['context'] as { id: string }).id)
    const sources = record?.determinations.flatMap(({ limbs }) =>
      limbs.flatMap(({ predicates }) => predicates.flatMap(({ evidence }) => evidence.map(({ source }) => source))),
    )
    t.ok(sources?.includes('stated'))
    t.notOk(sources?.includes('hr'))
  })
  const withContext = (over: object) => ({ ...evaluation, context: { ...evaluation.context, ...over } })
  await t.test('finds the name of a variant in the catalogue', async (t) => {
    const about = async (id: string, variant: string) => {
      const resource = { type: 'model', id, properties: { variant } }
      const { json } = await post('/access/v1/evaluation', { ...evaluation, resource }, 'enforcement-point')
      const { reason, id: of } = json['context'] as { reason: string; id: string }
      return { reason, models: (await decision(world, of))?.models }
    }
    t.match(await about('next-1', 'safeguards-reduced'), {
      models: [{ name: 'next-1-safeguards-reduced', model: 'next-1', variant: 'safeguards-reduced' }],
    })
    t.match(await about('fable-5', 'nothing'), { reason: 'model_unknown', models: [{ model: null }] })
  })
  await t.test('knows no place where none was stated', async (t) => {
    for (const context of [{ place: {} }, { place: null, address: 'nowhere' }]) {
      const { json } = await post('/access/v1/evaluation', withContext(context), 'enforcement-point')
      t.match(json, { decision: false, context: { reason: 'location_unknown' } })
      const record = await decision(world, (json['context'] as { id: string }).id)
      t.match(record?.place, { state: 'address-unknown', country: null })
    }
    const mapped = withContext({ place: null, address: '::ffff:203.0.113.7' })
    const { json } = await post('/access/v1/evaluation', mapped, 'enforcement-point')
    const plain = withContext({ place: null, address: '203.0.113.7' })
    const { json: same } = await post('/access/v1/evaluation', plain, 'enforcement-point')
    t.equal((json['context'] as { reason: string }).reason, (same['context'] as { reason: string }).reason)
  })
  await t.test('refuses what cannot be so', async (t) => {
    const subject = (over: object) => ({ ...evaluation, subject: { ...citizen, ...over } })
    const [stated] = citizen.properties.evidence
    const cases: readonly (readonly [object, RegExp])[] = [
      [withContext({ place: { country: 'ZZ' } }), /context\.place\.country/],
      [withContext({ place: { country: 'UK' } }), /context\.place\.country/],
      [withContext({ place: { country: 'US', region: 'UA-43' } }), /not a region of the `country`/],
      [withContext({ place: { region: 'UA-43' } }), /not a region of the `country`/],
      [withContext({ place: { country: 'US', database_built_at: '2030-01-01T00:00:00Z' } }), /later than now/],
      [withContext({ token: { iss: 'https://a\0b' } }), /context\.token\.iss`: holds a control character/],
      [withContext({ token: { iss: 'x'.repeat(300) } }), /context\.token\.iss/],
      [withContext({ organization: 'a\u009bb' }), /control character/],
      [withContext({ prior_actors: Array.from({ length: 101 }, () => citizen) }), /prior_actors/],
      [subject({ id: 'a\nb' }), /subject\.id/],
      [subject({ properties: { evidence: [{ ...stated, verified_at: '2030-01-01T00:00:00Z' }] } }), /later than now/],
      [subject({ properties: { evidence: [{ ...stated, value: { value: true, basis: 'luck' } }] } }), /basis/],
      [Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`k${n}`, n])), /`k5`: is not known here$/],
    ]
    for (const [body, message] of cases) {
      const answer = await post('/access/v1/evaluation', body, 'enforcement-point')
      t.match(answer, { status: 400, json: { error: { code: 'request_unreadable', message } } }, String(message))
    }
  })
  await t.test('takes the credential from its own field alone, and one media type', async (t) => {
    const token = await world.provider.token('enforcement-point')
    const send = async (headers: Record<string, string>) => {
      const init = { method: 'POST', headers, body: JSON.stringify(evaluation) }
      const response = await fetch(`${admin}/access/v1/evaluation`, init)
      const { error } = (await response.json()) as { error?: { code: string } }
      return `${response.status} ${error?.code ?? ''}`
    }
    const json = { 'content-type': 'application/json' }
    t.equal(await send({ ...json, 'x-api-key': token }), '401 token_absent')
    const authorization = `Bearer ${token}`
    t.equal(await send({ ...json, authorization, 'x-api-key': token }), '401 request_ambiguous')
    t.equal(await send({ authorization, 'content-type': 'application/json; charset=UTF-8' }), '200 ')
    for (const type of ['application/json; charset=utf-7', 'application/jsonp', 'text/plain', 'application/json; a=b'])
      t.equal(await send({ authorization, 'content-type': type }), '415 media_type', type)
  })
  await t.test('refuses malformed requests in its own words', async (t) => {
    const raw = async (text: string): Promise<string> => {
      const { hostname, port } = new URL(admin)
      const socket = connect(Number(port), hostname)
      socket.end(text)
      let answer = ''
      for await (const chunk of socket) answer += String(chunk)
      return answer
    }
    const get = (target: string, host: string) => `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
    for (const host of ['evil.example"><x', 'a b', '', 'a/b', 'user@a', 'a,b']) {
      const answer = await raw(get('/.well-known/authzen-configuration', host))
      t.match(answer, /^HTTP\/1\.1 400 [^]*\{"error":\{"code":"request_unreadable"/, host)
      t.notMatch(answer, 'policy_decision_point')
    }
    t.match(
      await raw(get('/.well-known/authzen-configuration', 'gate.example:8443')),
      'http://gate.example:8443/access',
    )
    for (const text of [
      'nonsense\r\n\r\n',
      get('/%zz', 'a'),
      `GET /livez HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}`,
    ])
      t.match(await raw(text), /^HTTP\/1\.1 4\d\d [^]*\{"error":\{"code":"(request_unreadable|too_large)","message":"/)
    const large = await fetch(`${admin}/access/v1/evaluation`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await world.provider.token('enforcement-point')}`,
      },
      body: ' '.repeat(1_100_000),
    })
    t.match(await large.json(), { error: { code: 'too_large', message: 'the body is too large' } })
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
