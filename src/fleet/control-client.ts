// What a gate asks of its `control`, over HTTP. What comes back is believed for signatures and digests alone, never for where it came from.

import { fleetLimits } from '../fleet-limits.ts'
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue, readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { FleetSettings } from '../vocabulary/settings.ts'
import type { AllotmentRequest } from './allotment.ts'
import { gateCredential } from './fleet-key.ts'

/** What a gate enforces, as it tells `control`. Instants in milliseconds since the epoch. */
export interface Report {
  readonly gate: string
  readonly policySerial: number
  readonly registerSerial: number
  /** null: there is none. */
  readonly policyDigest: string | null
  readonly suspensionDigest: string
  readonly revocationDigest: string
  /** Since when it enforces this policy; null: it enforces none. */
  readonly since: number | null
  /** Until when its policy is confirmed; null: it never was. */
  readonly confirmedUntil: number | null
}

/** Of a gate that has ended in order: it serves nothing any more. */
export type Farewell = Pick<Report, 'gate'>

export interface ControlClient {
  /** @returns the statement of now, as a text to verify */
  report(report: Report): Promise<string>
  /** Is said also where everything else is over. */
  farewell(farewell: Farewell): Promise<void>
  /** A bundle as its file holds it; null: there are no registers of their own. */
  bundle(kind: 'policy' | 'registers'): Promise<Uint8Array | null>
  /** What is suspended, not yet judged, with the statement that names it. */
  suspensions(): Promise<{ readonly statement: string; readonly said: JsonValue }>
  /** The same of what is revoked, as a text. */
  revocations(): Promise<{ readonly statement: string; readonly said: string }>
  /** @returns the allotment, as a text to verify; `refused`: control has understood, and gives nothing for this */
  allot(asked: AllotmentRequest): Promise<{ readonly text: string } | { readonly refused: string }>
}

interface Call {
  /** Bytes of the answer. */
  readonly most: number
  readonly waitMs: number
  readonly body?: JsonObject
  /** Gives it up; the client's signal unless said. */
  readonly over?: AbortSignal
}

/** Each call rejects with an Error of one sentence where there is no answer. */
export function controlClient(
  { url }: NonNullable<FleetSettings['control']>,
  fleetKey: Uint8Array,
  signal: AbortSignal,
): ControlClient {
  const authorization = gateCredential(fleetKey)
  const base = url.replace(/\/+$/, '')

  const call = async (
    path: string,
    { most, waitMs, body, over = signal }: Call,
  ): Promise<{ readonly status: number; readonly bytes: Buffer }> => {
    try {
      const response = await fetch(base + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: canonicalJson(body) }),
        // The credential is for control and nobody that it might point to.
        redirect: 'error',
        signal: AbortSignal.any([over, AbortSignal.timeout(waitMs)]),
      })
      return { status: response.status, bytes: await bytesOf(response, most) }
    } catch (error) {
      throw new Error(`control does not answer at ${url}: ${causeOf(error)}`, { cause: error })
    }
  }
  const json = (bytes: Buffer, path: string): JsonObject => {
    const reading = readJson(bytes, { nodes: limits.bundleNodes, newKeys: limits.bundleNodes })
    if (reading.kind !== 'value' || !isJsonObject(reading.value))
      throw new Error(`what answers at ${url}${path} is no control`)
    return reading.value
  }
  const said = (status: number, bytes: Buffer): string => {
    const reading = readJson(bytes)
    const error = reading.kind === 'value' && isJsonObject(reading.value) ? reading.value['error'] : null
    const message = isJsonObject(error) ? error['message'] : null
    return `control answers ${status}${typeof message === 'string' ? `: ${message.slice(0, 300)}` : ''}`
  }

  return {
    report: async (report) => {
      const path = '/v1/fleet/reports'
      const body = { ...report }
      const { status, bytes } = await call(path, { most: 65_536, waitMs: fleetLimits.callMs, body })
      if (status !== 200) throw new Error(said(status, bytes))
      const { statement } = json(bytes, path)
      if (typeof statement !== 'string') throw new Error(`what answers at ${url} is no control`)
      return statement
    },
    farewell: async ({ gate }) => {
      const asked = { most: 65_536, waitMs: fleetLimits.callMs, body: { gate }, over: new AbortController().signal }
      const { status, bytes } = await call('/v1/fleet/farewells', asked)
      if (status !== 204) throw new Error(said(status, bytes))
    },
    bundle: async (kind) => {
      const path = `/v1/fleet/bundles/${kind}`
      const { status, bytes } = await call(path, { most: limits.bundleBytes, waitMs: fleetLimits.bundleMs })
      if (status === 404) return null
      if (status !== 200) throw new Error(said(status, bytes))
      return bytes
    },
    suspensions: async () => {
      const path = '/v1/fleet/suspensions'
      const asked = { most: fleetLimits.suspensionsBytes, waitMs: fleetLimits.callMs }
      const { status, bytes } = await call(path, asked)
      if (status !== 200) throw new Error(said(status, bytes))
      const { statement, suspensions = null } = json(bytes, path)
      if (typeof statement !== 'string') throw new Error(`what answers at ${url} is no control`)
      return { statement, said: suspensions }
    },
    revocations: async () => {
      const asked = { most: fleetLimits.revocationsBytes, waitMs: fleetLimits.bundleMs }
      const { status, bytes } = await call('/v1/fleet/revocations', asked)
      if (status !== 200) throw new Error(said(status, bytes))
      // The statement is the first line.
      const end = bytes.indexOf(10)
      const text = (part: Buffer): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part)
      if (end === -1) throw new Error(`what answers at ${url} is no control`)
      return { statement: text(bytes.subarray(0, end)), said: text(bytes.subarray(end + 1)) }
    },
    allot: async (asked) => {
      const path = '/v1/fleet/allotments'
      const body = { ...asked, asks: asked.asks.map((ask) => ({ ...ask })) }
      const { status, bytes } = await call(path, {
        most: 2 * fleetLimits.allotmentBytes,
        waitMs: fleetLimits.callMs,
        body,
      })
      if (status >= 400 && status < 500) return { refused: said(status, bytes) }
      if (status !== 200) throw new Error(said(status, bytes))
      const { allotment } = json(bytes, path)
      if (typeof allotment !== 'string') throw new Error(`what answers at ${url} is no control`)
      return { text: allotment }
    },
  }
}

async function bytesOf({ body }: Response, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length
    if (length > most) throw new Error(`its answer is larger than ${most} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : error.message
}
