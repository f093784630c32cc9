// Connections to a model API over real sockets: when one is used again, and how each request ends exactly once.
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { type AnswerControl, type AnswerListener, Pool } from '../../src/upstream/index.ts'
import { certificate } from '../support/certificate.ts'

interface Side {
  readonly url: string
  readonly sockets: Socket[]
  /** What each connection was sent, Latin-1. */
  readonly sent: string[]
}

/** @param serve called with each request, once its head and body are there */
async function serverFor(
  t: Test,
  serve: (socket: Socket, request: string, side: Side) => void,
  tls?: { readonly cert: string; readonly key: string },
): Promise<Side> {
  const sockets: Socket[] = []
  const sent: string[] = []
  const accept = (socket: Socket): void => {
    const number = sockets.push(socket) - 1
    sent.push('')
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      sent[number] += bytes.toString('latin1')
      text += bytes.toString('latin1')
      for (;;) {
        const end = text.indexOf('\r\n\r\n') + 4
        const length = Number(/content-length: (\d+)/.exec(text)?.[1] ?? 0)
        if (end < 4 || text.length < end + length) return
        const request = text.slice(0, end + length)
        text = text.slice(end + length)
        serve(socket, request, side)
      }
    })
  }
  const server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const side: Side = { url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/v1`, sockets, sent }
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return side
}

function poolTo(t: Test, { url }: { readonly url: string }, about: object = {}): Pool {
  const timeouts = { connectMs: 1_000, headersMs: 1_000, bodyIdleMs: 1_000, ...about }
  const pool = new Pool({ url, connections: 4, timeouts })
  t.teardown(() => pool.destroy())
  return pool
}

interface Heard {
  readonly events: string[]
  readonly body: () => Buffer
  readonly control: AnswerControl
  /** How it ended: `end`, or the error. */
  readonly over: Promise<string>
}

function ask(
  pool: Pool,
  about: Partial<Parameters<Pool['dispatch']>[0]> = {},
  acts: Partial<AnswerListener> = {},
): Heard {
  const events: string[] = []
  const chunks: Buffer[] = []
  const { promise, resolve } = Promise.withResolvers<string>()
  const listener: AnswerListener = {
    onRequestStart(it) {
      events.push('start')
      acts.onRequestStart?.(it)
    },
    onResponseStart(it, status, fields) {
      events.push(`head ${status}`)
      acts.onResponseStart?.(it, status, fields)
    },
    onResponseData(it, chunk) {
      chunks.push(chunk)
      acts.onResponseData?.(it, chunk)
    },
    onResponseEnd(it) {
      events.push('end')
      resolve('end')
      acts.onResponseEnd?.(it)
    },
    onResponseError(it, error) {
      events.push('error')
      resolve(error.message)
      acts.onResponseError?.(it, error)
    },
  }
  const request = { method: 'POST', path: '/v1/x', headers: [], body: Buffer.from('{}'), ...about }
  const control = pool.dispatch(request, listener)
  return { events, body: () => Buffer.concat(chunks), control, over: promise }
}

const answer = (body: string, fields = ''): string =>
  `HTTP/1.1 200 OK\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`
const turn = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 20))

t.test('a connection is used again after an answer that was whole', async (t) => {
  const side = await serverFor(t, (socket, request) => socket.write(answer(request.slice(-4))))
  const pool = poolTo(t, side)
  for (const body of ['{"a"', '{"b"', '{"c"']) {
    const heard = ask(pool, { body: Buffer.from(body) })
    t.equal(await heard.over, 'end')
    t.equal(heard.body().toString(), body)
    t.strictSame(heard.events, ['start', 'head 200', 'end'])
    await turn()
  }
  t.equal(side.sockets.length, 1)
})

t.test('requests at one time have a connection each, up to as many as there may be', async (t) => {
  const side = await serverFor(t, () => {})
  const pool = poolTo(t, side)
  const waiting = [1, 2, 3, 4].map(() => ask(pool))
  t.throws(() => ask(pool), /as many connections/)
  pool.destroy()
  t.strictSame(await Promise.all(waiting.map(({ over }) => over)), Array(4).fill('the gate is being stopped'))
  t.throws(() => ask(pool), /is being stopped/)
})

t.test('a connection is not used again', async (t) => {
  const rows: readonly (readonly [what: string, says: string, end: string])[] = [
    ['that was told to be the last', answer('x', 'Connection: close\r\n'), 'end'],
    ['that is kept for too short a time', answer('x', 'Keep-Alive: timeout=2\r\n'), 'end'],
    ['on which something followed', `${answer('x')}y`, 'end'],
    ['whose answer ended with it', 'HTTP/1.0 200 OK\r\n\r\nx', 'end'],
    ['whose answer could not be read', 'HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\nx', 'error'],
  ]
  for (const [what, says, end] of rows) {
    const side = await serverFor(t, (socket) => {
      socket.write(says)
      if (says.startsWith('HTTP/1.0')) socket.end()
    })
    const pool = poolTo(t, side)
    const first = ask(pool)
    await first.over
    t.equal(first.events.at(-1), end, what)
    await turn()
    await ask(pool).over
    t.equal(side.sockets.length, 2, what)
  }
})

t.test('one that the model API ends, or that has grown old, is not used again', async (t) => {
  const side = await serverFor(t, (socket) => socket.write(answer('x', 'Keep-Alive: timeout=3\r\n')))
  const pool = poolTo(t, side)
  await ask(pool).over
  await turn()
  side.sockets[0]?.end()
  await turn()
  t.equal(await ask(pool).over, 'end')
  t.equal(side.sockets.length, 2)
  const [, second] = side.sockets
  await turn()
  t.equal(await ask(pool).over, 'end', 'within its time it is')
  t.equal(side.sockets.length, 2)
  await Promise.all([second === undefined ? undefined : once(second, 'close'), turn()])
  t.equal(await ask(pool).over, 'end')
  t.equal(side.sockets.length, 3)
})

t.test('nor one whose request was not wholly sent when it was answered', async (t) => {
  const side = await serverFor(t, () => {})
  const pool = poolTo(t, side)
  const early = ask(pool, { body: Buffer.alloc(32 << 20, 'x') })
  while (side.sockets.length === 0) await turn()
  side.sockets[0]?.pause()
  side.sockets[0]?.write(answer('no'))
  t.equal(await early.over, 'end')
  await turn()
  ask(pool)
  while (side.sockets.length < 2) await turn()
  t.match(side.sent[1], /^POST/)
})

t.test('what is said of an answer after its end touches no other', async (t) => {
  const side = await serverFor(t, (socket, request, { sockets }) => {
    if (request.endsWith('{}')) socket.write(answer('1'))
    else setTimeout(() => socket.write(answer('2')), 50)
    t.equal(sockets.length, 1)
  })
  const pool = poolTo(t, side)
  const first = ask(pool)
  await first.over
  await turn()
  const second = ask(pool, { body: Buffer.from('{ }') })
  first.control.pause()
  first.control.abort(new Error('too late'))
  first.control.resume()
  t.equal(await second.over, 'end')
  t.equal(second.body().toString(), '2')
  t.strictSame(first.events, ['start', 'head 200', 'end'])
})

t.test('every request ends once, whatever becomes of it', async (t) => {
  const gone = new Error('enough')
  const side = await serverFor(t, (socket, request) => {
    if (request.includes('/reset')) socket.resetAndDestroy()
    else if (request.includes('/fin')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal')
    else if (request.includes('/half')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal')
    else if (!request.includes('/silent')) socket.write(answer('whole'))
  })
  const pool = poolTo(t, side)
  const failing = (): never => {
    throw gone
  }
  const abort = (it: AnswerControl): void => it.abort(gone)
  const rows: readonly (readonly [path: string, acts: Partial<AnswerListener>, message: RegExp, events: string])[] = [
    ['/reset', {}, /ECONNRESET/, 'start,error'],
    ['/fin', {}, /before its answer was over/, 'start,head 200,error'],
    ['/silent', {}, /begin to answer in time/, 'start,error'],
    ['/half', {}, /go on with its answer in time/, 'start,head 200,error'],
    ['/x', { onRequestStart: abort }, /enough/, 'start,error'],
    ['/x', { onResponseStart: abort }, /enough/, 'start,head 200,error'],
    ['/x', { onResponseData: abort }, /enough/, 'start,head 200,error'],
    ['/x', { onResponseEnd: abort }, /end/, 'start,head 200,end'],
    ['/x', { onRequestStart: failing }, /enough/, 'start,error'],
    ['/x', { onResponseStart: failing }, /enough/, 'start,head 200,error'],
    ['/x', { onResponseData: failing }, /enough/, 'start,head 200,error'],
  ]
  for (const [path, acts, message, events] of rows) {
    const heard = ask(pool, { path }, acts)
    t.match(await heard.over, message, path)
    await turn()
    t.equal(heard.events.join(), events, `${path} ${Object.keys(acts).join()}`)
  }
  t.equal(await ask(pool).over, 'end', 'and the next one is answered')
})

t.test('nothing of a request that is aborted before it begins is sent', async (t) => {
  const side = await serverFor(t, (socket) => socket.write(answer('x')))
  const pool = poolTo(t, side)
  await ask(pool, {}, { onRequestStart: (it) => it.abort(new Error('no')) }).over
  await turn()
  t.equal(side.sent.join(''), '')
})

t.test('nobody there', async (t) => {
  const side = await serverFor(t, () => {})
  const { port } = new URL(side.url)
  const pool = poolTo(t, { url: `http://127.0.0.1:${port === '1' ? 2 : 1}` })
  const heard = ask(pool)
  t.match(await heard.over, /ECONNREFUSED/)
  t.strictSame(heard.events, ['error'])
})

t.test('nobody there, at none of the addresses of a name', async (t) => {
  const heard = ask(poolTo(t, { url: 'http://localhost:1' }))
  t.match(await heard.over, /ECONNREFUSED/)
})

t.test('whoever listens may rest: nothing comes meanwhile, and all of it afterwards', async (t) => {
  const whole = Buffer.alloc(8 << 20, 'portcullis')
  const side = await serverFor(t, (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${whole.length}\r\n\r\n`)
    socket.write(whole)
  })
  const pool = poolTo(t, side, { bodyIdleMs: 100 })
  let rests = 0
  const heard = ask(
    pool,
    {},
    {
      onResponseData: (it) => {
        if (++rests > 3) return
        it.pause()
        const before = heard.body().length
        // Longer than the model API may be silent: it is not its silence.
        setTimeout(() => {
          t.equal(heard.body().length, before, 'nothing came')
          it.resume()
        }, 500)
      },
    },
  )
  t.equal(await heard.over, 'end')
  t.ok(heard.body().equals(whole))
  t.ok(rests > 3)
})

t.test('bodies: none, short, a view into more, and longer than what leaves in one write', async (t) => {
  const side = await serverFor(t, (socket, request) => {
    const body = Buffer.from(request.slice(request.indexOf('\r\n\r\n') + 4), 'latin1')
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`)
    socket.write(body)
  })
  const pool = poolTo(t, side)
  const all = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
  for (const body of [null, all.subarray(0, 0), all.subarray(0, 256), all.subarray(77, 5_000), all.subarray(3)]) {
    const heard = ask(pool, { body })
    t.equal(await heard.over, 'end')
    t.ok(heard.body().equals(body ?? Buffer.alloc(0)), `${body?.length}`)
    await turn()
  }
  t.equal(side.sockets.length, 1)
})

/** A certificate that is believed while the test runs. */
function believed(t: Test): ReturnType<typeof certificate> {
  const made = certificate('known')
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, made.cert])
  t.teardown(() => setDefaultCACertificates(before))
  return made
}

t.test('what came before the end of a connection is heard, however long that takes whoever listens', async (t) => {
  const whole = Buffer.alloc(60_000, 'portcullis')
  const framings: readonly (readonly [fields: string, body: Buffer])[] = [
    ['', whole],
    ['Content-Length: 60000\r\n', whole],
    ['Transfer-Encoding: chunked\r\n', Buffer.concat([Buffer.from('ea60\r\n'), whole, Buffer.from('\r\n0\r\n\r\n')])],
  ]
  for (const tls of [undefined, believed(t)]) {
    for (const [fields, body] of framings) {
      const serve = (socket: Socket): unknown =>
        socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${fields}\r\n`), body]))
      const rest = (it: AnswerControl): void => {
        it.pause()
        setTimeout(() => it.resume(), 20)
      }
      const pool = poolTo(t, await serverFor(t, serve, tls))
      const heard = ask(pool, {}, { onResponseData: rest })
      t.equal(await heard.over, 'end', fields)
      t.ok(heard.body().equals(whole), fields)
      const left = ask(pool, {}, { onResponseData: (it) => it.pause() })
      await turn()
      left.control.abort(new Error('enough'))
      t.equal(await left.over, 'enough')
      t.equal(left.events.filter((event) => event === 'error').length, 1)
    }
  }
})

t.test('one whose answer was heard late is not used again: who knows what came meanwhile', async (t) => {
  for (const meanwhile of [answer('for nobody'), null]) {
    const side = await serverFor(t, (socket, _request, { sockets }) => {
      socket.write(answer(String(sockets.length)))
      if (sockets.length > 1) return
      setTimeout(() => (meanwhile === null ? socket.end() : socket.write(meanwhile)), 20)
    })
    const pool = poolTo(t, side)
    const heard = ask(pool, {}, { onResponseData: (it) => it.pause() })
    await turn()
    await turn()
    // From where sockets are read, the next request before they are read again.
    await stat('.')
    heard.control.resume()
    const next = await new Promise<Heard>((resolve) => setImmediate(() => resolve(ask(pool))))
    t.equal(await heard.over, 'end')
    t.equal(await next.over, 'end')
    t.equal(next.body().toString(), '2')
  }
})

t.test('who leaves while it is being connected to leaves its place to others', async (t) => {
  const side = await serverFor(t, () => {})
  const pool = poolTo(t, { url: side.url.replace('http:', 'https:') })
  const left = [1, 2, 3, 4].map(() => ask(pool))
  await turn()
  for (const { control } of left) control.abort(new Error('enough'))
  t.strictSame(await Promise.all(left.map(({ over }) => over)), Array(4).fill('enough'))
  t.strictSame(left.map(({ events }) => events.join()).join(), 'error,error,error,error')
  t.match(await ask(pool).over, /connected to in time/)
})

t.test('a rest before the answer ends no wait for it', async (t) => {
  const side = await serverFor(t, (socket) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'))
  const heard = ask(
    poolTo(t, side, { headersMs: 100 }),
    {},
    {
      onResponseStart: (it) => {
        it.pause()
        setTimeout(() => it.resume(), 10)
      },
    },
  )
  t.equal(await heard.over, 'it did not begin to answer in time')
})

t.test('over TLS, one is used again however soon', async (t) => {
  const side = await serverFor(t, (socket) => socket.write(answer('x')), believed(t))
  const pool = poolTo(t, side)
  for (let asked = 0; asked < 50; asked++) {
    t.equal(await ask(pool).over, 'end')
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  }
  t.equal(side.sockets.length, 1)
})

t.test('over TLS the certificate is verified', async (t) => {
  const [known, unknown] = [believed(t), certificate('unknown')]
  const serve = (socket: Socket): boolean => socket.write(answer('x'.repeat(100_000)))
  const good = await serverFor(t, serve, known)
  const bad = await serverFor(t, serve, unknown)
  const pool = poolTo(t, good)
  const heard = [ask(pool), ask(pool)]
  for (const each of heard) {
    t.equal(await each.over, 'end')
    t.equal(each.body().toString(), 'x'.repeat(100_000))
  }
  await turn()
  t.equal(await ask(pool).over, 'end')
  t.equal(good.sockets.length, 2)
  await turn()
  const third = [ask(pool), ask(pool), ask(pool)]
  for (const each of third) t.equal(await each.over, 'end')
  t.strictSame(
    good.sockets.map((socket) => (socket as TLSSocket).isSessionReused()),
    [false, false, true],
    'who has proved itself once need not do all of it again',
  )
  await turn()
  const more = [1, 2, 3, 4].map(() => ask(pool))
  for (const each of more) t.equal(await each.over, 'end')
  t.equal((good.sockets[3] as TLSSocket).isSessionReused(), true, 'by the same proof')
  const refused = ask(poolTo(t, bad))
  t.match(await refused.over, /self-signed|certificate/)
  t.strictSame(refused.events, ['error'])
  t.equal(bad.sent.join(''), '', 'nothing was sent')
})
