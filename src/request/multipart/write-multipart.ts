// A body of several parts, written anew from the parts that were read, so that nobody behind the gate meets a byte between them that
// the client chose: our own boundary, header fields in our own words, contents byte for byte.

import { Buffer } from 'node:buffer'
import { limits } from '../../limits.ts'
import { isLong, type Steps } from '../steps.ts'
import { writePartHead } from './part-head.ts'
import type { Part } from './read-multipart.ts'

export type WrittenPart = Pick<Part, 'name' | 'filename' | 'type' | 'content'>

/** Undefined: the boundary occurs in a part. Take one that nobody could foresee. */
export function* writeMultipart(boundary: string, parts: readonly WrittenPart[]): Steps<Buffer | undefined> {
  if (parts.some((part) => part.content.includes(boundary) || `${part.name}${part.filename}`.includes(boundary)))
    return undefined
  if (parts.some(({ content }) => isLong(content))) yield
  const pieces = parts.flatMap((part) => [
    Buffer.from(`--${boundary}\r\n${writePartHead(part)}`),
    part.content,
    Buffer.from('\r\n'),
  ])
  pieces.push(Buffer.from(`--${boundary}--\r\n`))
  const written = Buffer.allocUnsafe(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; from += limits.copyBytes) {
      if (from > 0) yield
      at += piece.copy(written, at, from, from + limits.copyBytes)
    }
  }
  return written
}
