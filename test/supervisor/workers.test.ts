// Several workers of one gate, as real processes behind a real control: one port, one answer for all of them, and what becomes of
// connections when one is killed. That nothing is forwarded without a recorded permit, the teardown of the fleet counts.

import { readFile, writeFile } from 'node:fs/promises'
import type { Agent } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { queryLog, verifyLog } from '../../src/decision-log/index.ts'
import { type Fleet, type RunningGate, startFleet, until } from '../support/fleet.ts'
import { decisions, records } from '../support/gate.ts'
import { type Answer, send, startLoad } from '../support/load.ts'

t.setTimeout(900_000)

const two = { process: '{ workers: 2 }' }

/** A chat, each over a connection of its own unless an agent is given. */
async function chatter({ provider }: Fleet, { data }: RunningGate): Promise<(agent?: Agent) => Promise<Answer>> {
  const token = await provider.token('us-citizen')
  const json = { model: 'open-1', messages: [{ role: 'user', content: 'hello' }] }
  const waitMs = 300_000
  return (agent) =>
    send(`${data}/v1/chat/completions`, { token, json, waitMs, ...(agent === undefined ? {} : { agent }) })
}

interface Lines {
  readonly msg: string
  readonly pid: number
  readonly worker?: number
  readonly workers?: readonly { readonly number: number; readonly pid: number }[]
}

const lines = (gate: RunningGate): readonly Lines[] =>
  gate
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Lines)

const said = (gate: RunningGate, msg: string): readonly Lines[] => lines(gate).filter((line) => line.msg === msg)

const pidOf = (gate: RunningGate, number: number): number =>
  lines(gate).findLast(({ worker, msg }) => worker === number && msg === 'a worker serves')?.pid ?? 0

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The sum over all labels. A probe may be handed to a worker that hangs: whoever probes gives up and asks again. */
async function metric(gate: RunningGate, name: string): Promise<number> {
  let lines: readonly string[] = []
  await until('metrics are told', async () => {
    const { status, body } = await send(`${gate.admin}/metrics`, { waitMs: 5_000 })
    lines = body.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    return status === 200
  })
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

async function readiness(gate: RunningGate): Promise<{
  readonly status: number | string
  readonly workers: { readonly ok: boolean; readonly detail: string } | undefined
}> {
  const { status, body } = await send(`${gate.admin}/readyz`, { waitMs: 5_000 })
  const { checks } = JSON.parse(body) as {
    readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[]
  }
  return { status, workers: checks.find(({ name }) => name === 'workers') }
}

t.test('two workers on one port', async (t) => {
  const fleet = await startFleet(t, { lease: '60s' })
  const control = await fleet.control()
  await fleet.publish(fleet.build(1))
  const gate = await fleet.gate('one', two)
  const chat = await chatter(fleet, gate)
  const permits = async (): Promise<number> => metric(gate, 'portcullis_decisions_total')

  await t.test('both answer, each with a log of its own, and say as one what they counted', async (t) => {
    for (let count = 0; count < 10; count += 1) t.equal((await chat()).status, 200)
    const origins = new Set((await Array.fromAsync(queryLog({ directory: gate.log }))).map(({ origin }) => origin))
    t.strictSame([...origins].sort(), ['local/portcullis/standalone/gate/1', 'local/portcullis/standalone/gate/2'])
    t.equal(await permits(), 10)
    t.equal(await metric(gate, 'portcullis_policy_serial'), 1, 'a serial is no sum')
    t.match(await readiness(gate), { status: 200, workers: { ok: true, detail: '2 of 2 answer' } })
    const names = (await fleet.status()).gates.map((one) => one.gate)
    t.match(names, [/\/1$/, /\/2$/], 'each acknowledges by itself')
    t.equal(new Set(names.map((name) => name.replace(/\/\d$/, ''))).size, 1)
    const id = (await decisions(gate)).at(0)?.id ?? ''
    const token = await fleet.provider.token('auditor')
    for (let count = 0; count < 2; count += 1)
      t.equal((await send(`${gate.admin}/v1/decisions/${id}`, { token })).status, 200, 'whoever is asked finds it')
  })

  await t.test('one that hangs is named, and what it had counted stays counted', async (t) => {
    const hung = pidOf(gate, 1)
    process.kill(hung, 'SIGSTOP')
    // What is handed to it waits; the other one answers.
    const waiting = [chat(), chat(), chat()]
    let noticed: Awaited<ReturnType<typeof readiness>> | undefined
    await until('it is noticed', async () => {
      noticed = await readiness(gate)
      return noticed.workers?.ok === false
    })
    t.match(noticed, { status: 503, workers: { detail: /^worker 1 did not answer/ } })
    t.ok((await permits()) >= 10)
    t.equal(await metric(gate, 'portcullis_worker_up'), 1)

    process.kill(hung, 'SIGKILL')
    const statuses = (await Promise.all(waiting)).map(({ status }) => status)
    t.ok(
      statuses.every((status) => status === 200 || status === 'ECONNRESET'),
      `what it had is closed and nobody waits: ${statuses.join(' ')}`,
    )
    await until('another one serves', async () => said(gate, 'a worker serves again').length === 1)
    t.match(await readiness(gate), { status: 200, workers: { ok: true } })
    t.equal(await metric(gate, 'portcullis_worker_restarts_total'), 1)
  })

  await t.test('one is killed under load: its own connections break, nobody else’s', async (t) => {
    const load = startLoad(4, chat)
    await until('it is under way', async () => (load.counts['200'] ?? 0) > 20)
    const killed = pidOf(gate, 2)
    process.kill(killed, 'SIGKILL')
    await until('another one serves', async () => said(gate, 'a worker serves again').length === 2)
    const counts = await load.stop()
    const broken = Object.entries(counts).filter(([status]) => status !== '200')
    const count = broken.reduce((sum, [, each]) => sum + each, 0)
    t.ok(count <= 4, `no more requests broke than it could have had connections: ${JSON.stringify(counts)}`)
    t.not(pidOf(gate, 2), killed)
    t.ok((await permits()) > 20)
  })

  await t.test('SIGHUP under load: new workers take over, and every request is answered', async (t) => {
    const old = [pidOf(gate, 1), pidOf(gate, 2)]
    const [counted, recorded] = [await permits(), (await decisions(gate)).length]
    const load = startLoad(4, chat)
    await until('it is under way', async () => (load.counts['200'] ?? 0) > 20)
    gate.child.kill('SIGHUP')
    await until('the old ones have left', async () => said(gate, 'the workers of before have left').length === 1)
    const counts = await load.stop()
    t.strictSame(Object.keys(counts), ['200'], JSON.stringify(counts))
    t.notOk(old.some(isAlive))
    t.match(await readiness(gate), { status: 200, workers: { detail: '2 of 2 answer' } })
    const names = (await fleet.status()).gates.map((one) => one.gate)
    t.match(names, [/\/3$/, /\/4$/], 'who left in order is waited for by nobody')
    t.equal((await fleet.publish(fleet.build(2))).code, 0)
    await until('all that are listed enforce what is published', async () =>
      (await fleet.status()).gates.every(({ standing, serial }) => standing === 'enforced' && serial === 2),
    )
    const newly = (await decisions(gate)).length - recorded
    t.equal((await permits()) - counted, newly, 'what the old ones counted is counted')
  })

  await t.test('SIGHUP with settings that are faulty changes nothing', async (t) => {
    const file = join(fleet.folder, 'one', 'portcullis.yaml')
    const text = await readFile(file, 'utf8')
    await writeFile(file, `${text}clock: { uncertainty: never }\n`)
    const before = [pidOf(gate, 3), pidOf(gate, 4)]
    gate.child.kill('SIGHUP')
    await until('it is refused', async () => said(gate, 'not reloaded; what served goes on').length === 1)
    t.match(gate.output(), /is no duration/)
    t.equal((await chat()).status, 200)
    t.ok(before.every(isAlive))
    await writeFile(file, text)
  })

  await t.test('SIGTERM ends them all, and every log is closed and whole', async (t) => {
    t.equal(await gate.end('SIGTERM'), 0)
    const report = await verifyLog({ directory: gate.log })
    t.ok(report.intact, JSON.stringify(report.faults))
    t.equal(report.logs.length, 4, 'two of each crew')
  })

  await t.test('one process goes on from what the workers had seen', async (t) => {
    await control.end('SIGTERM')
    const alone = await fleet.gate('one')
    t.equal(await alone.ask('open-1'), '200', 'control is away, and what was in force is known')
    t.equal(await alone.end('SIGTERM'), 0)
  })
})

t.test('a supervisor that is killed leaves no process behind, and logs that were closed', async (t) => {
  const fleet = await startFleet(t, { lease: '60s' })
  await fleet.control()
  await fleet.publish(fleet.build(1))
  const gate = await fleet.gate('one', two)
  const chat = await chatter(fleet, gate)
  t.equal((await chat()).status, 200)
  const workers = [pidOf(gate, 1), pidOf(gate, 2)]
  await gate.end('SIGKILL')
  await until('they have ended', async () => !workers.some(isAlive))
  const closed = (await records(gate)).filter(({ k }) => k === 'log.closed')
  t.equal(closed.length, 2)
})

t.test('a worker that cannot start ends serve with its reason', async (t) => {
  const fleet = await startFleet(t)
  await fleet.control()
  const listen = `{ address: "${new URL(fleet.modelApi.url).host}" }`
  const { message } = await fleet.gate('one', { ...two, listen }).then(
    () => new Error('it started'),
    (error: Error) => error,
  )
  t.match(message, /^serve ended with 1: /)
  t.match(message, /^the gateway could not start: .*EADDRINUSE/m)
})
