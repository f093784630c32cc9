// A number with its noun, as people say it: `1 grant`, `2 grants`.

/** @param nouns where an `s` does not make it */
export const counted = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : nouns}`
