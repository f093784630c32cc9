// Records and logs for the tests of this room.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DecisionLog, type LogOptions, openLog } from '../../src/decision-log/index.ts'
import type { DecisionRecord, OutcomeRecord } from '../../src/vocabulary/record.ts'

export const origin = 'acme/portcullis/test/gw-1/0'
export const logName = 'acme~portcullis~test~gw-1~0'

export const idOf = (n: number): string => `019782f4-6d2e-7c31-9d0a-${String(n).padStart(12, '0')}`

const digest = `sha256:${'ab'.repeat(32)}`

export function decision(n: number, over: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    k: 'decision',
    id: idOf(n),
    at: new Date(Date.UTC(2026, 5, 20, 12) + n).toISOString(),
    decidedFor: null,
    askedBy: null,
    request: {
      method: 'POST',
      operation: 'openai.chat.completions.create',
      phase: 'start',
      stream: n % 2 === 0,
      length: 877,
      socket: null,
      via: 'data',
    },
    subject: {
      issuer: 'https://id.example.com',
      subject: 'hk1:subject',
      kind: 'person',
      actor: null,
      organization: null,
      token: 'hk1:token',
      session: null,
    },
    place: null,
    models: [{ pointer: '/model', name: 'fable-latest', model: 'fable-5', variant: null, modes: [] }],
    references: [],
    effect: 'deny',
    basis: 'prohibited',
    reason: 'person_restricted',
    told: 'access_restricted',
    detail: null,
    determinations: [
      {
        directive: 'R1',
        version: 1,
        resource: '/model',
        result: 'violated',
        limbs: [
          {
            limb: 'persons',
            value: 'true',
            reason: 'person_restricted',
            grants: [],
            flags: ['adverse_assertion'],
            predicates: [
              {
                predicate: 'foreign-person(subject)',
                value: 'true',
                evidence: [
                  {
                    name: 'us-person',
                    state: 'verified',
                    source: 'token:https://id.example.com',
                    verifiedAt: 1_781_956_800_000,
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
    obligations: [],
    validUntil: null,
    policy: { digest, serial: 12, unsigned: true, suspensions: null, revocations: null },
    settings: digest,
    cache: { state: 'computed', of: null },
    software: 'portcullis test',
    ...over,
  }
}

export function outcome(n: number): OutcomeRecord {
  const at = new Date(Date.UTC(2026, 5, 20, 12, 0, 1) + n).toISOString()
  return {
    k: 'outcome',
    id: idOf(n),
    at,
    ending: 'refused',
    reason: null,
    upstreamStatus: null,
    status: 403,
    bytes: 0,
    outputTokens: null,
    servedModel: null,
    lastByteAt: null,
  }
}

export interface Site {
  readonly directory: string
  readonly path: string
  readonly keyFile: string
  readonly publicKey: string
  readonly log: string
  /** Errors that `onPoisoned` was called with. */
  readonly poisoned: Error[]
  open(over?: Partial<LogOptions>): Promise<DecisionLog>
}

/** A directory for one test, removed at its end. */
export function site(t: { teardown(fn: () => void): void }): Site {
  const directory = mkdtempSync(join(tmpdir(), 'portcullis-log-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return siteIn(directory)
}

export function siteIn(directory: string): Site {
  const path = join(directory, 'log')
  const keyFile = join(directory, 'log-key.pem')
  const poisoned: Error[] = []
  const open = (over: Partial<LogOptions> = {}) =>
    openLog({
      path,
      keyFile,
      origin,
      clock: { now: () => Date.UTC(2026, 5, 20, 12) },
      appendTimeoutMs: 5_000,
      onPoisoned: (error) => poisoned.push(error),
      ...over,
    })
  return { directory, path, keyFile, publicKey: `${keyFile}.pub`, log: join(path, logName), poisoned, open }
}

/** Decisions with their outcomes, `pairs` of them, in groups of `together`. */
export async function fill(log: DecisionLog, pairs: number, together = 10): Promise<void> {
  for (let n = 0; n < pairs; n += together) {
    const group = Array.from({ length: Math.min(together, pairs - n) }, (_, i) => n + i)
    await Promise.all(group.map((i) => log.append(decision(i))))
    await Promise.all(group.map((i) => log.append(outcome(i))))
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits for what happens by itself, with a bound. */
export async function until(what: () => boolean, boundMs = 10_000): Promise<void> {
  for (const end = performance.now() + boundMs; !what(); await pause(5))
    if (performance.now() > end) throw new Error(`not within ${boundMs} ms: ${String(what)}`)
}
