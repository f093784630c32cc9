// Revocation of what is under way: open streams, WebSockets, and a request whose permit is recorded and not spent yet.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Ending } from '../../src/vocabulary/record.ts'
import { ask, gateFor, records } from '../support/gate.ts'
import { openStream, outcomeOf, revocationEvents, revoker, untilServed } from '../support/revoking.ts'
import { connect, socketGateFor } from '../support/socket-gate.ts'

t.test('open streams of the revoked are cut at once, each with its reason; those of others go on', async (t) => {
  const world = await gateFor(t)
  const revoke = revoker(world)
  const organization = 'https://portcullis.dev/claims/organization'
  const mint = (sub: string, more: Record<string, unknown> = {}) =>
    world.provider.mint({ sub, sub_type: 'person', sid: `s-${sub}`, jti: `j-${sub}`, ...more })
  const tokens = await Promise.all([
    mint('ann'),
    mint('bob'),
    mint('cat'),
    mint('dan', { [organization]: 'org-q' }),
    mint('eve'),
  ])
  await world.modelApi.set({ chunks: 2_000, chunkDelayMs: 10 })
  const streams = await Promise.all(tokens.map((token) => openStream(world, token, 'open-1')))
  const [ann, bob, cat, dan, eve] = streams
  if (!ann || !bob || !cat || !dan || !eve) throw new Error('no streams')
  await Promise.all(streams.map(untilServed))
  const acts = [
    [ann, { kind: 'token', jti: 'j-ann' }, 'token_revoked', 'token_invalid'],
    [bob, { kind: 'session', id: 's-bob' }, 'session_revoked', 'session_revoked'],
    [cat, { kind: 'subject', id: 'cat' }, 'revoked', 'session_revoked'],
    [dan, { kind: 'organization', id: 'org-q' }, 'revoked', 'session_revoked'],
  ] as const
  for (const [stream, of, reason, told] of acts) {
    t.match(await revoke('operator', { ...of, why: 'x' }), { status: 201, json: { cut: 1 } }, of.kind)
    t.match(await stream.ended, new RegExp(`"code":"${told}"[^\\n]*\\n\\n$`))
    const ended = await outcomeOf(world, stream.id)
    t.match(ended, { ending: 'cut', reason })
    const event = (await revocationEvents(world)).at(-1)
    t.ok(
      Date.parse(ended?.lastByteAt ?? '') <= Date.parse(event?.at ?? ''),
      'nothing was released after it was in force',
    )
  }
  const served = eve.soFar().length
  await sleep(100)
  t.ok(eve.soFar().length > served, 'the stream of somebody else goes on')
  await world.modelApi.set({})
})

t.test('streams that only a grant permitted are cut with the grant', async (t) => {
  const world = await gateFor(t, { now: Date.parse('2026-06-27T12:00:00Z') })
  await world.modelApi.set({ chunks: 2_000, chunkDelayMs: 10 })
  const [foreign, citizen] = await Promise.all(
    ['partner-foreign', 'partner-us'].map(async (who) =>
      openStream(world, await world.provider.token(who), 'mythos-5'),
    ),
  )
  if (!foreign || !citizen) throw new Error('no streams')
  await Promise.all([foreign, citizen].map(untilServed))
  const begun = await revoker(world)('operator', { kind: 'grant', id: 'us-bis-2026-06-26-annex', why: 'letter' })
  t.match(begun, { status: 201, json: { cut: 1 } })
  t.match(await foreign.ended, /"code":"grant_revoked"/)
  t.match(await outcomeOf(world, foreign.id), { ending: 'cut', reason: 'grant_revoked' })
  const served = citizen.soFar().length
  await sleep(100)
  t.ok(citizen.soFar().length > served, 'who needs no grant goes on')
  await world.modelApi.set({})
})

t.test('a request whose permit is on record is not sent once its caller is revoked', async (t) => {
  const world = await gateFor(t)
  const { gate } = world.gateway
  const revoke = revoker(world)
  const token = await world.provider.mint({ sub: 'ann', sub_type: 'person', sid: 's-ann' })
  t.equal((await ask(world, { token, model: 'open-1' })).code, '200')
  const sent = await world.modelApi.count()
  // The revocation comes while the record of the permit, from the cache, is on its way to the disk.
  const append = gate.log.append.bind(gate.log)
  let held = 0
  Object.assign(gate.log, {
    append: async (record: Parameters<typeof append>[0]) => {
      await append(record)
      if (record.k !== 'decision' || record.effect !== 'permit' || held > 0) return
      held += 1
      t.equal((await revoke('operator', { kind: 'session', id: 's-ann', why: 'x' })).status, 201)
    },
  })
  const refused = await ask(world, { token, model: 'open-1' })
  t.equal(held, 1)
  t.strictSame([refused.status, refused.code], [401, 'session_revoked'])
  t.match(refused.headers.get('www-authenticate'), /^Bearer /)
  t.equal(await world.modelApi.count(), sent, 'nothing was sent')
  const id = refused.headers.get('portcullis-decision') ?? ''
  t.match(await outcomeOf(world, id), { ending: 'cut', reason: 'session_revoked', upstreamStatus: null })
})

const responses = '/v1/responses'
const realtime = '/v1/realtime?model=open-1'

t.test(
  'WebSockets of the revoked are closed with 1008: in use, only listening, and with nothing permitted yet',
  async (t) => {
    const { world, api } = await socketGateFor(t)
    const revoke = revoker(world)
    const mint = (sub: string) => world.provider.mint({ sub, sub_type: 'person', sid: `s-${sub}` })
    const [ann, bob] = [await mint('ann'), await mint('bob')]
    const idle = await connect({ world }, { token: ann, path: responses })
    const listening = await connect({ world }, { token: ann, path: realtime })
    const speaking = await connect({ world }, { token: ann, path: responses })
    const others = await connect({ world }, { token: bob, path: realtime })
    await Promise.all([listening.next('session.created'), others.next('session.created')])
    speaking.say({ type: 'response.create', model: 'open-1', input: 'hello' })
    await speaking.next('response.completed')
    const seen = api.sockets.length

    t.match(await revoke('operator', { kind: 'session', id: 's-ann', why: 'x' }), { status: 201, json: { cut: 3 } })
    for (const [name, client] of Object.entries({ idle, listening, speaking })) {
      t.strictSame(await client.closed, { code: 1008, reason: 'session_revoked' }, name)
      t.match(client.events.at(-1), { type: 'error', error: { code: 'session_revoked' } }, name)
    }
    others.say({ type: 'response.create', response: {} })
    t.ok(await others.next('response.done'), 'the socket of somebody else goes on')
    t.equal(api.sockets.length, seen)
    for (let tries = 0; tries < 100; tries++) {
      const found = await cutBy(world)
      if (found.length >= 4) break
      await sleep(20)
    }
    t.strictSame(
      await cutBy(world),
      Array(4).fill('session_revoked'),
      'the upgrades and the frame have an outcome each',
    )
    const error = await connect({ world }, { token: ann, path: realtime }).catch((error: unknown) => error)
    t.match(error, { status: 401, body: { error: { code: 'session_revoked' } } })
  },
)

t.test('a WebSocket whose upgrade is on record is not left open once its caller is revoked', async (t) => {
  for (const path of [responses, realtime]) {
    const { world, api } = await socketGateFor(t)
    const token = await world.provider.mint({ sub: 'ann', sub_type: 'person', sid: 's-ann' })
    const revoke = revoker(world)
    await revoke('operator')
    const { gate } = world.gateway
    const append = gate.log.append.bind(gate.log)
    let held = 0
    Object.assign(gate.log, {
      append: async (record: Parameters<typeof append>[0]) => {
        await append(record)
        if (record.k !== 'decision' || held > 0) return
        held += 1
        t.equal((await revoke('operator', { kind: 'session', id: 's-ann', why: 'x' })).status, 201)
      },
    })
    const opened = await connect({ world }, { token, path }).catch((error: unknown) => error)
    t.equal(held, 1)
    if (path === responses) {
      if (!(opened instanceof Object && 'closed' in opened)) throw opened
      t.strictSame(await opened.closed, { code: 1008, reason: 'session_revoked' })
    } else t.match(opened, { status: 401, body: { error: { code: 'session_revoked' } } })
    t.equal(api.sockets.length, 0, 'nobody was connected to')
  }
})

const cutBy = async (world: { log: string }): Promise<readonly (string | null)[]> =>
  (await records(world)).flatMap((one) =>
    one.k === 'outcome' && one.ending === ('cut' satisfies Ending) ? [one.reason] : [],
  )

t.test(
  'a token that expires ends its WebSocket with the next frame, and leaves a running stream running',
  async (t) => {
    const { world } = await socketGateFor(t)
    const second = Math.floor(world.clock.now() / 1_000)
    const token = await world.provider.mint({ sub: 'ann', sub_type: 'person', iat: second, exp: second + 600 })
    const client = await connect({ world }, { token, path: realtime })
    await client.next('session.created')
    client.say({ type: 'response.create', response: {} })
    await client.next('response.done')
    await world.setNow((second + 600) * 1_000)
    t.equal(client.ws.readyState, client.ws.OPEN)
    client.say({ type: 'input_audio_buffer.clear' })
    t.strictSame(await client.closed, { code: 1008, reason: 'token_invalid' })

    const streaming = await gateFor(t)
    await streaming.modelApi.set({ chunks: 100, chunkDelayMs: 10 })
    const now = Math.floor(streaming.clock.now() / 1_000)
    const short = await streaming.provider.mint({ sub: 'ann', sub_type: 'person', iat: now, exp: now + 600 })
    const stream = await openStream(streaming, short, 'open-1')
    await untilServed(stream)
    await streaming.setNow((now + 601) * 1_000)
    t.equal((await ask(streaming, { token: short, model: 'open-1' })).code, 'token_invalid')
    t.match(await stream.ended, /\[DONE\]/)
  },
)
