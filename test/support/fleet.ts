// A fleet of real processes: `portcullis control`, gates that follow it, one policy folder, and a Redis where a test wants one.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { demoDatabase } from '../../src/demo/database.ts'
import { type ModelApi, startModelApi } from '../../src/demo/model-api.ts'
import { type DemoProvider, startProvider } from '../../src/demo/provider.ts'
import { audience } from '../../src/demo/world.ts'
import { decisions } from './gate.ts'
import { type Ran, runPolicy } from './officers.ts'
import { freePort } from './redis.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const settableClock = join(root, 'test/support/settable-clock.ts')
const withClock = (clock: string | undefined): Record<string, string> =>
  clock === undefined ? {} : { process: `{ preloads: [${JSON.stringify(settableClock)}] }` }

export interface Running {
  readonly child: ChildProcess
  output(): string
  /** @returns exit code, or the signal's name */
  end(signal: NodeJS.Signals): Promise<number | string | null>
}

export interface RunningGate extends Running {
  readonly data: string
  readonly admin: string
  readonly log: string
  /** Status of a chat with this model for a persona at home, a US citizen unless given, and the code of its refusal. */
  ask(model: string, persona?: string): Promise<string>
  /** The same with this token. */
  send(model: string, token: string): Promise<string>
  /** A check of `/readyz`. */
  check(name: string): Promise<{ readonly ok: boolean; readonly detail: string } | undefined>
}

export interface Fleet {
  readonly folder: string
  readonly provider: DemoProvider
  readonly modelApi: ModelApi
  /** URL of control, the same over restarts. */
  readonly url: string
  /** The folder that `build` compiles; a copy of the shipped one, in which fable-5 is free by now. */
  readonly policies: string
  readonly key: string
  /** @param more `clock`: a file by which its wall clock is set (settable-clock.ts); `log`: the section, which it does without unless given */
  control(more?: { readonly clock?: string; readonly log?: string }): Promise<Running>
  /** @param name of its own folder under `folder`, kept over restarts */
  gate(name: string, more?: Readonly<Record<string, string>>, clock?: string): Promise<RunningGate>
  /** A directive that says `refuse` when it cannot be confirmed, and lets only US persons at home use fable-5 from an instant on. */
  restrict(effective: number): Promise<void>
  /** `policy build` of the folder as it is. @returns path */
  build(serial: number, ...more: readonly string[]): string
  /** `policy publish`, by an officer. */
  publish(...paths: readonly string[]): Promise<Ran>
  /** What `GET /v1/policy/status` says. */
  status(): Promise<FleetStatus>
  /** A call to control with the token of a persona. */
  call(
    persona: string,
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly json: Record<string, unknown> }>
}

export interface FleetStatus {
  readonly policy: { readonly serial: number; readonly digest: string; readonly published_by: object | null } | null
  readonly exposure: {
    readonly milliseconds: number | null
    readonly not_acknowledged: readonly string[]
    readonly shut: readonly string[]
  }
  readonly amounts: readonly { readonly grant: string; readonly handed_out: number; readonly of: number }[]
  readonly gates: readonly {
    readonly gate: string
    readonly standing: string
    readonly serial: number
    readonly since: string | null
    readonly lacks: readonly string[]
  }[]
}

export interface FleetOptions {
  readonly redis?: string
  readonly lease?: string
  /** The section `policy`, in one line; a policy that nobody signed unless given. */
  readonly policy?: string
}

/** Adds a directive to the folder: from this instant on only US persons at home may use fable-5, and where it cannot be confirmed nobody. */
export async function restrictFrom(policies: string, effective: number): Promise<void> {
  const letter = await readFile(join(policies, 'directives/us-bis-2026-06-12.yaml'), 'utf8')
  const text = letter
    .replace('id: us-bis-2026-06-12', 'id: us-bis-autumn')
    .replace(/effective: .*/, `effective: ${new Date(effective).toISOString()}`)
    .replace(/examples-at: .*/, `examples-at: ${new Date(effective + 86_400_000).toISOString()}`)
    .replace(/ {2}- one second before the letter[\s\S]*$/, '')
  await writeFile(join(policies, 'directives/us-bis-autumn.yaml'), text)
}

/** Polls until it holds. Nothing here is decided by time: a test that waits for what never comes ends by its own time-out. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds().catch(() => false)); tries++) {
    if (tries > 1_200) throw new Error(`it never came to hold: ${what}`)
    await sleep(50)
  }
}

export async function startFleet(
  t: { teardown(run: () => Promise<void>): void },
  { redis, lease = '6s', policy = '{ source: control, unsigned: accepted }' }: FleetOptions = {},
): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-fleet-'))
  const [provider, modelApi] = await Promise.all([startProvider({ audience, now: Date.now() }), startModelApi()])
  const running = new Set<ChildProcess>()
  const logs: string[] = []
  t.teardown(async () => {
    for (const child of running) {
      child.kill('SIGCONT')
      child.kill('SIGKILL')
    }
    const forwarded = await modelApi.count()
    await Promise.all([provider.stop(), modelApi.stop()])
    // Where it saw nothing there is nothing to hold a log against, which may be a long one.
    const read = forwarded === 0 ? [] : logs
    const all = (await Promise.all(read.map((log) => decisions({ log })))).flat()
    const permits = all.filter(({ effect, request }) => effect === 'permit' && request.via === 'data').length
    await rm(folder, { recursive: true, force: true })
    if (forwarded > permits) throw new Error(`forwarded without a recorded permit: ${forwarded} > ${permits}`)
  })
  await writeFile(join(folder, 'places.mmdb'), demoDatabase(Date.now()))
  const policies = join(folder, 'policies')
  await cp(join(root, 'policies'), policies, { recursive: true })

  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const fleetKey = randomBytes(32).toString('hex')
  const key = join(folder, 'control-key.pem.pub')
  const shared = (): Record<string, string> => ({
    issuers: `
  - { issuer: "${provider.issuer}", audience: "${audience}", algorithms: [ES256], token-type: at+jwt, max-token-age: 1d,
      roles: { claim: roles, values: { operator: operator, auditor: auditor, compliance: compliance } } }`,
    policy,
    fleet: `{ key: "\${FLEET_KEY}", lease: ${lease}, control: { url: "${url}", key: "${key}" } }`,
    ...(redis === undefined ? {} : { redis: `{ url: "${redis}", command-timeout: 1s }` }),
  })

  const launch = async (
    command: string,
    at: string,
    sections: Readonly<Record<string, string>>,
    { ready, clock }: { readonly ready: string; readonly clock: string | undefined },
  ): Promise<Running & { readonly said: Record<string, string> }> => {
    const file = join(at, 'portcullis.yaml')
    await writeFile(
      file,
      Object.entries(sections)
        .map(([name, text]) => `${name}: ${text}\n`)
        .join(''),
    )
    // `env -i`: not the test runner's loaders, with which nothing starts.
    const child = spawn(
      'env',
      [
        '-i',
        `PATH=${process.env['PATH']}`,
        `FLEET_KEY=${fleetKey}`,
        ...(clock === undefined ? [] : [`CLOCK_FILE=${clock}`]),
        process.execPath,
        ...(clock === undefined ? [] : ['--import', settableClock]),
        join(root, 'src/main.ts'),
        command,
        '--config',
        file,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    running.add(child)
    const exited = once(child, 'exit').then(([code, signal]) => {
      running.delete(child)
      return (code ?? signal) as number | string
    })
    let output = ''
    const { promise, resolve, reject } = Promise.withResolvers<Record<string, string>>()
    const take = (chunk: Buffer): void => {
      output += chunk.toString()
      const line = output.split('\n').find((each) => each.includes(`"msg":"${ready}"`))
      if (line !== undefined) resolve(JSON.parse(line) as Record<string, string>)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    void exited.then((code) => reject(new Error(`${command} ended with ${code}: ${output}`)))
    const said = await promise
    return {
      child,
      said,
      output: () => output,
      end: async (signal) => {
        child.kill(signal)
        return exited
      },
    }
  }

  const call: Fleet['call'] = async (persona, path, body) => {
    const response = await fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${await provider.token(persona)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, json: (await response.json()) as Record<string, unknown> }
  }

  return {
    folder,
    provider,
    modelApi,
    url,
    policies,
    key,
    call,
    control: ({ clock, log } = {}) =>
      launch(
        'control',
        folder,
        {
          ...shared(),
          ...withClock(clock),
          ...(log === undefined ? {} : { log }),
          control: `{ address: "127.0.0.1:${port}", path: control }`,
        },
        { ready: 'controlling', clock },
      ),
    gate: async (name, more = {}, clock) => {
      const at = join(folder, name)
      await mkdir(at, { recursive: true })
      const log = join(at, 'log')
      if (!logs.includes(log)) logs.push(log)
      const own: Record<string, string> = {
        listen: '{ address: "127.0.0.1:0" }',
        admin: '{ address: "127.0.0.1:0" }',
        upstreams: `
  - { name: stand-in, dialect: openai, url: "${modelApi.url}", models: [fable-5, open-1] }`,
        places: '[{ cidr: 127.0.0.0/8, country: US }]',
        geo: '{ country: ../places.mmdb, demo-data: accepted }',
        log: '{ path: log, key: log-key.pem }',
      }
      const process = await launch(
        'serve',
        at,
        { ...shared(), ...own, ...withClock(clock), ...more },
        { ready: 'serving', clock },
      )
      const { data = '', admin = '' } = process.said
      return {
        ...process,
        data,
        admin,
        log,
        ask: async (model, persona = 'us-citizen') => send(data, model, await provider.token(persona)),
        send: (model, token) => send(data, model, token),
        check: async (check) => {
          const { checks } = (await (await fetch(`${admin}/readyz`)).json()) as {
            readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[]
          }
          return checks.find((one) => one.name === check)
        },
      }
    },
    restrict: (effective) => restrictFrom(policies, effective),
    build: (serial, ...more) => {
      const file = join(folder, `${serial}.bundle`)
      const { code, err } = runPolicy(
        'build',
        policies,
        '-o',
        file,
        '--serial',
        `${serial}`,
        '--author',
        'ann',
        ...more,
      )
      if (code !== 0) throw new Error(err)
      return file
    },
    publish: async (...paths) => {
      const officer = join(folder, 'officer.jwt')
      await writeFile(officer, await provider.token('compliance'), { mode: 0o600 })
      return runPolicy('publish', ...paths, '--control', url, '--token-file', officer)
    },
    status: async () => (await call('auditor', '/v1/policy/status')).json as unknown as FleetStatus,
  }
}

async function send(data: string, model: string, token: string): Promise<string> {
  const response = await fetch(`${data}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }),
  })
  const json = (await response.json()) as { readonly error?: { readonly code?: string } }
  return `${response.status} ${json.error?.code ?? ''}`.trim()
}
