// Fetches one small JSON document from an issuer: no redirects, no more bytes than allowed, strict JSON.
import { isJsonObject, type JsonObject, readJson } from '../json/index.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface FetchBounds {
  readonly fetch: Fetch
  readonly signal: AbortSignal
  readonly maxBytes: number
}

/** Rejects with one sentence when the answer is anything but 200 with a JSON object within the bounds. */
export async function fetchDocument(url: string, bounds: FetchBounds): Promise<JsonObject> {
  const { fetch, signal } = bounds
  const headers = { accept: 'application/json, application/jwk-set+json' }
  const response = await fetch(url, { headers, signal, redirect: 'manual', credentials: 'omit' })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`\`${url}\` answered ${response.status}`)
  }
  const reading = readJson(await readBounded(response, url, bounds.maxBytes))
  if (reading.kind === 'fault') throw new Error(`\`${url}\` is not strict JSON: ${reading.message}`)
  if (!isJsonObject(reading.value)) throw new Error(`\`${url}\` is no JSON object`)
  return reading.value
}

/** Counts what was decoded, so that a small compressed answer cannot grow beyond the bound either. */
async function readBounded(response: Response, url: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  // Leaving the loop cancels the body.
  const body: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? []
  for await (const chunk of body) {
    length += chunk.byteLength
    if (length > maxBytes) throw new Error(`\`${url}\` is larger than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}
