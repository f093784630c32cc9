// The ground of the soak: a gate as `serve` runs it, control, Redis and a model API, each a process of its own; the load too.
import { join } from 'node:path'
import { startFleet } from '../../test/support/fleet.ts'
import { startRedis } from '../../test/support/redis.ts'
import { type ModelApiSite, startModelApi } from '../faults/model-api.ts'
import { type Child, startChild } from '../processes.ts'
import type { SoakLoad } from './load-process.ts'
import { closed } from './mix.ts'

export interface SoakGround {
  readonly gate: {
    readonly pid: number
    readonly name: string
    readonly logs: readonly string[]
    readonly logKey: string
  }
  readonly modelApi: ModelApiSite
  readonly load: Child
  /** What clients were told. */
  readonly told: string
  /** An officer closes a model, and two open it again. */
  close(): Promise<void>
  open(): Promise<void>
}

/** Of a stream of the model API; beside it the load has its own ways to end one. */
const [events, eventMs] = [8, 25]

export async function startSoakGround(undo: (() => Promise<unknown>)[]): Promise<SoakGround> {
  const redis = await startRedis()
  undo.push(() => redis.stop())
  const fleet = await startFleet({ teardown: (run) => void undo.push(run) }, { redis: redis.url, lease: '60s' })
  const modelApi = await startModelApi({ file: join(fleet.folder, 'forwarded'), events, eventMs }, undo)
  await fleet.restrict(Date.now() - 60_000)
  const bundle = fleet.build(1)
  await fleet.control()
  const published = await fleet.publish(bundle)
  if (published.code !== 0) throw new Error(`the policy was not published: ${published.err}`)
  const gate = await fleet.gate('gate', {
    upstreams: `
  - { name: stand-in, dialect: openai, url: "http://127.0.0.1:${modelApi.port}", models: [fable-5, open-1] }`,
    // What is slow here is the machine, and that is not what is asked.
    log: '{ path: log, key: log-key.pem, append-timeout: 6s }',
  })
  const { pid } = gate.child
  if (pid === undefined) throw new Error('the gate has no process')
  const told = join(fleet.folder, 'told')
  const tokens = {
    permitted: await fleet.provider.token('us-citizen'),
    refused: await fleet.provider.token('foreign-national'),
  }
  const start: SoakLoad = { origin: gate.data, tokens, file: told }
  const load = await startChild(new URL('./load-process.ts', import.meta.url), start, null)
  undo.push(() => load.stop())

  let suspension = ''
  const call = async (persona: string, path: string, body: object, expected: number): Promise<string> => {
    const { status, json } = await fleet.call(persona, `/v1/policy/suspensions${path}`, body)
    if (status !== expected) throw new Error(`control answers an officer ${status}: ${JSON.stringify(json)}`)
    return (json['suspension'] as { readonly id: string } | undefined)?.id ?? ''
  }
  return {
    gate: { pid, name: 'gate', logs: [gate.log], logKey: join(fleet.folder, 'gate', 'log-key.pem.pub') },
    modelApi: modelApi.site,
    load,
    told,
    close: async () => {
      suspension = await call('compliance', '', { of: closed, why: 'the soak' }, 201)
    },
    open: async () => {
      await call('compliance', `/${suspension}/lift`, { why: 'the soak goes on' }, 202)
      await call('compliance-2', `/${suspension}/lift`, { why: 'the soak goes on' }, 200)
    },
  }
}
