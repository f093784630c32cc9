// Keys that were met before, so that `"content"` is one string in all bodies: it is not made again, and its hash is known.
// A table of fixed size with one place for each hash: a key that falls on the place of another takes it, so that whoever
// sends keys made to collide costs himself the making of strings and nobody else anything.

import type { Buffer } from 'node:buffer'
import { beyondAscii, bitsBefore, specialsIn } from './four-bytes.ts'

/** A power of two, as the hash is cut to it. */
const places = 1_024
const placeBits = 10
/** Keys of up to 32 bytes; all that the APIs name are shorter. */
const wordsInKey = 8

const keys: string[] = Array.from({ length: places }, () => '')
/** Of the key at each place: its length, and its bytes as words, the last filled up with zeros. */
const lengths = new Int32Array(places).fill(-1)
const spellings = new Int32Array(places * wordsInKey)
/** Of the key that is being read. */
const spelling = new Int32Array(wordsInKey)
/** The text in which the key at each place was met last. */
const texts = new Int32Array(places)
let text = 0
let newKeys = 0

/** Another text begins: no key was met in it yet. */
export function beginKeys(): void {
  text = (text + 1) | 0
  newKeys = 0
}

/** Keys given since then that were not met before in the same text, or had to make room in between. Other texts do not matter. */
export function countNewKeys(): number {
  return newKeys
}

/**
 * The key whose first byte stands at `start`, if a quote ends it within 31 bytes and it is plain: ASCII, nothing escaped.
 * `undefined`: it has to be read as a string, be it because it is none.
 */
export function knownKey(bytes: Buffer, view: DataView, start: number): string | undefined {
  if (start + 4 * wordsInKey > bytes.length) return undefined
  let hash = 0
  for (let index = 0; index < wordsInKey; index++) {
    const word = view.getInt32(start + 4 * index, true)
    const marks = specialsIn(word) | (word & beyondAscii)
    if (marks === 0) {
      spelling[index] = word
      hash = mixed(hash, word)
      continue
    }
    const bits = bitsBefore(marks)
    const length = 4 * index + (bits >> 3)
    if (bytes[start + length] !== 0x22) return undefined
    const last = word & ((1 << bits) - 1)
    spelling[index] = last
    const place = mixed(hash, last) >>> (32 - placeBits)
    // Invariant: a key is taken from the table only where all its bytes are equal.
    const isNew = lengths[place] !== length || !isSpeltAt(place, index)
    if (isNew) {
      spellings.set(spelling, place * wordsInKey)
      lengths[place] = length
      keys[place] = bytes.toString('latin1', start, start + length)
    }
    if (isNew || texts[place] !== text) newKeys++
    texts[place] = text
    return keys[place]
  }
  return undefined
}

function isSpeltAt(place: number, lastWord: number): boolean {
  const from = place * wordsInKey
  for (let index = 0; index <= lastWord; index++) if (spellings[from + index] !== spelling[index]) return false
  return true
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1) // Knuth's multiplicative hashing
  return product ^ (product >>> 15)
}
