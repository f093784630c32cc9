// Keys: of an object and of its maker. Every part has its length before it, so that no two lists of parts have one text
// (threat J19), and the key is a digest, so that nobody reads a subject off it.
//
// Invariant: the maker is a part of the key. Somebody else's object is looked up under another key and is not there: the same
// answer, by the same way, as for what never was.

import { hash } from 'node:crypto'
import type { Maker, StoredName } from '../vocabulary/stored-object.ts'

export function objectKey({ dialect, kind, id, maker }: StoredName): string {
  return digest(['object', dialect, kind, id, ...partsOf(maker)])
}

export function makerKey(maker: Maker): string {
  return digest(['maker', ...partsOf(maker)])
}

function partsOf({ issuer, subject, organization }: Maker): readonly string[] {
  return organization === null ? [issuer, subject] : [issuer, subject, organization]
}

function digest(parts: readonly string[]): string {
  const text = parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join('')
  return hash('sha256', `portcullis stored 1 ${parts.length} ${text}`, 'base64url')
}
