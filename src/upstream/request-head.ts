// The head of a request to a model API, in HTTP/1.1. What it is made of was read and rebuilt before; it is looked at once more, since
// what ends a line too soon would be a request that nobody decided.
import { token, value } from './grammar.ts'

export interface UpstreamRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** Without what frames the message; with `host` only where it must be among what is signed. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array | null
}

/** How the message is framed, and whether the connection stays, is said here alone. */
const framing = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
const withContent = new Set(['PATCH', 'POST', 'PUT'])
const requestLine = new RegExp(`^${token} /[\\x21-\\x7e]* HTTP/1\\.1$`)
/** In small letters, so that a name is written in one way. */
const fieldName = new RegExp(`^${token.replace('A-Z', '')}$`)
const fieldValue = new RegExp(`^${value}$`)

/**
 * @param authority host, and port unless it is the scheme's own
 * @returns Latin-1, with the empty line that ends it
 * @throws TypeError where a part of it would not stay what it is
 */
export function requestHead({ method, path, headers, body }: UpstreamRequest, authority: string): string {
  const line = `${method} ${path} HTTP/1.1`
  if (!requestLine.test(line)) throw new TypeError('a request line cannot be written')
  let fields = ''
  let isHostNamed = false
  for (const [name, text] of headers) {
    if (!fieldName.test(name) || framing.has(name) || !fieldValue.test(text))
      throw new TypeError(`the header \`${name}\` cannot be sent`)
    isHostNamed ||= name === 'host'
    fields += `${name}: ${text}\r\n`
  }
  if (!isHostNamed) fields = `host: ${authority}\r\n${fields}`
  if (body !== null || withContent.has(method)) fields += `content-length: ${body?.length ?? 0}\r\n`
  return `${line}\r\nconnection: keep-alive\r\n${fields}\r\n`
}
