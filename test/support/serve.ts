// `portcullis serve` as a process of its own, on the real clock, before a real provider and the stand-in model API.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { demoDatabase } from '../../src/demo/database.ts'
import { type ModelApi, startModelApi } from '../../src/demo/model-api.ts'
import { type DemoProvider, startProvider } from '../../src/demo/provider.ts'
import { audience } from '../../src/demo/world.ts'
import { decisions } from './gate.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Surroundings {
  readonly provider: DemoProvider
  readonly modelApi: ModelApi
  readonly folder: string
  readonly log: string
  readonly logKey: string
  /** The policy folder that is shipped. */
  readonly policies: string
  /**
   * @param more lines added to portcullis.yaml
   * @param changed sections in place of the ordinary ones
   * @param descriptors how many it may have open (`ulimit -n`); as the tests may, unless given
   */
  serve(more?: string, changed?: Readonly<Record<string, string>>, descriptors?: number): Promise<Serving>
}

export interface Serving {
  readonly child: ChildProcess
  readonly data: string
  readonly admin: string
  /** Operational log so far. */
  output(): string
  /** @returns exit code, or the signal's name */
  end(signal: NodeJS.Signals): Promise<number | string | null>
}

export async function surroundings(t: { teardown(run: () => Promise<void>): void }): Promise<Surroundings> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-serve-'))
  const [provider, modelApi] = await Promise.all([startProvider({ audience, now: Date.now() }), startModelApi()])
  const running = new Set<ChildProcess>()
  t.teardown(async () => {
    for (const child of running) child.kill('SIGKILL')
    const forwarded = await modelApi.count()
    await Promise.all([provider.stop(), modelApi.stop()])
    // Read only where something was forwarded: a test may have taken the log away, and then nothing may have been.
    const all = forwarded === 0 ? [] : await decisions({ log: join(folder, 'log') })
    const permits = all.filter(({ effect, request }) => effect === 'permit' && request.via === 'data').length
    await rm(folder, { recursive: true, force: true })
    if (forwarded > permits) throw new Error(`forwarded without a recorded permit: ${forwarded} > ${permits}`)
  })
  await writeFile(join(folder, 'places.mmdb'), demoDatabase(Date.now()))
  const policies = join(root, 'policies')
  const sections: Record<string, string> = {
    listen: '{ address: "127.0.0.1:0" }',
    admin: '{ address: "127.0.0.1:0" }',
    issuers: `
  - { issuer: "${provider.issuer}", audience: "${audience}", algorithms: [ES256], token-type: at+jwt, max-token-age: 1d,
      roles: { claim: roles, values: { operator: operator, auditor: auditor, enforcement-point: enforcement-point } } }`,
    upstreams: `
  - { name: stand-in, dialect: openai, url: "${modelApi.url}", models: [fable-5, open-1] }`,
    places: '[{ cidr: 127.0.0.0/8, country: US }]',
    geo: '{ country: places.mmdb, demo-data: accepted }',
    policy: `{ source: directory, path: ${JSON.stringify(policies)}, unsigned: accepted }`,
    log: '{ path: log, key: log-key.pem }',
  }
  const serve = async (
    more = '',
    changed: Readonly<Record<string, string>> = {},
    descriptors?: number,
  ): Promise<Serving> => {
    const file = join(folder, 'portcullis.yaml')
    const lines = Object.entries({ ...sections, ...changed }).map(([name, text]) => `${name}: ${text}`)
    await writeFile(file, `${lines.join('\n')}\n${more}`)
    // `env -i`: not the test runner's loaders, with which serve refuses to start. It becomes the process, whose id stays.
    const command = [
      '-i',
      `PATH=${process.env['PATH']}`,
      process.execPath,
      join(root, 'src/main.ts'),
      'serve',
      '--config',
      file,
    ]
    const [program, args] =
      descriptors === undefined
        ? ['env', command]
        : ['sh', ['-c', `ulimit -n ${descriptors}; exec env "$@"`, 'sh', ...command]]
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(child)
    const exited = once(child, 'exit').then(([code, signal]) => {
      running.delete(child)
      return (code ?? signal) as number | string
    })
    let output = ''
    const { promise: ready, resolve, reject } = Promise.withResolvers<{ data: string; admin: string }>()
    const take = (chunk: Buffer): void => {
      output += chunk.toString()
      const line = output.split('\n').find((each) => each.includes('"msg":"serving"'))
      if (line !== undefined) resolve(JSON.parse(line) as { data: string; admin: string })
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    void exited.then((code) => reject(new Error(`serve ended with ${code}: ${output}`)))
    const { data, admin } = await ready
    return {
      child,
      data,
      admin,
      output: () => output,
      end: async (signal) => {
        child.kill(signal)
        return exited
      },
    }
  }
  return {
    provider,
    modelApi,
    folder,
    log: join(folder, 'log'),
    logKey: join(folder, 'log-key.pem.pub'),
    policies,
    serve,
  }
}
