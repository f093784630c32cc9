// A gate as `serve` composes it, with everything on: tokens of the demo's provider, the shipped directives, places, and records that are
// on disk before anything is forwarded, however slow the disk of a busy machine is. The clock stands in June 2026, where those directives
// are in force.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { createDemoClock } from '../src/demo/clock.ts'
import { demoDatabase } from '../src/demo/database.ts'
import { type DemoProvider, startProvider } from '../src/demo/provider.ts'
import { audience, registerIssuer } from '../src/demo/world.ts'
import { compose, type Gateway } from '../src/gateway/compose.ts'
import { loadSettings } from '../src/settings/index.ts'
import { software } from '../src/software.ts'

const june = Date.parse('2026-06-20T12:00:00Z')
const dayMs = 86_400_000

export interface ComposedGate {
  readonly gateway: Gateway
  readonly provider: DemoProvider
  /** Folder of its log. */
  readonly log: string
  stop(): Promise<void>
}

export interface ComposedGateOptions {
  /** Origin of the stand-in model API. */
  readonly upstream: string
  /** Open answers at once; what the settings say by themselves unless given. */
  readonly inFlight?: number
}

export async function composeGate({ upstream, inFlight }: ComposedGateOptions): Promise<ComposedGate> {
  const state = await mkdtemp(join(tmpdir(), 'portcullis-bench-'))
  const provider = await startProvider({ audience, now: june })
  const log = join(state, 'log')
  await mkdir(log)
  await writeFile(join(state, 'places.mmdb'), demoDatabase(june))
  const file = join(state, 'portcullis.yaml')
  await writeFile(file, settingsText(provider.issuer, upstream) + limitsText(inFlight))
  const gateway = await compose(loadSettings(file, { MODEL_API_KEY: 'the-gateway-s-own-key' }), {
    monotonic: null,
    clock: createDemoClock(june),
    logger: pino({ level: 'error' }),
    software,
    onLogLost: () => process.exit(74),
    demo: { databaseAgeMs: dayMs, issuers: { [registerIssuer]: provider.issuer } },
  })
  return {
    gateway,
    provider,
    log,
    stop: async () => {
      await gateway.close()
      await provider.stop()
      await rm(state, { recursive: true, force: true })
    },
  }
}

const limitsText = (inFlight: number | undefined): string =>
  inFlight === undefined ? '' : `limits: { in-flight: ${inFlight}, connections: ${2 * inFlight} }\n`

function settingsText(issuer: string, upstream: string): string {
  const policies = fileURLToPath(new URL('../policies', import.meta.url))
  return `listen:
  address: 127.0.0.1:0
admin:
  address: 127.0.0.1:0
issuers:
  - issuer: ${issuer}
    audience: ${audience}
    algorithms: [ES256]
    token-type: at+jwt
    max-token-age: 1d
upstreams:
  - name: stand-in
    dialect: openai
    url: ${upstream}
    credential: \${MODEL_API_KEY}
    models: [mythos-5, fable-5, "ft:fable-5:acme:v2", muse-spark, next-1, list-1, open-1]
trusted-proxies:
  cidrs: [127.0.0.0/8]
  header: x-forwarded-for
geo:
  country: places.mmdb
  demo-data: accepted
policy:
  source: directory
  path: ${JSON.stringify(policies)}
  unsigned: accepted
log:
  path: log
  key: log-key.pem
  append-timeout: 6s
`
}
