// A gate in the demo's world, for tests that speak HTTP to it, and the invariant that holds after each of them:
// forwarded ≤ recorded permits.
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { startWorld, type World, type WorldOptions } from '../../src/demo/world.ts'
import { processLimits } from '../../src/process-limits.ts'
import type { DecisionRecord, LogRecord } from '../../src/vocabulary/record.ts'

/** The instant of the scenarios, unless a row says another one. */
export const scenarioInstant: number = Date.parse('2026-06-20T12:00:00Z')

interface Test {
  teardown(run: () => Promise<void>): void
}

/** A world that ends with the test, its invariant checked. */
export async function gateFor(t: Test, options: Partial<WorldOptions> = {}): Promise<World> {
  const world = await startWorld({ now: scenarioInstant, ...options })
  t.teardown(async () => {
    const forwarded = await world.modelApi.count()
    const permits = (await decisions(world)).filter(
      ({ effect, request }) => effect === 'permit' && request.via === 'data',
    )
    await world.close()
    if (forwarded > permits.length)
      throw new Error(`forwarded without a recorded permit: ${forwarded} > ${permits.length}`)
  })
  return world
}

export interface Asking {
  readonly token?: string
  readonly model?: string
  readonly body?: unknown
  readonly path?: string
  readonly method?: string
  readonly headers?: Record<string, string>
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Parsed, where it is JSON. */
  readonly json: { error?: { code?: string; message?: string; type?: string; decision_id?: string } } & Record<
    string,
    unknown
  >
  /** `200`, or the code of the refusal. */
  readonly code: string
}

/** One chat completion, unless said otherwise. */
export async function ask(world: World, asking: Asking): Promise<Answered> {
  const { token, model, path = '/v1/chat/completions', method = 'POST', headers = {} } = asking
  const body = asking.body ?? { model, messages: [{ role: 'user', content: 'hello' }] }
  const response = await fetch(world.gateway.data + path, {
    method,
    headers: {
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(method === 'POST' ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  let json: Answered['json'] = {}
  try {
    json = JSON.parse(text) as Answered['json']
  } catch {
    // not JSON: the test looks at `text`
  }
  return {
    status: response.status,
    headers: response.headers,
    text,
    json,
    code: response.status === 200 ? '200' : (json.error?.code ?? 'no code'),
  }
}

/**
 * Everything on disk so far, read as an auditor without our tools would: JSON lines in order. Where an outcome is missing, once more a
 * moment later: nobody has waited for it.
 */
export async function records(world: Pick<World, 'log'>): Promise<LogRecord[]> {
  const found = await recordsNow(world)
  const ended = new Set(found.flatMap((one) => (one.k === 'outcome' ? [one.id] : [])))
  if (found.every((one) => one.k !== 'decision' || ended.has(one.id))) return found
  await new Promise((resolve) => setTimeout(resolve, 5 * processLimits.outcomeRideMs))
  return recordsNow(world)
}

async function recordsNow(world: Pick<World, 'log'>): Promise<LogRecord[]> {
  const files = (await readdir(world.log, { recursive: true }))
    .filter((name) => /seg\/\d{16}\.ndjson$/.test(name))
    .sort()
  // Of each log apart: lines refer to others of their own log.
  const logs = Object.values(Object.groupBy(files, (name) => dirname(name)))
  const texts = logs.map((names = []) => Promise.all(names.map((name) => readFile(join(world.log, name), 'utf8'))))
  return (await Promise.all(texts)).flatMap(recordsIn)
}

/** Every whole line of these segments. */
export function recordsIn(texts: readonly string[]): LogRecord[] {
  const lines = texts.flatMap((text) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line),
  )
  const bySeq = new Map(lines.map((line) => [line['seq'], line]))
  return lines.map((line) => Object.fromEntries(Object.entries(line).map((field) => whole(field, bySeq))) as never)
}

type Line = Readonly<Record<string, unknown>>

/** `{"as":<seq>}`: the same as this field of that line. */
function whole([field, value]: [string, unknown], bySeq: ReadonlyMap<unknown, Line>): [string, unknown] {
  const seq = (value as { readonly as?: number } | null)?.as
  return [field, typeof seq === 'number' ? bySeq.get(seq)?.[field] : value]
}

export async function decisions(world: Pick<World, 'log'>): Promise<DecisionRecord[]> {
  return (await records(world)).filter((record) => record.k === 'decision')
}

export async function decision(world: Pick<World, 'log'>, id: string): Promise<DecisionRecord | undefined> {
  return (await decisions(world)).find((record) => record.id === id)
}
