// The site of the fault matrix: control, two gates and Redis as processes of their own, the demo's provider, a model API that notes what
// reaches it; between each gate and what it needs a line that can be made as bad as a row wants.
import { join } from 'node:path'
import { type Fleet, type Running, type RunningGate, startFleet } from '../../test/support/fleet.ts'
import { freePort, startRedis, type TestRedis } from '../../test/support/redis.ts'
import { type Shim, startShim } from '../../test/support/tcp-shim.ts'
import { type Directives, directivesOf } from './directives.ts'
import { type ModelApiSite, startModelApi } from './model-api.ts'

/** Of the site; short, so that a row can wait for it to run out. */
export const leaseMs = 6_000

export interface GateSite {
  readonly name: 'one' | 'two'
  readonly data: string
  readonly admin: string
  readonly lines: Readonly<Record<'control' | 'redis' | 'modelApi', Shim>>
  process(): RunningGate
  /** As its supervisor would, once it has ended. @param log its folder, below the gate's; `log` unless given @param clock as `Fleet.gate` */
  start(log?: string, clock?: string): Promise<void>
  /** Every folder that it ever wrote a log to. */
  readonly logs: readonly string[]
  readonly logKey: string
}

export interface Site {
  readonly fleet: Fleet
  readonly gates: readonly [one: GateSite, two: GateSite]
  control(): Running
  startControl(): Promise<void>
  readonly redis: TestRedis
  /** Where the lines to Redis lead at the next connection. */
  readonly redisAt: { host: string; port: number }
  /** All lines to Redis, control's too. */
  readonly redisLines: readonly Shim[]
  readonly modelApi: ModelApiSite
  readonly directives: Directives
  /** Of the caller whom every directive permits, and of two officers. */
  readonly tokens: Readonly<Record<'caller' | 'officer' | 'second', string>>
  /** Undone when the site ends, last first. */
  readonly undo: (() => Promise<unknown>)[]
}

export async function startSite(undo: (() => Promise<unknown>)[]): Promise<Site> {
  // Arguments of its own: a Redis that somebody else uses is not for breaking.
  const redis = await startRedis({ args: ['--maxmemory', '0'] })
  undo.push(() => redis.stop())
  const redisAt = { host: '127.0.0.1', port: Number(new URL(redis.url).port) }
  const line = async (target: { readonly host: string; readonly port: number }): Promise<Shim> => {
    const shim = await startShim(target)
    undo.push(async () => {
      shim.set({ kind: 'pass' })
      await shim.close()
    })
    return shim
  }
  const controlRedis = await line(redisAt)
  const fleet = await startFleet(
    { teardown: (run) => void undo.push(run) },
    { redis: `redis://127.0.0.1:${controlRedis.port}`, lease: `${leaseMs / 1_000}s` },
  )
  const modelApi = await startModelApi({ file: join(fleet.folder, 'forwarded'), eventMs: 50, events: 600 }, undo)
  // What `refuse` covers and lets US persons use: no directive, no lease that could run out.
  await fleet.restrict(Date.now() - 60_000)
  const bundle = fleet.build(1)
  let control = await fleet.control()
  const published = await fleet.publish(bundle)
  if (published.code !== 0) throw new Error(`the policy was not published: ${published.err}`)

  const gate = async (name: GateSite['name']): Promise<GateSite> => {
    const lines = {
      control: await line({ host: '127.0.0.1', port: Number(new URL(fleet.url).port) }),
      redis: await line(redisAt),
      modelApi: await line({ host: '127.0.0.1', port: modelApi.port }),
    }
    const [data, admin] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
    const logs: string[] = []
    let process: RunningGate | undefined
    const start = async (log = 'log', clock?: string): Promise<void> => {
      const at = join(fleet.folder, name, log)
      const more = {
        listen: `{ address: "${data}" }`,
        admin: `{ address: "${admin}" }`,
        upstreams: `
  - { name: stand-in, dialect: openai, url: "http://127.0.0.1:${lines.modelApi.port}", models: [fable-5, open-1],
      timeouts: { connect: 2s, headers: 4s, body-idle: 4s } }`,
        fleet: `{ key: "\${FLEET_KEY}", lease: ${leaseMs / 1_000}s,
  control: { url: "http://127.0.0.1:${lines.control.port}", key: "${fleet.key}" } }`,
        redis: `{ url: "redis://127.0.0.1:${lines.redis.port}", command-timeout: 50ms }`,
        // What is slow here is the machine, which a row did not break.
        log: `{ path: ${log}, key: log-key.pem, append-timeout: 6s }`,
      }
      process = await fleet.gate(name, more, clock)
      if (!logs.includes(at)) logs.push(at)
    }
    await start()
    return {
      name,
      data: `http://${data}`,
      admin: `http://${admin}`,
      lines,
      logs,
      logKey: join(fleet.folder, name, 'log-key.pem.pub'),
      start,
      process: () => {
        if (process === undefined) throw new Error(`gate ${name} was never started`)
        return process
      },
    }
  }
  const gates = [await gate('one'), await gate('two')] as const
  const { provider } = fleet
  const officer = await provider.token('compliance')
  return {
    fleet,
    gates,
    control: () => control,
    startControl: async () => {
      control = await fleet.control()
    },
    redis,
    redisAt,
    redisLines: [controlRedis, ...gates.map(({ lines }) => lines.redis)],
    modelApi: modelApi.site,
    directives: await directivesOf(fleet, officer),
    tokens: {
      caller: await provider.token('us-citizen'),
      officer,
      second: await provider.token('compliance-2'),
    },
    undo,
  }
}
