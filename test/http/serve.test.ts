// `portcullis serve` as its operators meet it: TLS, readiness without a policy, an orderly end.
import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { Agent, fetch as fetchOver } from 'undici'
import { certificate } from '../support/certificate.ts'
import { decision, records } from '../support/gate.ts'
import { surroundings } from '../support/serve.ts'

const body = (more: object): string =>
  JSON.stringify({ model: 'open-1', messages: [{ role: 'user', content: 'hello' }], ...more })

t.test('speaks TLS on both listeners, and asks for client certificates where it is told to', async (t) => {
  const around = await surroundings(t)
  const [server, client, stranger] = ['server', 'client', 'stranger'].map((name) => certificate(name))
  if (!server || !client || !stranger) throw new Error('no certificate')
  for (const [name, text] of Object.entries({ 'tls.crt': server.cert, 'tls.key': server.key, 'ca.crt': client.cert })) {
    await writeFile(join(around.folder, name), text, { mode: 0o600 })
  }
  const serving = await around.serve('', {
    listen: '{ address: "127.0.0.1:0", tls: { cert: tls.crt, key: tls.key } }',
    admin: '{ address: "127.0.0.1:0", tls: { cert: tls.crt, key: tls.key, client-ca: ca.crt } }',
  })
  t.match(serving.data, /^https:/)
  const token = await around.provider.token('us-citizen')
  const trusting = new Agent({ connect: { ca: server.cert } })
  const known = new Agent({ connect: { ca: server.cert, cert: client.cert, key: client.key } })
  const unknown = new Agent({ connect: { ca: server.cert, cert: stranger.cert, key: stranger.key } })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetchOver(`${serving.data}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: body({}),
    dispatcher: trusting,
  })
  t.equal(answer.status, 200)
  t.equal((await fetchOver(`${serving.admin}/livez`, { dispatcher: known })).status, 200)
  await t.rejects(fetchOver(`${serving.admin}/livez`, { dispatcher: trusting }))
  await t.rejects(fetchOver(`${serving.admin}/livez`, { dispatcher: unknown }))
  await Promise.all([trusting.destroy(), known.destroy(), unknown.destroy()])
  await serving.end('SIGTERM')
})

t.test('without a policy nothing passes, and readiness names the check', async (t) => {
  const around = await surroundings(t)
  const policies = join(around.folder, 'policies')
  await cp(around.policies, policies, { recursive: true })
  await rm(join(policies, 'catalogue'), { recursive: true })
  const serving = await around.serve('', { policy: '{ source: directory, path: policies, unsigned: accepted }' })
  const ask = async () =>
    fetch(`${serving.data}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await around.provider.token('us-citizen')}`,
        'content-type': 'application/json',
      },
      body: body({}),
    })
  const refused = await ask()
  t.equal(refused.status, 503)
  t.match(await decision(around, refused.headers.get('portcullis-decision') ?? ''), {
    reason: 'policy_unavailable',
    policy: null,
  })
  const { status, checks } = (await (await fetch(`${serving.admin}/readyz`)).json()) as {
    status: string
    checks: { name: string; ok: boolean }[]
  }
  t.equal(status, 'not ready')
  t.strictSame(
    checks.filter(({ ok }) => !ok).map(({ name }) => name),
    ['policy'],
  )
  t.equal(await around.modelApi.count(), 0)

  await cp(join(around.policies, 'catalogue'), join(policies, 'catalogue'), { recursive: true })
  let served = await ask()
  for (let tries = 0; tries < 100 && served.status !== 200; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    served = await ask()
  }
  t.equal(served.status, 200, 'a policy that arrives is taken without a restart')
  await serving.end('SIGTERM')
})

t.test('on SIGTERM open answers may end, everything is recorded, and the log is sealed by a checkpoint', async (t) => {
  const around = await surroundings(t)
  await around.modelApi.set({ chunks: 60, chunkDelayMs: 20 })
  const serving = await around.serve()
  const response = await fetch(`${serving.data}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await around.provider.token('us-citizen')}`,
      'content-type': 'application/json',
    },
    body: body({ stream: true }),
  })
  const ended = serving.end('SIGTERM')
  t.match(await response.text(), /data: \[DONE\]\n\n$/, 'the stream ran to its end')
  t.equal(await ended, 0)
  await t.rejects(fetch(serving.data), 'nothing listens any more')
  const last = (await records(around)).filter(({ k }) => k === 'outcome').at(-1)
  t.match(last, { ending: 'completed', id: response.headers.get('portcullis-decision') })
  const { verifyLog } = await import('../../src/decision-log/index.ts')
  const report = await verifyLog({ directory: around.log, key: around.logKey })
  t.ok(report.intact, report.summary)
  t.match(report.summary, /all covered by a checkpoint/)
})
