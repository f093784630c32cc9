// The demo's world: provider, model API and place database on loopback, and a gate configured by a file like anybody's.
// The tests live in it too.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pino, { type Logger } from 'pino'
import { compose, type Gateway } from '../gateway/compose.ts'
import { loadSettings, policySection } from '../settings/index.ts'
import { software } from '../software.ts'
import { createDemoClock, type DemoClock } from './clock.ts'
import { demoDatabase } from './database.ts'
import { type ModelApi, startModelApi } from './model-api.ts'
import { type DemoProvider, startProvider } from './provider.ts'

export interface World {
  readonly clock: DemoClock
  readonly provider: DemoProvider
  readonly modelApi: ModelApi
  readonly gateway: Gateway
  /** Everything that the demo wrote: settings, database, log. */
  readonly state: string
  readonly settingsFile: string
  readonly log: string
  readonly logKey: string
  /** It enforces a policy of somebody's own, not the folder that is shipped. */
  readonly hasOwnPolicy: boolean
  /** Sets the present of gate and provider; what is cached or open is decided again. */
  setNow(ms: number): Promise<void>
  /** Ends every process and removes the state, unless `keepState`. */
  close(options?: { readonly keepState: boolean }): Promise<void>
}

export interface WorldOptions {
  /** The present, milliseconds since the epoch. */
  readonly now: number
  /** Whether time runs on by itself; it does unless said. */
  readonly pace?: 'running' | 'frozen'
  /** Against which steps of the clock are seen; nothing: it is set on purpose. */
  readonly monotonic?: () => number
  /** Port of the data listener; 0 or nothing: a free one. */
  readonly port?: number
  /** Policy folder; nothing: the one that is shipped. */
  readonly policies?: string
  /** File with the section `policy` of portcullis.yaml, instead of a folder. */
  readonly policySection?: string
  /** The section `upstreams` of portcullis.yaml, instead of one that leads to the stand-in. */
  readonly upstreams?: string
  /** A line to add to the section `listen`. */
  readonly listen?: string
  /** Lines to add to portcullis.yaml. */
  readonly settings?: string
  readonly logger?: Logger
  readonly onLogLost?: (error: Error) => void
}

/** Resource identifier of the demo's gate. */
export const audience = 'https://gateway.demo.example'
/** Id under which the registers in `policies/` name the demo's provider. */
export const registerIssuer = 'demo'

const dayMs = 86_400_000
const shippedPolicies = fileURLToPath(new URL('../../policies', import.meta.url))

export async function startWorld(options: WorldOptions): Promise<World> {
  const clock = createDemoClock(options.now, options.pace ?? 'running')
  const state = await mkdtemp(join(tmpdir(), 'portcullis-demo-'))
  const undo: (() => Promise<unknown>)[] = []
  const close = async ({ keepState }: { keepState: boolean } = { keepState: false }): Promise<void> => {
    try {
      for (const step of undo.toReversed()) await step()
    } finally {
      if (!keepState) await rm(state, { recursive: true, force: true })
    }
  }
  try {
    const [provider, modelApi] = await Promise.all([startProvider({ audience, now: options.now }), startModelApi()])
    undo.push(
      () => provider.stop(),
      () => modelApi.stop(),
    )
    const log = join(state, 'log')
    const logKey = join(state, 'log-key.pem')
    const settingsFile = join(state, 'portcullis.yaml')
    await mkdir(log)
    await writeFile(join(state, 'places.mmdb'), demoDatabase(options.now))
    await writeFile(join(state, 'upstream-key'), 'the-gateway-s-own-key', { mode: 0o600 })
    await writeFile(settingsFile, settingsText(options, provider.issuer, modelApi.url))
    const gateway = await compose(loadSettings(settingsFile, {}), {
      clock,
      monotonic: options.monotonic ?? null,
      logger: options.logger ?? pino({ level: 'silent' }),
      software,
      onLogLost: options.onLogLost ?? (() => {}),
      demo: { databaseAgeMs: dayMs, issuers: { [registerIssuer]: provider.issuer } },
    })
    undo.push(() => gateway.close())
    const policy = gateway.gate.policies.status()
    if (gateway.gate.policies.current() === undefined) throw new Error(`the demo has no policy: ${policy.detail}`)
    const setNow = async (ms: number): Promise<void> => {
      clock.set(ms)
      await provider.setNow(ms)
      gateway.gate.cache.flush()
      gateway.gate.live.recheckAll()
    }
    const hasOwnPolicy = options.policySection !== undefined
    const files = { state, settingsFile, log, logKey: `${logKey}.pub` }
    return { clock, provider, modelApi, gateway, ...files, hasOwnPolicy, setNow, close }
  } catch (error) {
    await close()
    throw error
  }
}

function policyText({ policySection: file, policies }: WorldOptions): string {
  if (file !== undefined) return policySection(file)
  return `
  source: directory
  path: ${JSON.stringify(policies ?? shippedPolicies)}
  unsigned: accepted`
}

function settingsText(options: WorldOptions, issuer: string, modelApi: string): string {
  const models = '[mythos-5, fable-5, "ft:fable-5:acme:v2", muse-spark, next-1, list-1, open-1]'
  const upstream = (name: string, dialect: string): string => `
  - name: ${name}
    dialect: ${dialect}
    url: ${modelApi}
    credential: \${file:upstream-key}
    models: ${models}`
  return `# Written by the demo. A gate of your own starts from portcullis.yaml at the top of the repository.
listen:
  address: 127.0.0.1:${options.port ?? 0}
  ${options.listen ?? ''}
admin:
  address: 127.0.0.1:0
issuers:
  - issuer: ${issuer}
    audience: ${audience}
    algorithms: [ES256]
    token-type: at+jwt
    max-token-age: 1d
    step-up:
      acr-values: ["urn:portcullis:demo:identity-checked"]
    roles:
      claim: roles
      values: { operator: operator, compliance: compliance, auditor: auditor, enforcement-point: enforcement-point }
upstreams:${options.upstreams ?? `${upstream('demo-openai', 'openai')}${upstream('demo-anthropic', 'anthropic')}${upstream('demo-azure', 'azure')}`}
trusted-proxies:
  cidrs: [127.0.0.0/8, "::1/128"]
  header: x-forwarded-for
places:
  - { cidr: 127.0.0.0/8, country: US }
  - { cidr: "::1/128", country: US }
geo:
  country: places.mmdb
  demo-data: accepted
policy: ${policyText(options)}
# The demo's clock is exact by definition.
clock:
  uncertainty: 0ms
log:
  path: log
  key: log-key.pem
${options.settings ?? ''}`
}
