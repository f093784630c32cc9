// Strict multipart/form-data (RFC 7578, RFC 2046 §5.1.1; threat A13).
// Promises: what is accepted is a row of parts and nothing before, between or behind them; every occurrence of the boundary is a
// delimiter; a part is known by its row, stands as often as the row allows and holds what it says; text is valid UTF-8. Contents are
// spans of the bytes that were read. Messages never quote what a part holds.

import { Buffer, isUtf8 } from 'node:buffer'
import { limits } from '../../limits.ts'
import { type Refused, refused } from '../refused.ts'
import type { MultipartShape, PartRow } from '../route.ts'
import { readPartHead } from './part-head.ts'

export interface Part {
  readonly row: PartRow
  /** As it was spelt: the row's name, or that with `[]`. */
  readonly name: string
  /** Null for everything but files. */
  readonly filename: string | null
  /** The file's media type as received; null: none. */
  readonly type: string | null
  /** A span of the bytes that were read. */
  readonly content: Buffer
}

export interface PartsRead {
  readonly kind: 'parts'
  readonly parts: readonly Part[]
}

const crlf = '\r\n'

/** Takes the header's boundary, the whole body and the parts that the operation knows. Pure and total; linear in the bytes. */
export function readMultipart(boundary: string, body: Uint8Array, shape: MultipartShape): PartsRead | Refused {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  if (bytes.indexOf(delimiter) !== 0) return refused('request_unreadable', 'the body does not begin with its boundary')
  const parts: Part[] = []
  let at = delimiter.length
  while (!isLast(bytes, at)) {
    if (!holds(bytes, at, crlf)) return refused('request_ambiguous', 'the boundary occurs where no part begins')
    if (parts.length >= limits.multipartParts) return refused('too_large', 'the body has too many parts')
    const start = at + crlf.length
    const end = bytes.indexOf(delimiter, start)
    if (end < 0) return refused('request_unreadable', 'the last boundary is missing')
    if (!holds(bytes, end - crlf.length, crlf)) return refused('request_ambiguous', 'the boundary occurs within a part')
    const part = readPart(bytes.subarray(start, Math.max(start, end - crlf.length)), shape)
    if ('kind' in part) return part
    parts.push(part)
    at = end + delimiter.length
  }
  const rest = bytes.subarray(at + 2)
  if (rest.length > 0 && !rest.equals(lineEnd))
    return refused('request_ambiguous', 'something follows the last boundary')
  return countFault(parts, shape) ?? { kind: 'parts', parts }
}

const lineEnd: Buffer = Buffer.from(crlf)

function isLast(bytes: Buffer, at: number): boolean {
  return holds(bytes, at, '--')
}

function holds(bytes: Buffer, at: number, pair: string): boolean {
  return bytes[at] === pair.charCodeAt(0) && bytes[at + 1] === pair.charCodeAt(1)
}

function readPart(bytes: Buffer, shape: MultipartShape): Part | Refused {
  const end = bytes.subarray(0, limits.multipartHeadBytes).indexOf('\r\n\r\n')
  if (end < 0) return refused('request_unreadable', 'the header of a part is too long, or does not end')
  const head = readPartHead(bytes.subarray(0, end))
  if (head.kind === 'refused') return head
  const { name, filename, type } = head
  const row = shape.parts.find((row) => row.name === name || (row.repeated && `${row.name}[]` === name))
  if (row === undefined) return refused('request_unreadable', 'a part is not one of this operation')
  const content = bytes.subarray(end + 4)
  if ((row.holds === 'file') !== (filename !== null)) {
    return refused(
      'request_unreadable',
      `the part \`${row.name}\` must be ${row.holds === 'file' ? 'a file, with a file name' : 'text, without a file name'}`,
    )
  }
  return textFault(row, content) ?? { row, name, filename, type: filename === null ? null : type, content }
}

function textFault({ name, holds, accepts }: PartRow, content: Buffer): Refused | undefined {
  if (holds === 'file') return undefined
  if (!isUtf8(content)) return refused('request_unreadable', `the part \`${name}\` is not valid UTF-8`)
  const pattern = holds === 'stream' ? trueOrFalse : accepts
  return pattern === undefined || pattern.test(content.toString('utf8'))
    ? undefined
    : refused('request_unreadable', `the part \`${name}\` has a value that is not accepted`)
}

const trueOrFalse = /^(?:true|false)$/

/** A name stands once, but for `name[]` of a repeated row; the two spellings are two readings. */
function countFault(parts: readonly Part[], shape: MultipartShape): Refused | undefined {
  for (const row of shape.parts) {
    const named = parts.filter((part) => part.row === row)
    const isOnceOrList = named.length <= 1 || named.every(({ name }) => name !== row.name)
    if (!isOnceOrList) return refused('request_ambiguous', `the part \`${row.name}\` stands more than once`)
    if (row.required === true && named.length === 0) {
      return row.holds === 'model'
        ? refused('model_absent', `the part \`${row.name}\` is missing`)
        : refused('request_unreadable', `the part \`${row.name}\` is missing`)
    }
  }
  return undefined
}
