// A control over real files, with a log whose disk fails when a test says so.
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { Test } from 'tap'
import { openControl } from '../../src/control/index.ts'
import { kernelDisk } from '../../src/decision-log/durable.ts'
import { type Disk, queryLog } from '../../src/decision-log/index.ts'
import { startProvider } from '../../src/demo/provider.ts'
import { audience } from '../../src/demo/world.ts'
import { gateCredential } from '../../src/fleet/fleet-key.ts'
import { loadControlSettings } from '../../src/settings/index.ts'
import { systemClock } from '../../src/vocabulary/clock.ts'
import type { EventKind } from '../../src/vocabulary/event.ts'
import { root } from '../architecture/tree.ts'
import { runPolicy } from './officers.ts'

export type Answer = { readonly status: number; readonly json: Record<string, unknown> }

export interface BrittleDisk {
  readonly disk: Disk
  /** Segments cannot be made longer, for the reason that it says, while there is one. */
  code: string | null
  /** Before this nothing is written. */
  held: Promise<void>
}

export function brittleDisk(): BrittleDisk {
  const brittle: BrittleDisk = {
    code: null,
    held: Promise.resolve(),
    disk: {
      ...kernelDisk,
      write: async (...args) => {
        await brittle.held
        if (brittle.code !== null) throw Object.assign(new Error(brittle.code), { code: brittle.code })
        return kernelDisk.write(...args)
      },
    },
  }
  return brittle
}

export interface Recorded {
  readonly k: string
  readonly [about: string]: unknown
}

export interface ControlOnDisk {
  /** What it said of the disk of its log. */
  readonly lost: readonly Error[]
  /** Its folder, and its log's. */
  readonly path: string
  readonly log: string
  readonly call: (who: string, path: string, body?: string) => Promise<Answer>
  /** @param from the folder of its policies @returns its file */
  readonly bundle: (serial: number, from?: string) => string
  /** Policies under which one more model may be had. */
  readonly openedPolicies: () => string
  readonly publish: (file: string, who?: string) => Promise<Answer>
  /** What `GET /v1/policy/status` says. */
  readonly signed: () => Promise<Signed>
  /** One of `/readyz`. */
  readonly check: (name: string) => Promise<object | undefined>
  /** A bundle as a gate is given it. */
  readonly given: (kind: string) => Promise<unknown>
  /** What its log says of these kinds, in order. */
  readonly recorded: (...kinds: readonly EventKind[]) => Promise<readonly Recorded[]>
  /** One of its files cannot be written. */
  readonly breakFile: (file: string) => void
  readonly mendFile: (file: string) => void
  readonly restart: () => Promise<void>
  readonly close: () => Promise<void>
}

export async function controlOn(t: Test, disk: Disk): Promise<ControlOnDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-control-'))
  const provider = await startProvider({ audience, now: Date.now() })
  const file = join(folder, 'portcullis.yaml')
  writeFileSync(
    file,
    `control: { address: "127.0.0.1:0", path: control }
issuers:
  - { issuer: "${provider.issuer}", audience: "${audience}", algorithms: [ES256], token-type: at+jwt, max-token-age: 1d,
      roles: { claim: roles, values: { auditor: auditor, compliance: compliance } } }
policy: { source: control, unsigned: accepted }
fleet: { key: "\${FLEET_KEY}", lease: 3s }
`,
  )
  const settings = loadControlSettings(file, {
    FLEET_KEY: '8f1d0c6be2a94735d0c1f7a86b5e3924e6b7a1d3958c02f4b1e09d7c6a5f4382',
  })
  const lost: Error[] = []
  const open = () =>
    openControl(settings, {
      clock: systemClock,
      monotonic: () => performance.now(),
      logger: pino({ level: 'silent' }),
      software: 'portcullis test',
      onLogLost: (error) => lost.push(error),
      logDisk: disk,
    })
  let control = await open()
  t.teardown(async () => {
    await control.close()
    await provider.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const call = async (who: string, path: string, body?: string): Promise<Answer> => {
    const headers = { authorization: `Bearer ${await provider.token(who)}`, 'content-type': 'application/json' }
    const response = await fetch(
      control.url + path,
      body === undefined ? { headers } : { method: 'POST', headers, body },
    )
    return { status: response.status, json: (await response.json()) as Answer['json'] }
  }
  const bundle = (serial: number, from = join(root, 'policies')): string => {
    const out = join(folder, `${serial}.bundle`)
    const words = ['-o', out, '--serial', `${serial}`, '--author', 'ann']
    t.equal(runPolicy('build', from, ...words).code, 0)
    return out
  }
  const publish = (file: string, who = 'compliance'): Promise<Answer> =>
    call(who, '/v1/policy/publications', `{"policy":${readFileSync(file, 'utf8')}}`)
  const openedPolicies = (): string => {
    const opened = join(folder, 'opened')
    cpSync(join(root, 'policies'), opened, { recursive: true })
    appendFileSync(join(opened, 'catalogue/models.yaml'), oneMore)
    return opened
  }
  const check = async (name: string): Promise<object | undefined> => {
    const { checks } = (await (await fetch(`${control.url}/readyz`)).json()) as { checks: { name: string }[] }
    return checks.find((one) => one.name === name)
  }
  /** A folder where the draft of a file of control should be: root may write anywhere, but not into that. */
  const draftOf = (file: string): string => join(settings.path, `${file}.tmp`)
  return {
    lost,
    call,
    bundle,
    openedPolicies,
    publish,
    check,
    log: settings.log.path,
    path: settings.path,
    breakFile: (file: string) => mkdirSync(draftOf(file)),
    mendFile: (file: string) => rmSync(draftOf(file), { recursive: true }),
    signed: async () => (await call('auditor', '/v1/policy/status')).json as unknown as Signed,
    given: async (kind: string): Promise<unknown> => {
      const headers = { authorization: gateCredential(settings.fleet.key) }
      return (await fetch(`${control.url}/v1/fleet/bundles/${kind}`, { headers })).json()
    },
    recorded: async (...kinds: readonly EventKind[]) => {
      const found = await Array.fromAsync(queryLog({ directory: settings.log.path, kinds }))
      return found.map(({ record }) => ({ k: record.k, ...(record['about'] as Readonly<Record<string, unknown>>) }))
    },
    close: () => control.close(),
    restart: async () => {
      await control.close()
      control = await open()
    },
  }
}

/** What `GET /v1/policy/status` says, of which the policy and the epoch are those of the newest statement. */
export interface Signed {
  readonly policy: { readonly serial: number; readonly published_by: { readonly subject: string } | null }
  readonly suspensions: readonly { readonly id: string; readonly of: string }[]
  readonly revocations: { readonly epoch: number }
}

export const isOk = (check: object | undefined): boolean => check !== undefined && 'ok' in check && check.ok === true

const oneMore = `
  open-2:
    family: open-2
    version: "1"
    release: released
    listing: shown
    max-output-tokens: 1000
`
