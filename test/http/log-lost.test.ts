// Scenario 45: the log cannot persist. No record, no passage.
import { rename } from 'node:fs/promises'
import t from 'tap'
import { ask, gateFor } from '../support/gate.ts'
import { surroundings } from '../support/serve.ts'

t.test('where the log cannot persist, nothing passes and the refusal says so', async (t) => {
  let lost = false
  const world = await gateFor(t, { onLogLost: () => (lost = true) })
  const token = await world.provider.token('us-citizen')
  t.equal((await ask(world, { token, model: 'open-1' })).status, 200)
  const { modelApi } = world
  const before = await modelApi.count()
  await rename(world.log, `${world.log}-moved`)
  let answer = await ask(world, { token, model: 'open-1' })
  for (let tries = 0; tries < 50 && answer.status === 200; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    answer = await ask(world, { token, model: 'open-1' })
  }
  t.equal(answer.code, 'log_unavailable')
  t.equal(answer.status, 503)
  t.ok(answer.headers.has('retry-after'))
  t.notOk(answer.headers.has('portcullis-decision'), 'there is no record to name')
  t.ok(lost)
  const after = await modelApi.count()
  t.equal((await ask(world, { token, model: 'open-1' })).code, 'log_unavailable', 'and stays so')
  t.equal((await ask(world, { model: 'open-1' })).code, 'log_unavailable', 'a refusal needs its record too')
  t.equal(await modelApi.count(), after)
  t.ok(after >= before)
  const ready = await fetch(`${world.gateway.admin}/readyz`)
  t.equal(ready.status, 503)
  const { checks } = (await ready.json()) as { checks: { name: string; ok: boolean }[] }
  t.same(
    checks.filter(({ ok }) => !ok).map(({ name }) => name),
    ['log'],
  )
  await rename(`${world.log}-moved`, world.log)
})

t.test('`serve` ends with 74 where the log’s disk failed', async (t) => {
  const around = await surroundings(t)
  const serving = await around.serve()
  const { promise: exited, resolve } = Promise.withResolvers<number | null>()
  serving.child.once('exit', resolve)
  await rename(around.log, `${around.log}-moved`)
  t.equal(await exited, 74)
})
