// Deadlines: what is over is passed once, what came in time is not, and a process that stood still takes nobody for late.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import t from 'tap'
import { createDeadlines } from '../../src/clock/index.ts'

const turn = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms))

t.test('each that is over is passed once, in the order in which they began; one that was ended is not', async (t) => {
  const deadlines = createDeadlines(30)
  const passed: string[] = []
  const pass = (name: string): (() => void) => {
    return () => {
      passed.push(name)
      // What begins while others are passed is over later.
      if (name === 'a') deadlines.begin(pass('d'))
    }
  }
  deadlines.begin(pass('a'))
  const b = deadlines.begin(pass('b'))
  deadlines.begin(pass('c'))
  deadlines.end(b)
  deadlines.end(b)
  while (passed.length < 3) await turn(5)
  await turn(100)
  t.strictSame(passed, ['a', 'c', 'd'])
  deadlines.begin(pass('e'))
  while (passed.length < 4) await turn(5)
})

t.test('what came while the process stood still was in time', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [[other]] = (await Promise.all([once(server, 'connection'), once(socket, 'connect')])) as [[Socket], unknown]
  t.teardown(() => {
    socket.destroy()
    other.destroy()
    server.close()
  })
  let isPassed = false
  const deadlines = createDeadlines(30)
  const deadline = deadlines.begin(() => {
    isPassed = true
  })
  socket.once('data', () => deadlines.end(deadline))
  // Where timers are looked at next, and sockets behind them.
  await new Promise((resolve) => setImmediate(resolve))
  other.write('x')
  const until = performance.now() + 100
  while (performance.now() < until);
  await turn(100)
  t.equal(isPassed, false)
})
