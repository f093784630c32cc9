// Either side goes away, or takes its time: at any point of a request or an answer, it is on record and nothing stays behind.
import t from 'tap'
import { gateFor } from '../support/gate.ts'
import {
  answered,
  codeOf,
  counting,
  dial,
  gateBefore,
  messages,
  outcomes,
  pause,
  post,
  type Script,
  say,
  statuses,
  until,
} from './wire.ts'

const world = await gateFor(t)
const up = counting(world)
const token = await world.provider.token('us-citizen')
const stream = JSON.stringify({ model: 'open-1', stream: true, messages })
const event = `data: ${JSON.stringify({ model: 'open-1', choices: [{ delta: { content: 'x' } }] })}\n\n`
const sse = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n'

t.test(
  'who drips a head is cut after its time, and a dripping body is decided only when it is whole',
  { timeout: 60_000 },
  async (t) => {
    const slow = await dial(world)
    const bytes = post(token)
    let sent = 0
    const drip = setInterval(() => slow.socket.write(bytes[sent++ % 20] ?? ''), 500)
    slow.socket.write(`GET /v1/models HTTP/1.1\r\nHost: x\r\nA: `)
    const dripping = await dial(world)
    for (const letter of bytes.slice(0, -1)) {
      dripping.socket.write(letter)
      if (letter === '{') await pause(30)
    }
    await pause(300)
    t.equal(await up(), 0, 'all but the last byte')
    t.equal(dripping.text(), '')
    dripping.socket.write(bytes.slice(-1))
    t.ok(await until(() => statuses(dripping.text()).length === 1))
    t.equal(await up(), 1)
    dripping.socket.destroy()
    t.ok((await until(() => slow.socket.closed)) || (await until(() => slow.socket.closed)), 'cut')
    clearInterval(drip)
    t.match(slow.text(), /^HTTP\/1\.1 408 /)
  },
)

t.test(
  'a caller who goes away at any point of a request leaves a record or nothing, and never a request upstream without one',
  async (t) => {
    const bytes = Buffer.from(post(token, { body: JSON.stringify({ model: 'open-1', stream: true, messages }) }))
    await world.modelApi.set({ chunks: 200, chunkDelayMs: 5 })
    const before = (await outcomes(world, 0)).length
    for (let point = 1; point <= 20; point++) {
      const { socket } = await dial(world)
      socket.write(bytes.subarray(0, Math.ceil((bytes.length * point) / 20)))
      await pause(point % 4 === 0 ? 60 : point)
      socket.resetAndDestroy()
    }
    const whole: Promise<boolean>[] = []
    for (let point = 1; point <= 20; point++) {
      const { socket, text } = await dial(world)
      socket.write(bytes)
      whole.push(
        until(() => text().length > point * 150).then((came) => {
          socket.resetAndDestroy()
          return came
        }),
      )
    }
    t.ok(
      (await Promise.all(whole)).every((came) => came),
      'each went away in the middle of its answer',
    )
    t.ok(await until(() => world.gateway.gate.live.size() === 0), 'no answer stays open')
    const forwarded = await up()
    t.ok(
      await until(async () => (await world.modelApi.requests()).slice(-20).every(({ ending }) => ending === 'aborted')),
      'the model API was told',
    )
    const ended = (await outcomes(world, before + 20)).slice(before).filter(({ ending }) => ending === 'client_abort')
    t.ok(ended.length >= forwarded, `${ended.length} outcomes for ${forwarded} requests upstream`)
    t.ok(ended.filter(({ bytes }) => bytes > 0).length >= 20, 'with what had left by then')
    await world.modelApi.reset()
  },
)
t.test(
  'a model API that goes away at any point of its answer is on record, asked once, and never passes half an event',
  { timeout: 60_000 },
  async (t) => {
    let script: Script = () => {}
    const { world, api } = await gateBefore(t, (heard) => script(heard))
    const token = await world.provider.token('us-citizen')
    const whole = answered({ model: 'open-1', text: 'x'.repeat(200) })
    const chunk = `${event.length.toString(16)}\r\n${event}\r\n`
    const streamed = `${sse}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(10)}0\r\n\r\n`
    const [before, heard] = [(await outcomes(world, 0)).length, api.heard.length]
    const going = (bytes: string, point: number): void => {
      script = ({ socket }) => {
        socket.write(bytes.slice(0, Math.floor((bytes.length * point) / 20)), () =>
          setTimeout(() => socket.resetAndDestroy(), 10),
        )
      }
    }
    for (let point = 0; point < 20; point++) {
      going(whole, point)
      t.equal(codeOf(await say(world, post(token))), 'upstream_unavailable', `${point}/20 of an answer`)
      going(streamed, point)
      const answer = await say(world, post(token, { body: stream }))
      if (!answer.includes('text/event-stream')) continue
      const events = answer
        .slice(answer.indexOf('\r\n\r\n') + 4)
        .replace(/^[0-9a-f]+\r\n|\r\n(?=[0-9a-f]+\r\n)|\r\n0\r\n\r\n$/g, '')
      t.match(events, 'upstream_unavailable', `${point}/20 of a stream: told at its end`)
      t.notMatch(events, '[DONE]')
    }
    t.equal(api.heard.length - heard, 40, 'each was asked once')
    const ended = (await outcomes(world, before + 40)).slice(before)
    t.equal(ended.length, 40)
    t.ok(
      ended.every(({ ending }) => ending === 'upstream_failed'),
      JSON.stringify(ended.map(({ ending }) => ending)),
    )
    t.ok(await until(() => world.gateway.gate.live.size() === 0))
  },
)
