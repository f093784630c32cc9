// How long-running commands are told to stop, as an operator, npm and a terminal tell them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { pause, until } from '../decision-log/sample.ts'
import { records } from '../support/gate.ts'
import { surroundings } from '../support/serve.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

t.test('serve: a second signal during the drain cuts nothing', async (t) => {
  const around = await surroundings(t)
  await around.modelApi.set({ chunks: 60, chunkDelayMs: 20 })
  const serving = await around.serve()
  const response = await fetch(`${serving.data}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await around.provider.token('us-citizen')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ model: 'open-1', stream: true, messages: [{ role: 'user', content: 'hello' }] }),
  })
  const ended = serving.end('SIGINT')
  await pause(50)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) serving.child.kill(signal)
  t.match(await response.text(), /data: \[DONE\]\n\n$/, 'the stream ran to its end')
  t.equal(await ended, 0)
  t.match(serving.output(), /already shutting down/)
  t.match((await records(around)).filter(({ k }) => k === 'outcome').at(-1), { ending: 'completed' })
})

t.test('serve: SIGHUP ends it in order, SIGUSR1 opens no debugger', async (t) => {
  const around = await surroundings(t)
  const serving = await around.serve()
  serving.child.kill('SIGUSR1')
  await until(() => serving.output().includes('SIGUSR1'))
  await pause(300)
  t.notMatch(serving.output(), /Debugger listening/)
  await t.rejects(fetch('http://127.0.0.1:9229/json'))
  t.equal((await fetch(`${serving.admin}/livez`)).status, 200)
  t.equal(await serving.end('SIGHUP'), 0)
  t.match((await records(around)).filter(({ k }) => k === 'log.closed').length, 1)
})

t.test('serve: what kept it from starting is one line for people, and a stack for the operational log', async (t) => {
  const around = await surroundings(t)
  const taken = { admin: `{ address: "${new URL(around.modelApi.url).host}" }` }
  const { message } = await around.serve('', taken).then(
    () => new Error('it started'),
    (error: Error) => error,
  )
  t.match(message, /^serve ended with 1: /)
  t.match(message, /^the gateway could not start: listen EADDRINUSE/m)
  const line = message.split('\n').find((each) => each.includes('"msg":"the gateway could not start"')) ?? '{}'
  t.match(line, /"stack":"Error: listen EADDRINUSE.*\\n +at /)
})

t.test('demo: a terminal’s Ctrl-C reaches all its processes, and it still leaves nothing behind', async (t) => {
  // A group of its own, as a shell makes one for each command.
  const child = spawn('env', ['-i', `PATH=${process.env['PATH']}`, process.execPath, main, 'demo', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const exited = once(child, 'exit')
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  await until(() => out.includes('\n'), 20_000)
  const { state } = JSON.parse(out) as { state: string }
  t.ok(existsSync(join(state, 'portcullis.yaml')))
  for (let presses = 0; presses < 2; presses++) process.kill(-(child.pid ?? 0), 'SIGINT')
  t.same(await exited, [0, null])
  t.notOk(existsSync(state))
  t.notMatch(err, /[Ee]rror/)
})
