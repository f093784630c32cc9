// Few descriptors, and whoever wants to use them all up (threats O2, O13): `serve` as a process that may open little. Idle connections
// give way to new ones, what is being answered stays, and the log, the policy and the model API get theirs.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { cp, readdir } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { restrictFrom, until } from '../support/fleet.ts'
import { records } from '../support/gate.ts'
import { type Serving, type Surroundings, surroundings } from '../support/serve.ts'

const headersOf = async ({ provider }: Surroundings) => ({
  authorization: `Bearer ${await provider.token('us-citizen')}`,
  'content-type': 'application/json',
})
const chat = (more: object = {}): string =>
  JSON.stringify({ model: 'open-1', messages: [{ role: 'user', content: 'hello' }], ...more })

const crowd: Socket[] = []
t.afterEach(() => {
  for (const socket of crowd.splice(0)) socket.destroy()
})

/** Connections on which this much is said and nothing more; those that the gate closes are counted. */
async function idle(url: string, count: number, said = ''): Promise<{ closed: number }> {
  const { hostname, port } = new URL(url)
  const seen = { closed: 0 }
  for (let made = 0; made < count; made++) {
    const socket = connect(Number(port), hostname)
    crowd.push(socket)
    const { promise: opened, resolve } = Promise.withResolvers<void>()
    socket.on('error', () => {})
    socket.on('close', () => {
      seen.closed += 1
      resolve()
    })
    socket.on('connect', () => socket.write(said, () => resolve()))
    await opened
  }
  return seen
}

async function metric({ admin }: Serving, name: string): Promise<number> {
  const text = await (await fetch(`${admin}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(name)) ?? ''
  return Number(line.split(' ').at(-1))
}

t.test('idle connections up to the last descriptor: all goes on, the reload of a policy too', async (t) => {
  const around = await surroundings(t)
  const policies = join(around.folder, 'policies')
  await cp(around.policies, policies, { recursive: true })
  const policy = `{ source: directory, path: ${JSON.stringify(policies)}, unsigned: accepted }`
  const serving = await around.serve('', { policy }, 64)
  t.match(serving.output(), /fewer connections than set/)
  const headers = await headersOf(around)

  const silent = await idle(serving.data, 40)
  const dripping = await idle(serving.data, 40, 'POST /v1/chat/completions HTTP/1.1\r\nHost: gate\r\nA: ')
  await idle(serving.admin, 40)
  for (let times = 0; times < 3; times++) {
    await idle(serving.data, 10)
    const answer = await fetch(`${serving.data}/v1/chat/completions`, { method: 'POST', headers, body: chat() })
    t.equal(answer.status, 200)
    await answer.text()
  }
  await until('they had to give way', async () => silent.closed === 40 && dripping.closed >= 30)

  t.equal(await metric(serving, 'portcullis_policy_serial'), 1)
  await restrictFrom(policies, Date.now() + 86_400_000)
  await until('the policy is read again', async () => (await metric(serving, 'portcullis_policy_serial')) === 2)
  t.ok((await metric(serving, 'portcullis_connections_crowded_total{listener="data",what="gave_way"}')) >= 70)
  t.ok((await metric(serving, 'portcullis_connections_crowded_total{listener="admin",what="gave_way"}')) >= 30)
  t.equal(await serving.end('SIGTERM'), 0)
})

t.test('what is being answered stays, and one request more than there are descriptors for is told so', async (t) => {
  const around = await surroundings(t)
  await around.modelApi.set({ chunks: 300, chunkDelayMs: 20 })
  const serving = await around.serve('', {}, 64)
  const { inFlight } = JSON.parse(
    serving
      .output()
      .split('\n')
      .find((line) => line.includes('fewer connections than set')) ?? '{}',
  ) as { inFlight: number }
  t.ok(inFlight >= 2 && inFlight < 16)
  const headers = await headersOf(around)
  const ask = () =>
    fetch(`${serving.data}/v1/chat/completions`, { method: 'POST', headers, body: chat({ stream: true }) })
  const answers = await Promise.all(Array.from({ length: inFlight }, ask))
  t.same(new Set(answers.map(({ status }) => status)), new Set([200]))
  await idle(serving.data, 30)
  const refused = await ask()
  t.equal(refused.status, 503)
  t.match(await refused.json(), { error: { code: 'overloaded' } })
  for (const answer of answers) t.match(await answer.text(), /data: \[DONE\]\n\n$/)
  const again = await ask()
  t.equal(again.status, 200, 'and by itself there is room again')
  await again.text()
  t.equal(await serving.end('SIGTERM'), 0)
})

t.test('with too few descriptors for a gate it does not start, and says how many it needs', async (t) => {
  const around = await surroundings(t)
  await t.rejects(around.serve('', {}, 48), /this process may open 48 files \(`ulimit -n`\), and a gate needs \d+/)
})

t.test(
  'none left at all: no connection, no model API, no permit that is not on record; then all is well again',
  async (t) => {
    const around = await surroundings(t)
    const upstream = (name: string, model: string): string => `
  - { name: ${name}, dialect: openai, url: "${around.modelApi.url}", models: [${model}] }`
    const serving = await around.serve('', { upstreams: `${upstream('one', 'fable-5')}${upstream('two', 'open-1')}` })
    const headers = await headersOf(around)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    t.teardown(() => agent.destroy())
    const ask = async (model: string): Promise<string> => {
      const asked = request(`${serving.data}/v1/chat/completions`, { method: 'POST', headers, agent })
      asked.end(chat({ model }))
      const [answer] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
      let text = ''
      for await (const chunk of answer) text += String(chunk)
      return answer.statusCode === 200 ? '200' : `${answer.statusCode} ${JSON.parse(text).error.code}`
    }
    t.equal(await ask('fable-5'), '200')
    const { pid } = serving.child
    const mayOpen = (count: number): unknown => execFileSync('prlimit', ['--pid', `${pid}`, `--nofile=${count}:`])
    // The kernel gives the lowest that is free, and only below this number.
    const taken = new Set((await readdir(`/proc/${pid}/fd`)).map(Number))
    let firstFree = 0
    while (taken.has(firstFree)) firstFree += 1
    mayOpen(firstFree)
    t.equal(
      await ask('open-1'),
      '502 upstream_unavailable',
      'nothing connects to a model API that it had no connection to',
    )
    const turnedAway = await idle(serving.data, 5)
    await until('new connections are closed', async () => turnedAway.closed === 5)
    t.equal(serving.child.exitCode, null)
    mayOpen(1_000)
    t.equal(await ask('open-1'), '200')
    // A checkpoint that had no descriptor is written a second later.
    await until('it is ready again', async () => (await fetch(`${serving.admin}/readyz`)).status === 200)
    t.equal(await serving.end('SIGTERM'), 0)
    const ends = (await records(around)).flatMap((record) => (record.k === 'outcome' ? [record.ending] : []))
    t.same(ends, ['completed', 'upstream_failed', 'completed'])
  },
)
