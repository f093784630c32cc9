// One request of a connection at a time, over real sockets: what comes next waits for the answer before it, not for its record.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import t, { type Test } from 'tap'
import { together } from '../../src/clock/index.ts'
import { createTurns } from '../../src/gateway/turns.ts'
import { limits } from '../../src/limits.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** A connection to a server whose requests take turns. */
async function dial(t: Pick<Test, 'teardown'>, handler: Handler) {
  const turns = createTurns()
  const server = createServer((request, response) => turns.take(request, response, () => handler(request, response)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  t.teardown(() => {
    socket.destroy()
    server.close()
  })
  let text = ''
  socket.on('data', (chunk) => (text += chunk.toString('latin1')))
  const ask = (...paths: string[]): boolean =>
    socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''))
  return { turns, socket, ask, text: () => text }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

t.test('the next request waits for the answer, and not for what its handler does behind it', async (t) => {
  const began: string[] = []
  const record = Promise.withResolvers<void>()
  const { turns, ask, text } = await dial(t, async ({ url = '' }, response) => {
    began.push(url)
    response.end(url)
    await record.promise
  })
  ask('/1')
  await until(() => text().endsWith('/1'))
  ask('/2')
  await until(() => text().endsWith('/2'))
  t.strictSame(began, ['/1', '/2'])
  t.equal(turns.underWay(), 2, 'neither has its record yet')
  record.resolve()
  await until(() => turns.underWay() === 0)
})

t.test('pipelined requests follow each other, behind what the one before settles', async (t) => {
  const events: string[] = []
  const { turns, ask, text } = await dial(t, async ({ url = '' }, response) => {
    events.push(`begin ${url}`)
    const closed = new Promise((resolve) => response.once('close', resolve))
    setTimeout(() => response.end(url), 20)
    await closed
    events.push(`settle ${url}`)
  })
  ask('/1', '/2', '/3')
  await until(() => turns.underWay() === 3)
  await until(() => turns.underWay() === 0 && text().endsWith('/3'))
  t.strictSame(events, ['begin /1', 'settle /1', 'begin /2', 'settle /2', 'begin /3', 'settle /3'])
  t.match(text(), /\/1HTTP[\s\S]*\/2HTTP[\s\S]*\/3$/)
})

t.test(
  'what one turn of the event loop brings is done together at its end, in the order in which it came',
  async (t) => {
    const told: number[] = []
    const act = together((item: number) => told.push(item))
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
    act(1)
    act(2)
    t.strictSame(told, [])
    await turn()
    t.strictSame(told, [1, 2])
    act(3)
    await turn()
    t.strictSame(told, [1, 2, 3])
  },
)

t.test('nothing follows on an answer that closes, and nothing of it stays under way', async (t) => {
  const began: string[] = []
  const { turns, socket, ask } = await dial(t, async ({ url = '' }, response) => {
    began.push(url)
    await new Promise((resolve) => setTimeout(resolve, 20))
    response.setHeader('connection', 'close')
    response.end(url)
  })
  ask('/1', '/2', '/3')
  await until(() => turns.underWay() === 3)
  await new Promise((resolve) => socket.once('close', resolve))
  await until(() => turns.underWay() === 0)
  t.strictSame(began, ['/1'])
})

t.test('an answer whose record is made before it has left is under way until it has', async (t) => {
  const { turns, socket, ask, text } = await dial(t, async (_request, response) => {
    response.end(Buffer.alloc(60_000_000, 120))
  })
  socket.pause()
  ask('/1')
  await until(() => turns.underWay() === 1)
  await new Promise((resolve) => setTimeout(resolve, 50))
  t.equal(turns.underWay(), 1, 'its handler is done')
  socket.resume()
  await until(() => turns.underWay() === 0)
  await until(() => text().length > 60_000_000)
})

t.test('more than may wait ends the connection', async (t) => {
  const { turns, socket, ask } = await dial(t, async (_request, response) => {
    await new Promise((resolve) => response.once('close', resolve))
  })
  ask(...Array.from({ length: limits.pipelinedRequests + 1 }, (_, n) => `/${n}`))
  await new Promise((resolve) => socket.once('close', resolve))
  await until(() => turns.underWay() === 0)
  t.pass('the handler was told, and the others never began')
})
