// What is tried on a WebSocket, in bytes: nothing of it reaches the model API, each is told with its close code, and what was permitted
// before is all that ever arrived there.
import t from 'tap'
import { decisions, records } from '../support/gate.ts'
import { dialSocket, type FrameBytes, frameBytes, type RawSocket, upgradeBytes } from '../support/raw-socket.ts'
import { socketGateFor } from '../support/socket-gate.ts'
import { codeOf, get, post, say, statuses, until } from './wire.ts'

const responses = '/v1/responses'
const realtime = '/v1/realtime?model=open-1'
const live = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent'
const canary = 'fable-5'
const create = (over: object = {}): string =>
  JSON.stringify({ type: 'response.create', model: 'open-1', input: 'hello', ...over })
const text = (payload: string): Buffer => frameBytes({ payload })

/** Who may use `open-1` and not `fable-5`. */
const persona = 'foreign-national'

t.test('on an open socket', async (t) => {
  const { world, api } = await socketGateFor(t)
  const token = await world.provider.token(persona)
  const google = `x-goog-api-key: ${token}\r\n`

  const open = async (target: string, headers = '', behind: readonly Buffer[] = []): Promise<RawSocket> => {
    const isLive = target.startsWith(live)
    const raw = await dialSocket(world, upgradeBytes(isLive ? null : token, target, isLive ? google : headers), behind)
    t.match(raw.head, /^HTTP\/1\.1 101 /)
    return raw
  }
  const seen = (): readonly string[] => api.sockets.flatMap(({ frames }) => frames.map((frame) => frame.text))
  const cleanly = (): void => {
    t.notOk(
      seen().some((frame) => frame.includes(canary)),
      'nothing of it went on',
    )
  }
  /** Opens one, sends, and gives the close code. */
  const tried = async (target: string, ...frames: readonly (string | Buffer)[]): Promise<number | null> => {
    const raw = await open(target)
    for (const frame of frames) raw.socket.write(typeof frame === 'string' ? text(frame) : frame)
    const code = await raw.closed
    raw.socket.destroy()
    cleanly()
    return code
  }

  await t.test('B8 a frame that two readers could take differently closes the socket', async (t) => {
    const odd: readonly (readonly [name: string, frame: string | Buffer, code: number])[] = [
      ['a key twice', `{"type":"response.create","model":"open-1","model":"${canary}","input":"x"}`, 1008],
      ['a key twice, once in escapes', `{"type":"response.create","model":"open-1","\\u006dodel":"${canary}"}`, 1008],
      ['the type twice', `{"type":"response.create","type":"x","model":"${canary}"}`, 1008],
      ['two values', `${create()}{"model":"${canary}"}`, 1007],
      ['no JSON', `model=${canary}`, 1007],
      ['an array', `[${create({ model: canary })}]`, 1007],
      ['a mark of byte order', `\uFEFF${create({ model: canary })}`, 1007],
      ['a key that looks the same', `{"type":"response.create","model":"open-1","Model":"${canary}"}`, 1008],
      ['no type', `{"model":"${canary}"}`, 1008],
      ['a type that nobody knows', `{"type":"response.steer","response_id":"resp_1","model":"${canary}"}`, 1008],
      ['bytes instead of text', frameBytes({ opcode: 2, payload: create({ model: canary }) }), 1007],
      ['ill-formed UTF-8', frameBytes({ payload: Buffer.from(`{"model":"${canary}\xff"}`, 'latin1') }), 1007],
      ['a model that is no text', create({ model: [canary] }), 1007],
    ]
    for (const [name, frame, code] of odd) t.equal(await tried(responses, frame), code, name)
  })

  await t.test('B8 a frame that breaks the protocol ends the connection', async (t) => {
    const payload = create({ model: canary })
    const odd: readonly (readonly [name: string, frame: FrameBytes, code: number])[] = [
      ['not masked', { payload, masked: false }, 1002],
      ['compressed, though nobody agreed to it', { payload, reserved: 4 }, 1002],
      ['another reserved bit', { payload, reserved: 1 }, 1002],
      ['an unknown kind of frame', { payload, opcode: 3 }, 1002],
      ['a continuation of nothing', { payload, opcode: 0 }, 1002],
      ['a control frame in pieces', { payload: 'x', opcode: 9, fin: false }, 1002],
      ['longer than is read', { payload: 'x', length: 1n << 40n }, 1009],
    ]
    for (const [name, frame, code] of odd) t.equal(await tried(responses, frameBytes(frame)), code, name)
  })

  await t.test('B8 a message in pieces, cut within a character, is read as the one that it is', async (t) => {
    const whole = Buffer.from(create({ input: 'grüße' }))
    const cut = whole.indexOf(0xc3) + 1
    const pieces = (bytes: Buffer, at: number): Buffer[] => [
      frameBytes({ payload: bytes.subarray(0, at), fin: false }),
      frameBytes({ payload: '', opcode: 9 }),
      frameBytes({ payload: bytes.subarray(at), opcode: 0 }),
    ]
    const raw = await open(responses)
    for (const piece of pieces(whole, cut)) raw.socket.write(piece)
    t.ok(await until(() => raw.texts().some((event) => event.includes('response.completed'))))
    t.equal(seen().at(-1), whole.toString())
    const other = Buffer.from(create({ model: canary }))
    for (const piece of pieces(other, other.indexOf(canary) + 2)) raw.socket.write(piece)
    t.equal(await raw.closed, 1008)
    cleanly()
    const many = Array.from({ length: 2_000 }, (_, index) =>
      frameBytes({ payload: ' ', opcode: index === 0 ? 1 : 0, fin: false }),
    )
    t.equal(await tried(responses, Buffer.concat(many)), 1008, 'and not in thousands')
  })

  await t.test('B8 a later frame that names another model is decided, and closes', async (t) => {
    const raw = await open(responses)
    raw.socket.write(text(create()))
    t.ok(await until(() => raw.texts().some((event) => event.includes('response.completed'))))
    raw.socket.write(Buffer.concat([text(create({ model: canary })), text(create({ input: 'behind it' }))]))
    t.equal(await raw.closed, 1008)
    cleanly()
    t.notOk(
      seen().some((frame) => frame.includes('behind it')),
      'nor what came behind it',
    )
    const made = (await decisions(world)).filter(({ request }) => request.socket !== null)
    t.match(
      made.findLast(({ effect }) => effect === 'deny'),
      { reason: 'person_restricted', models: [{ name: canary }] },
    )
  })

  await t.test('B8 a session is updated within what was decided for it', async (t) => {
    const audio = (model: string): object => ({ audio: { input: { transcription: { model } } } })
    const update = (session: object): string => JSON.stringify({ type: 'session.update', session })
    t.equal(await tried(realtime, update(audio('open-1')), update(audio(canary))), 1008, 'a second model')
    t.equal(await tried(realtime, update({ model: canary })), 1008, 'another than the upgrade named (B9)')
    t.equal(await tried(realtime, update({ model: 'nobody-knows' })), 1008)
    t.equal(
      await tried(realtime, update({ audio: { input: { transcription: {} } } })),
      1008,
      'one left to the provider',
    )
    t.equal(await tried(realtime, `{"type":"response.create","response":{"model":"${canary}"}}`), 1008)
  })

  await t.test('B14 tools that run elsewhere are refused as over HTTP', async (t) => {
    const mcp = { type: 'mcp', server_label: 'x', server_url: 'https://mcp.example' }
    t.equal(await tried(responses, create({ tools: [mcp] })), 1008)
    t.equal(await tried(realtime, JSON.stringify({ type: 'session.update', session: { tools: [mcp] } })), 1008)
    t.equal(await tried(responses, create({ tools: [{ type: 'web_search' }] })), 1008)
    t.equal(await tried(live, `{"setup":{"model":"models/open-1","tools":[{"googleSearch":{}}]}}`), 1008)
  })

  await t.test('B4 what another caller made is unknown, on the socket as elsewhere', async (t) => {
    const mine = await open(responses)
    mine.socket.write(text(create({ store: false })))
    t.ok(await until(() => mine.texts().some((event) => event.includes('response.completed'))))
    const made = JSON.parse(mine.texts().find((event) => event.includes('response.created')) ?? '{}') as {
      response: { id: string }
    }
    const next = create({ previous_response_id: made.response.id, input: 'goes on' })
    mine.socket.write(text(next))
    t.ok(await until(() => mine.texts().filter((event) => event.includes('response.completed')).length === 2))
    t.equal(seen().at(-1), next, 'its maker goes on with it')

    const stranger = await dialSocket(world, upgradeBytes(await world.provider.token('us-citizen'), responses))
    stranger.socket.write(text(create({ previous_response_id: made.response.id, input: 'a stranger' })))
    t.equal(await stranger.closed, 1008)
    t.equal(await tried(responses, create({ previous_response_id: 'resp_nobody' })), 1008)
    t.equal(await tried(responses, create({ conversation: 'conv_nobody' })), 1008)
    t.equal(await tried(responses, create({ input: [{ type: 'item_reference', id: 'msg_nobody' }] })), 1008)
    t.notOk(seen().some((frame) => /stranger|nobody/.test(frame)))
    const told = (await decisions(world)).filter(({ reason }) => reason === 'reference_unknown')
    t.ok(told.length >= 4)
  })

  await t.test('B4 what was made with a model that this caller may no longer use is decided anew', async (t) => {
    const citizen = await world.provider.token('us-citizen')
    const raw = await dialSocket(world, upgradeBytes(citizen, responses))
    raw.socket.write(text(create({ model: 'fable-5', input: 'a citizen may' })))
    t.ok(await until(() => raw.texts().some((event) => event.includes('response.completed'))))
    const id = /"id":"(resp_\d+)"/.exec(raw.texts().join())?.[1]
    raw.socket.write(text(create({ previous_response_id: id })))
    t.ok(await until(() => raw.texts().filter((event) => event.includes('response.completed')).length === 2))
    const last = (await decisions(world)).at(-1)
    t.strictSame(
      last?.models.map(({ name }) => name),
      ['open-1', 'fable-5'],
      'both models were decided',
    )
    raw.socket.destroy()
    for (const { frames } of api.sockets)
      for (const frame of frames) if (frame.text.includes('a citizen may')) frames.splice(0)
  })

  await t.test('Gemini’s first message names the model, as text or as bytes, and no later one does', async (t) => {
    const setup = (model: string): string => `{"setup":{"model":"models/${model}"}}`
    t.equal(await tried(live, setup(canary)), 1008)
    t.equal(await tried(live, frameBytes({ opcode: 2, payload: setup(canary) })), 1008)
    t.equal(await tried(live, '{"clientContent":{"turns":[]}}'), 1008, 'no model at all')
    t.equal(await tried(live, setup('open-1'), setup(canary)), 1008, 'a second setup')
    t.equal(await tried(live, `{"setup":{"model":"models/open-1"},"setup":{"model":"models/${canary}"}}`), 1008)
    t.equal(await tried(live, `{"setup":{"model":"models/open-1","sessionResumption":{"handle":"h"}}}`), 1008)
    const raw = await open(live)
    raw.socket.write(frameBytes({ opcode: 2, payload: setup('open-1') }))
    t.ok(await until(() => raw.texts().some((event) => event.includes('setupComplete'))))
    raw.socket.destroy()
  })

  await t.test('frames that come before the answer to the upgrade wait for it', async (t) => {
    const raw = await open(responses, '', [text(create({ input: 'early' }))])
    t.ok(await until(() => raw.texts().some((event) => event.includes('response.completed'))))
    raw.socket.destroy()
    const refused = await dialSocket(world, upgradeBytes(token, `/v1/realtime?model=${canary}`), [
      text(create({ input: 'canary' })),
    ])
    t.match(refused.head, /^HTTP\/1\.1 403 /)
    t.notOk(seen().some((frame) => frame.includes('canary')))
  })

  t.test('what goes on is what was permitted', async (t) => {
    const made = await decisions(world)
    const naming = seen().filter((frame) => /"(?:model|effort)":/.test(frame))
    const permits = made.filter(({ effect, request }) => effect === 'permit' && request.socket !== null)
    t.ok(naming.length <= permits.length)
  })
})

t.test('at the upgrade', async (t) => {
  const { world, api } = await socketGateFor(t)
  const token = await world.provider.token(persona)
  const google = `x-goog-api-key: ${token}\r\n`

  await t.test('H1 one credential, in a place of this API', async (t) => {
    const protocol = (held: string): string => `Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.${held}\r\n`
    const cases: readonly (readonly [name: string, upgrade: string, expect: string])[] = [
      ['none', upgradeBytes(null, realtime), 'token_absent'],
      ['a header and a subprotocol', upgradeBytes(token, realtime, protocol(token)), 'request_ambiguous'],
      ['a header and the query', upgradeBytes(token, `${realtime}&key=${token}`), 'request_ambiguous'],
      ['Google’s place', upgradeBytes(null, realtime, google), 'token_absent'],
      ['in the query, where this API has none', upgradeBytes(null, `${realtime}&key=${token}`), 'token_absent'],
      ['a subprotocol, where this API has none', upgradeBytes(null, responses, protocol(token)), 'token_absent'],
      ['two in the query', upgradeBytes(null, `${live}?key=${token}&key=${token}`), 'request_ambiguous'],
      ['the header and the query of Google', upgradeBytes(null, `${live}?key=${token}`, google), 'request_ambiguous'],
      ['a token of the provider’s', upgradeBytes(null, `${live}?access_token=${token}`), 'token_absent'],
      ['somebody else’s', upgradeBytes('a.b.c', realtime), 'token_invalid'],
    ]
    for (const [name, upgrade, expect] of cases) {
      const { head, socket } = await dialSocket(world, upgrade)
      socket.destroy()
      t.match(head, expect === 'request_ambiguous' ? /^HTTP\/1\.1 400 / : /^HTTP\/1\.1 401 /, name)
    }
    const inProtocol = await dialSocket(world, upgradeBytes(null, realtime, protocol(token)))
    t.match(
      inProtocol.head,
      /^HTTP\/1\.1 101 [\s\S]*sec-websocket-protocol: realtime\r\n/i,
      'the SDK’s place in browsers',
    )
    inProtocol.socket.destroy()
    const inQuery = await dialSocket(world, upgradeBytes(null, `${live}?key=${token}`))
    t.match(inQuery.head, /^HTTP\/1\.1 101 /, 'the SDK’s place for Gemini')
    inQuery.socket.write(text('{"setup":{"model":"models/open-1"}}'))
    t.ok(await until(() => inQuery.texts().length > 0))
    inQuery.socket.destroy()
    const reached = JSON.stringify(api.sockets.map(({ path, rawHeaders }) => [path, rawHeaders]))
    t.notMatch(reached, token, 'the caller’s token stays here')
    t.match(reached, 'the-gateway-s-own-key')
    t.notMatch(JSON.stringify(await records(world)), token)
  })

  await t.test('S6 what is no WebSocket, or not quite one, is answered in HTTP', async (t) => {
    const before = api.sockets.length
    const odd: readonly (readonly [name: string, upgrade: string, status: number])[] = [
      ['another version', upgradeBytes(token, realtime).replace('Version: 13', 'Version: 8'), 400],
      ['no key', upgradeBytes(token, realtime).replace(/Sec-WebSocket-Key: .*\r\n/, ''), 400],
      ['two keys', upgradeBytes(token, realtime, 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'), 400],
      ['two upgrades', upgradeBytes(token, realtime, 'Upgrade: h2c\r\n'), 400],
      ['h2c', upgradeBytes(token, realtime).replace('Upgrade: websocket', 'Upgrade: h2c'), 400],
      ['a path of requests alone', upgradeBytes(token, '/v1/models'), 400],
      ['a path that nobody knows', upgradeBytes(token, '/v1/everything'), 404],
      ['no model', upgradeBytes(token, '/v1/realtime'), 400],
      ['two models (B9)', upgradeBytes(token, `${realtime}&model=${canary}`), 400],
      ['a call that is under way elsewhere', upgradeBytes(token, '/v1/realtime?call_id=rtc_1'), 400],
      ['a body', upgradeBytes(token, realtime, 'Content-Length: 5\r\n'), 400],
      ['a protocol that nobody speaks', upgradeBytes(token, realtime, 'Sec-WebSocket-Protocol: mqtt\r\n'), 400],
      ['an embargoed model', upgradeBytes(token, `/v1/realtime?model=${canary}`), 403],
    ]
    for (const [name, upgrade, status] of odd) {
      const { head, socket } = await dialSocket(world, upgrade)
      socket.destroy()
      t.equal(Number(head.slice(9, 12)), status, name)
      t.match(head, /portcullis-decision: /i, name)
    }
    t.equal(api.sockets.length, before, 'Up=0')
  })

  await t.test('B15 what mints credentials, or hands media past the gate, is refused', async (t) => {
    const before = api.requests()
    const asked = [
      post(token, { line: 'POST /v1/realtime/client_secrets HTTP/1.1', body: '{"session":{"model":"open-1"}}' }),
      post(token, { line: 'POST /v1/realtime/sessions HTTP/1.1', body: '{"model":"open-1"}' }),
      post(token, { line: 'POST /v1/realtime/transcription_sessions HTTP/1.1', body: '{}' }),
      post(token, { line: 'POST /v1/realtime/calls HTTP/1.1', body: '{"sdp":"v=0"}' }),
      post(token, { line: 'POST /v1/realtime/calls/rtc_1/accept HTTP/1.1', body: '{"model":"open-1"}' }),
      post(token, { line: 'POST /openai/v1/realtime/client_secrets HTTP/1.1', body: '{}' }),
      post(token, { line: 'POST /v1alpha/auth_tokens HTTP/1.1', body: '{}' }),
      get(token, '/v1/realtime/calls/rtc_1'),
    ]
    for (const bytes of asked) {
      const answer = await say(world, bytes)
      t.match(statuses(answer), [/^40[14]$/], bytes.slice(0, 60))
      t.match(codeOf(answer), /^(?:route_unknown|token_absent)$/)
    }
    t.equal(api.requests(), before, 'Up=0')
  })
})

t.test('T4 a directive that takes effect closes what it forbids, at that instant', async (t) => {
  const letter = Date.parse('2026-06-12T21:21:00Z')
  const { world, api } = await socketGateFor(t, { now: letter - 60_000 })
  const token = await world.provider.token(persona)
  const forbidden = await dialSocket(world, upgradeBytes(token, '/v1/realtime?model=fable-5'))
  const allowed = await dialSocket(world, upgradeBytes(token, realtime))
  t.ok(await until(() => forbidden.texts().length > 0))
  await world.setNow(letter)
  forbidden.socket.write(text('{"type":"response.create","event_id":"late"}'))
  t.equal(await forbidden.closed, 1008)
  t.notOk(
    api.sockets.some(({ frames }) => frames.some((frame) => frame.text.includes('late'))),
    'nothing more went on',
  )
  t.match(forbidden.texts().at(-1), 'person_restricted', 'in the words of the dialect')
  allowed.socket.write(text('{"type":"response.create"}'))
  t.ok(await until(() => allowed.texts().some((event) => event.includes('response.done'))), 'the other one goes on')
  const cut = await until(async () => (await records(world)).some((one) => one.k === 'outcome' && one.ending === 'cut'))
  t.ok(cut)
  allowed.socket.destroy()
})

t.test('B13 a model API that says it runs another model is cut off', async (t) => {
  const { world, api } = await socketGateFor(t)
  api.options.served = canary
  const token = await world.provider.token(persona)
  const raw = await dialSocket(world, upgradeBytes(token, responses))
  raw.socket.write(text(create()))
  t.equal(await raw.closed, 1008)
  t.notOk(
    raw.texts().some((event) => event.includes('response.created')),
    'nothing of it was released',
  )
  const session = await dialSocket(world, upgradeBytes(token, realtime))
  t.equal(await session.closed, 1008)
  t.notOk(session.texts().some((event) => event.includes('session.created')))
  const ended = (await records(world)).filter((one) => one.k === 'outcome' && one.ending === 'model_mismatch')
  t.ok(ended.length > 0)
})
