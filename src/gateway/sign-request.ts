// AWS Signature Version 4: how the gate signs in at Amazon Bedrock with an access key. Signed is what is sent: method, host, path,
// every header of the dispatch and the whole body. A path is escaped once more for the signature, as AWS has it for all services but S3.
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Sigv4Settings } from '../vocabulary/settings.ts'

type Headers = readonly (readonly [name: string, value: string])[]

export interface Unsigned {
  readonly method: string
  /** With the prefix of the upstream; without a query, which no operation of Bedrock has. */
  readonly path: string
  readonly headers: Headers
  readonly body: Uint8Array | null
}

/** Takes a request and the present, milliseconds since the epoch; gives all headers to send, `host` among them. */
export type Signer = (request: Unsigned, now: number) => Promise<Headers>

/** @param host as the connection's `Host` says it, with its port unless that is the scheme's own */
export function createSigner(
  { region, accessKeyId, secretAccessKey, sessionToken }: Sigv4Settings,
  host: string,
): Signer {
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) }
  const signature = new SignatureV4({ service: 'bedrock', region, credentials, sha256: Sha256 })
  return async ({ method, path, headers, body }, now) => {
    const request = {
      method,
      protocol: 'https:',
      hostname: host,
      path,
      query: {},
      headers: { ...Object.fromEntries(headers), host },
      body: body ?? undefined,
    }
    const signed = await signature.sign(request, { signingDate: new Date(now) })
    return Object.entries(signed.headers)
  }
}

/** SHA-256 of Node, with a key as HMAC, in the form in which the signer asks for it. */
class Sha256 {
  readonly #hash: Hash | Hmac

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key))
  }

  update(data: Uint8Array): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    throw new Error('a hash is used once')
  }
}

function bytesOf(key: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof key === 'string') return Buffer.from(key)
  return ArrayBuffer.isView(key) ? new Uint8Array(key.buffer, key.byteOffset, key.byteLength) : new Uint8Array(key)
}
