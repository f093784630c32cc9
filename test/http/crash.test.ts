// kill -9 in the middle of load: no forwarded request may be without its record (threat L1).
import t from 'tap'
import { verifyLog } from '../../src/decision-log/index.ts'
import { decisions, records } from '../support/gate.ts'
import { surroundings } from '../support/serve.ts'
import { pause, until } from '../threats/wire.ts'

const rounds = 20
const clients = 16

t.test(`${rounds} rounds of kill -9 under load lose no forwarded request’s record`, async (t) => {
  const around = await surroundings(t)
  const token = await around.provider.token('us-citizen')
  const answered = new Set<string>()
  for (let round = 0; round < rounds; round++) {
    const forwarded = await around.modelApi.count()
    const serving = await around.serve()
    const load = new AbortController()
    const callers = Array.from({ length: clients }, async () => {
      while (!load.signal.aborted) {
        try {
          const response = await fetch(`${serving.data}/v1/chat/completions`, {
            method: 'POST',
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            body: '{"model":"open-1","messages":[{"role":"user","content":"hello"}]}',
          })
          const id = response.headers.get('portcullis-decision')
          if (id !== null) answered.add(id)
          await response.arrayBuffer()
        } catch {
          return
        }
      }
    })
    // Somewhere in the middle: a different moment each round, and behind another number of requests that reached the model API.
    await pause(60 + ((round * 37) % 200))
    await until(async () => (await around.modelApi.count()) >= forwarded + 1 + (round % 3))
    await serving.end('SIGKILL')
    load.abort()
    await Promise.all(callers)
  }
  const last = await around.serve()
  t.equal(await last.end('SIGTERM'), 0)

  const forwarded = await around.modelApi.count()
  const permits = (await decisions(around)).filter(({ effect }) => effect === 'permit')
  t.ok(forwarded > rounds, `${forwarded} requests were forwarded`)
  t.ok(forwarded <= permits.length, `forwarded ≤ recorded permits: ${forwarded} ≤ ${permits.length}`)
  const recorded = new Set(permits.map(({ id }) => id))
  t.strictSame(
    [...answered].filter((id) => !recorded.has(id)),
    [],
    'every answer’s decision is on record',
  )
  const ended = new Set((await records(around)).flatMap((record) => (record.k === 'outcome' ? [record.id] : [])))
  t.strictSame(
    [...recorded].filter((id) => !ended.has(id)),
    [],
    'every permit has its outcome, `unknown_crash` where nobody knows',
  )
  const report = await verifyLog({ directory: around.log, key: around.logKey })
  t.ok(report.intact, JSON.stringify(report))
})
