// Speaking to a gate's `/v1/revocations`, and streams and records as tests of revocation look at them.
import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from '../../src/demo/world.ts'
import type { EventRecord } from '../../src/vocabulary/event.ts'
import type { LogRecord, OutcomeRecord } from '../../src/vocabulary/record.ts'
import { records } from './gate.ts'

export interface ShownRevocation {
  readonly id: string
  readonly name: string
  readonly of: Readonly<Record<string, unknown>>
  readonly forgotten_at: string | null
  readonly lift: { readonly expires_at: string } | null
}

export interface RevocationAnswer {
  readonly status: number
  readonly json: {
    readonly revocation?: ShownRevocation
    readonly revocations?: readonly ShownRevocation[]
    readonly epoch?: number
    readonly digest?: string | null
    readonly begun?: boolean
    readonly cut?: number
    readonly lifted?: boolean
    readonly error?: { readonly code: string; readonly message: string }
  }
}

export const revocationsRoute = '/v1/revocations'

/** @param token of who asks @param body undefined: GET */
export async function callRevocations(
  admin: string,
  token: string,
  body?: object,
  path: string = revocationsRoute,
): Promise<RevocationAnswer> {
  const response = await fetch(admin + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, json: (await response.json()) as RevocationAnswer['json'] }
}

/** As somebody of the demo. */
export const revoker =
  (world: World) =>
  async (who: string, body?: object, path?: string): Promise<RevocationAnswer> =>
    callRevocations(world.gateway.admin, await world.provider.token(who), body, path)

export type RevocationEvent = Extract<EventRecord, { readonly k: `revocation.${string}` }>

export const revocationEvents = async (world: Pick<World, 'log'>): Promise<RevocationEvent[]> =>
  (await records(world)).filter((record: LogRecord): record is RevocationEvent => record.k.startsWith('revocation.'))

export interface Stream {
  readonly id: string
  /** All of it, once it has ended. */
  readonly ended: Promise<string>
  soFar(): string
}

export async function openStream(
  world: { readonly gateway: Pick<World['gateway'], 'data'> },
  token: string,
  model: string,
): Promise<Stream> {
  const response = await fetch(`${world.gateway.data}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'hello' }] }),
  })
  let text = ''
  const ended = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true })
    return text
  })()
  return { id: response.headers.get('portcullis-decision') ?? '', ended, soFar: () => text }
}

export const untilServed = async (stream: Stream): Promise<void> => {
  while (stream.soFar().split('data: ').length < 4) await sleep(10)
}

export async function outcomeOf(world: Pick<World, 'log'>, id: string): Promise<OutcomeRecord | undefined> {
  for (let tries = 0; tries < 200; tries++) {
    const found = (await records(world)).find((record) => record.k === 'outcome' && record.id === id)
    if (found !== undefined) return found as OutcomeRecord
    await sleep(20)
  }
  return undefined
}
