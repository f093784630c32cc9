// Whoever stands between a gate and its control, or owns Redis, can keep a revocation from the gate for a lease at most, and lift none.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { type Fleet, type RunningGate, startFleet, until } from '../support/fleet.ts'
import { startRedis } from '../support/redis.ts'
import { revocationsRoute } from '../support/revoking.ts'

t.setTimeout(600_000)

const person = (fleet: Fleet, sub: string): Promise<string> =>
  fleet.provider.mint({ sub, sub_type: 'person', us_person: true, sid: `s-${sub}`, jti: `j-${sub}` })

const revoke = async (fleet: Fleet, sub: string): Promise<void> => {
  const { status } = await fleet.call('operator', revocationsRoute, { kind: 'subject', id: sub, why: 'test' })
  if (status !== 201) throw new Error(`not revoked: ${status}`)
}

const counted = async ({ admin }: RunningGate, outcome: string): Promise<number> => {
  const text = await (await fetch(`${admin}/metrics`)).text()
  return Number(new RegExp(`portcullis_fleet_statements\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1])
}

/** What stands between. `list` changes what is answered where a gate asks what is revoked. */
interface Between {
  readonly url: string
  isCut: boolean
  list: (text: string) => string
  /** What was let through last, unchanged. */
  last: string
}

async function standBetween(t: { teardown(run: () => void): void }, control: string): Promise<Between> {
  const between = { url: '', isCut: false, list: (text: string) => text, last: '' }
  const pass = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const body: Buffer[] = []
    for await (const part of request) body.push(part as Buffer)
    const { authorization = '', 'content-type': type = 'application/json' } = request.headers
    const answer = await fetch(`${control}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { authorization, ...(body.length === 0 ? {} : { 'content-type': type }) },
      ...(body.length === 0 ? {} : { body: Buffer.concat(body) }),
    })
    let text = await answer.text()
    if (request.url === '/v1/fleet/revocations') {
      between.last = text
      text = between.list(text)
    }
    reply.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? type }).end(text)
  }
  const server = createServer((request, reply) => {
    if (between.isCut) request.socket.destroy()
    else pass(request, reply).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return Object.assign(between, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

t.test('a gate is told nothing, the old or something else', async (t) => {
  const redis = await startRedis()
  t.teardown(() => redis.stop())
  const fleet = await startFleet(t, { redis: redis.url, lease: '5s' })
  await fleet.control()
  await fleet.restrict(Date.now() - 60_000)
  t.equal((await fleet.publish(fleet.build(1))).code, 0)
  const between = await standBetween(t, fleet.url)
  const gate = await fleet.gate('one', {
    fleet: `{ key: "\${FLEET_KEY}", lease: 5s, control: { url: "${between.url}", key: "${fleet.key}" } }`,
  })
  const [ann, bob, cat] = await Promise.all(['ann', 'bob', 'cat'].map((sub) => person(fleet, sub)))
  if (!ann || !bob || !cat) throw new Error('no tokens')
  await until('it is confirmed', async () => (await gate.ask('fable-5')) === '200')
  const [statement = ''] = await redis.client.keys('portcullis:statement:*')
  const old = (await redis.client.get(statement)) ?? ''
  const asked = async (token: string): Promise<string> => gate.send('open-1', token)
  const isShut = async (): Promise<boolean> => (await gate.ask('fable-5')) === '503 policy_stale'

  t.test('a forged list is counted and not followed, and the lease ends meanwhile', async (t) => {
    const before = await counted(gate, 'unsigned-list')
    // The first line is the statement, as it was signed.
    between.list = (text) => text.replace('"subject":"ann"', '"subject":"bob"')
    await revoke(fleet, 'ann')
    await until('it is counted', async () => (await counted(gate, 'unsigned-list')) > before)
    t.equal(await asked(bob), '200', 'nobody is shut out by it')
    await until('what says `refuse` is shut', isShut)
    await until('status says what it lacks', async () =>
      (await fleet.status()).gates.some(({ lacks }) => lacks.includes('revocations')),
    )
    between.list = (text) => text
    await until('it is followed', async () => (await asked(ann)) === '401 session_revoked')
    await until('and confirmed', async () => (await gate.ask('fable-5')) === '200')
  })

  t.test('an older list is not followed, under its own statement or the new one', async (t) => {
    const older = between.last
    await revoke(fleet, 'bob')
    await until('the second is shut out', async () => (await asked(bob)) === '401 session_revoked')
    for (const replay of [
      () => older,
      (text: string) => `${text.split('\n')[0]}\n${older.split('\n').slice(1).join('\n')}`,
    ]) {
      const [lists, replays] = [await counted(gate, 'unsigned-list'), await counted(gate, 'replayed')]
      between.list = replay
      await revoke(fleet, `nobody-${lists}`)
      await until('it is counted', async () => (await counted(gate, 'unsigned-list')) > lists)
      if (replay.length === 0) t.ok((await counted(gate, 'replayed')) > replays, 'its statement is an old one')
      for (const token of [ann, bob]) t.equal(await asked(token), '401 session_revoked')
      await until('what says `refuse` is shut', isShut)
      between.list = (text) => text
      await until('it is confirmed', async () => (await gate.ask('fable-5')) === '200')
    }
    const replays = await counted(gate, 'replayed')
    await redis.client.publish(statement, old)
    await until('the old statement is counted', async () => (await counted(gate, 'replayed')) > replays)
    t.equal(await asked(ann), '401 session_revoked')
  })

  t.test('Redis is emptied: nothing is let in', async (t) => {
    await redis.client.flushall()
    t.equal(await asked(ann), '401 session_revoked')
    await until('it is confirmed all the same', async () => (await gate.check('fleet'))?.ok === true)
    t.equal(await asked(bob), '401 session_revoked')
  })

  t.test('cut off from both, it refuses after the lease what must be fresh', async (t) => {
    between.isCut = true
    await redis.kill()
    await revoke(fleet, 'cat')
    await until('what says `refuse` is shut', isShut)
    t.equal(await gate.send('fable-5', cat), '503 policy_stale', 'whoever asks')
    t.equal(await asked(ann), '401 session_revoked', 'what it knows it goes on to enforce')
    between.isCut = false
    await until('it hears of it', async () => (await asked(cat)) === '401 session_revoked')
  })
})
