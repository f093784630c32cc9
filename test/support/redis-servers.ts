// Several redis-servers of our own on loopback: masters with replicas behind Sentinels, and a Cluster. Every one can be killed and, where it
// was, started again. Ports are asked of the system; a Cluster's bus takes the one that is 10 000 above.
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort, launch, redisServer } from './redis.ts'

export interface RedisServer {
  readonly port: number
  /** For planting and looking; made anew after a kill. */
  ask<T>(question: (client: Redis) => Promise<T>): Promise<T>
  kill(): Promise<void>
}

export interface RedisServers {
  readonly servers: readonly RedisServer[]
  stop(): Promise<void>
}

type StartedServer = RedisServer & { stop(): Promise<void> }

export async function startServer(
  args: readonly string[],
  port?: number,
): Promise<RedisServer & { stop(): Promise<void> }> {
  const binary = await redisServer()
  const own = port ?? (await freePort())
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-redis-'))
  const child = await launch(binary, own, folder, args)
  const kill = (): Promise<void> => killed(child)
  return {
    port: own,
    kill,
    async ask(question) {
      const client = new Redis({ host: '127.0.0.1', port: own, retryStrategy: () => null, lazyConnect: true })
      client.on('error', () => {})
      try {
        await client.connect()
        return await question(client)
      } finally {
        client.disconnect()
      }
    },
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

export interface SentinelServers extends RedisServers {
  readonly name: string
  readonly sentinels: readonly { readonly host: string; readonly port: number }[]
  /** Port of the server that the Sentinels call the master. */
  master(): Promise<number>
}

/** One master, one replica, three Sentinels that need two of them to fail over, half a second after a master fell silent. */
export async function startSentinels(): Promise<SentinelServers> {
  const name = 'gates'
  const master = await startServer([])
  const replica = await startServer(['--replicaof', '127.0.0.1', `${master.port}`, '--repl-diskless-sync-delay', '0'])
  await eventually('the replica is in sync', () =>
    replica.ask(async (client) => (await client.info('replication')).includes('master_link_status:up')),
  )
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-sentinel-'))
  const sentinels: { readonly port: number; readonly child: ChildProcess }[] = []
  for (let index = 0; index < 3; index += 1) {
    const file = join(folder, `sentinel-${index}.conf`)
    const port = await freePort()
    const lines = [
      `sentinel monitor ${name} 127.0.0.1 ${master.port} 2`,
      `sentinel down-after-milliseconds ${name} 500`,
      `sentinel failover-timeout ${name} 4000`,
      `sentinel parallel-syncs ${name} 1`,
    ]
    writeFileSync(file, `${lines.join('\n')}\n`)
    sentinels.push({ port, child: await launch(await redisServer(), port, folder, ['--sentinel'], file) })
  }
  const asked = async <T>(question: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis({ host: '127.0.0.1', port: sentinels[0]?.port ?? 0 })
    client.on('error', () => {})
    try {
      return await question(client)
    } finally {
      client.disconnect()
    }
  }
  // Until they know each other and the replica, no failover can begin.
  await eventually('the Sentinels know each other', () =>
    asked(async (client) => {
      const said = (await client.call('SENTINEL', 'MASTER', name)) as string[]
      const of = (field: string): string | undefined => said[said.indexOf(field) + 1]
      return of('num-other-sentinels') === '2' && of('num-slaves') === '1'
    }),
  )
  return {
    name,
    servers: [master, replica],
    sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
    master: () =>
      asked(async (client) =>
        Number(((await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)) as string[])[1]),
      ),
    async stop() {
      for (const { child } of sentinels) await killed(child)
      await master.stop()
      await replica.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface ClusterServers extends RedisServers {
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
}

const slots = 16_384

/** Three masters, a replica for each; a replica takes over about a second after its master fell silent. */
export async function startCluster(more: readonly string[] = []): Promise<ClusterServers> {
  const args = [
    '--cluster-enabled',
    'yes',
    '--cluster-node-timeout',
    '1000',
    '--cluster-config-file',
    'nodes.conf',
    ...more,
  ]
  const servers: StartedServer[] = []
  for (let count = 0; count < 6; count += 1) servers.push(await startServer(args, await clusterPort()))
  const [first, ...others] = servers as [StartedServer, ...StartedServer[]]
  const masters = servers.slice(0, 3)
  for (const [index, master] of masters.entries()) {
    const [from, to] = [Math.floor((index * slots) / 3), Math.floor(((index + 1) * slots) / 3) - 1]
    await master.ask(async (client) => {
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
      await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to)
    })
  }
  for (const other of others) await first.ask((client) => client.call('CLUSTER', 'MEET', '127.0.0.1', other.port))
  const ids = await Promise.all(masters.map((master) => master.ask((client) => client.call('CLUSTER', 'MYID'))))
  for (const [index, replica] of servers.slice(3).entries()) {
    await eventually('a replica knows its master', () =>
      replica.ask(async (client) => {
        const answer = await client.call('CLUSTER', 'REPLICATE', String(ids[index])).catch(() => 'not yet')
        return answer === 'OK'
      }),
    )
  }
  await eventually('all nodes see a whole cluster', async () => {
    for (const server of servers) {
      const nodes = await server.ask(async (client) => String(await client.call('CLUSTER', 'NODES')))
      const info = await server.ask(async (client) => String(await client.call('CLUSTER', 'INFO')))
      if (!info.includes('cluster_state:ok') || nodes.match(/[ ,]slave /g)?.length !== 3) return false
    }
    return true
  })
  for (const replica of servers.slice(3)) {
    await eventually('a replica is in sync', () =>
      replica.ask(async (client) => (await client.info('replication')).includes('master_link_status:up')),
    )
  }
  return {
    servers,
    nodes: servers.map(({ port }) => ({ host: '127.0.0.1', port })),
    async stop() {
      for (const server of servers) await server.stop()
    },
  }
}

async function clusterPort(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (port + 10_000 <= 65_535) return port
  }
}

/** Waits for what takes as long as it takes on a busy machine, but not for ever. */
export async function eventually(what: string, holds: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
  const end = Date.now() + withinMs
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(50)
  }
}
