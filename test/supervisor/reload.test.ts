// What must live through a reload of workers: TLS, a WebSocket that is open, a licensed amount; and the end where a log's disk fails.
import { rename, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import t from 'tap'
import { WebSocket } from 'ws'
import { exitCodes } from '../../src/commands/exit-codes.ts'
import { certificate } from '../support/certificate.ts'
import { startFleet, until } from '../support/fleet.ts'
import { license } from '../support/license.ts'
import { meteredApi } from '../support/metered-api.ts'
import { startSocketApi } from '../support/socket-api.ts'

t.setTimeout(600_000)

const total = 20
const licensed = 'foreign-national'

t.test('two workers behind TLS, reloaded', async (t) => {
  const fleet = await startFleet(t, { lease: '60s' })
  const [metered, sockets] = [await meteredApi(t), await startSocketApi()]
  t.teardown(() => sockets.close())
  metered.usage = 1
  await license(fleet, licensed, total)
  const { cert: ca, key } = certificate('127.0.0.1')
  const [certFile, keyFile] = [join(fleet.folder, 'tls.crt'), join(fleet.folder, 'tls.key')]
  await Promise.all([writeFile(certFile, ca), writeFile(keyFile, key, { mode: 0o600 })])
  await fleet.control()
  const { code, err } = await fleet.publish(fleet.build(1))
  t.equal(code, 0, err)
  const gate = await fleet.gate('one', {
    process: '{ workers: 2 }',
    listen: `{ address: "127.0.0.1:0", tls: { cert: ${certFile}, key: ${keyFile} } }`,
    upstreams: `
  - { name: metered, dialect: openai, url: "${metered.url}", models: [fable-5] }
  - { name: sockets, dialect: openai, url: "${sockets.url}", models: [open-1] }`,
  })
  const says = (msg: string): boolean => gate.output().includes(`"msg":"${msg}"`)

  /** Over a connection of its own. */
  const ask = async (who: string): Promise<string> => {
    const token = await fleet.provider.token(who)
    const body = JSON.stringify({ model: 'fable-5', max_tokens: 1, messages: [{ role: 'user', content: 'hello' }] })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const agent = new Agent({ ca })
    return new Promise((resolve, reject) => {
      const asked = request(`${gate.data}/v1/chat/completions`, { method: 'POST', headers, agent }, (response) => {
        textOf(response).then((text) => {
          const { error } = JSON.parse(text) as { readonly error?: { readonly code?: string } }
          resolve(`${response.statusCode} ${error?.code ?? ''}`.trim())
        }, reject)
      })
      asked.on('error', reject).end(body)
    })
  }
  let served = 0
  const spend = async (): Promise<string> => {
    const answer = await ask(licensed)
    if (answer === '200') served += 1
    return answer
  }

  for (let count = 0; count < total / 2; count += 1) t.equal(await spend(), '200')
  const ws = new WebSocket(`${gate.data.replace('https', 'wss')}/v1/realtime?model=open-1`, {
    ca,
    headers: { authorization: `Bearer ${await fleet.provider.token('us-citizen')}` },
  })
  const heard: string[] = []
  ws.on('message', (data: Buffer) => void heard.push((JSON.parse(String(data)) as { readonly type: string }).type))
  const closed = new Promise<number>((resolve) => ws.once('close', resolve))
  await until('the socket is open', async () => heard.includes('session.created'))

  gate.child.kill('SIGHUP')
  await until('the new ones serve', async () => says('reloaded'))
  t.equal(await ask('us-citizen'), '200', 'over TLS as before')
  ws.send(JSON.stringify({ type: 'response.create' }))
  await until('the socket is answered', async () => heard.includes('response.done'))
  t.notOk(says('the workers of before have left'), 'who has a socket open stays')
  ws.close(1000)
  t.equal(await closed, 1000)
  await until('the old ones have left', async () => says('the workers of before have left'))

  // What the old ones had at hand they have given back.
  await until('all of it is spent', async () => {
    await spend()
    return served === total
  })
  for (let count = 0; count < 6; count += 1) t.equal(await spend(), '403 grant_exhausted')
  t.equal(served, total, 'and no more')

  await t.test('the disk under a log fails: serve ends with its own code', async (t) => {
    const moved = `${gate.log}-moved`
    await rename(gate.log, moved)
    const exit = new Promise((resolve) => gate.child.once('exit', resolve))
    const asking = setInterval(() => void ask('us-citizen').catch(() => {}), 200)
    t.equal(await exit, exitCodes.logLost)
    clearInterval(asking)
    await rename(moved, gate.log)
  })
})
