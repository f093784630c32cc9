// Four bytes of a text at once, as a little-endian word: which of them is the first that may not simply be passed over.
// Words instead of bytes make reading four times as fast; the arithmetic is that of "Hacker's Delight" §6-1 and finds the
// first such byte exactly.

/** Has a bit in every byte of a word that is not ASCII. */
export const beyondAscii = 0x80808080

/** Nonzero where a byte is a quote, a backslash or a control character (RFC 8259 §7); `firstIn` says which. */
export function specialsIn(word: number): number {
  const quote = word ^ 0x22222222
  const backslash = word ^ 0x5c5c5c5c
  return ((word - 0x20202020) | (quote - 0x01010101) | (backslash - 0x01010101)) & ~word & beyondAscii
}

/** Nonzero where a byte is a control character. */
export function controlsIn(word: number): number {
  return (word - 0x20202020) & ~word & beyondAscii
}

/** Bits in front of the first byte that is marked, a multiple of eight. `marks` is not zero. */
export function bitsBefore(marks: number): number {
  return 24 - Math.clz32(marks & -marks)
}
