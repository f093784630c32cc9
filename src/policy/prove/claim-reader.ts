// Claim reader: words of one line, one after the other, that remembers what it would have accepted where it stopped.

import { readInstant } from '../../vocabulary/read-instant.ts'
import type { ClaimFault, Name } from './claim.ts'

export class ClaimError extends Error {
  readonly fault: ClaimFault

  constructor(column: number, message: string) {
    super(message)
    this.name = 'ClaimError'
    this.fault = { column, message }
  }
}

export class ClaimReader {
  readonly #words: readonly Name[]
  readonly #end: number
  #at = 0
  /** What would have been accepted at the word that nothing accepted. */
  #expected: string[] = []

  constructor(text: string) {
    const words = [...text.matchAll(/[(),]|[^\s(),]+/g)]
    this.#words = words.map((found) => ({ text: found[0], column: found.index + 1 }))
    this.#end = text.trimEnd().length + 1
  }

  get column(): number {
    return this.#words[this.#at]?.column ?? this.#end
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#words.length
  }

  /** Takes the phrase if it stands next: words apart by a blank, `a|b` for either. */
  takes(phrase: string): boolean {
    const parts = phrase.split(' ')
    const next = this.#words.slice(this.#at, this.#at + parts.length)
    const isNext =
      next.length === parts.length &&
      parts.every((part, index) => part.split('|').includes(next[index]?.text.toLowerCase() ?? ''))
    if (isNext) this.#advance(parts.length)
    else this.#expected.push(`\`${phrase.replace(/\|\w+/g, '')}\``)
    return isNext
  }

  needs(phrase: string): void {
    if (!this.takes(phrase)) this.fail()
  }

  /** @param what as in "the name of a model" */
  name(what: string): Name {
    const word = this.#words[this.#at]
    if (word === undefined || /^[(),]$/.test(word.text)) {
      this.#expected.push(what)
      this.fail()
    }
    this.#advance(1)
    return word
  }

  /** One or more, apart by commas. */
  names(what: string): readonly Name[] {
    const found = [this.name(what)]
    while (this.takes(',')) found.push(this.name(what))
    return found
  }

  /** Whether the word after the next one begins like an instant: `from 2026-…` speaks of time, `from DE` of a place. */
  isInstantAfterNext(): boolean {
    return /^\d/.test(this.#words[this.#at + 1]?.text ?? '')
  }

  /** RFC 3339 with its offset; milliseconds since the epoch. */
  instant(): number {
    const { text, column } = this.name('an instant like `2026-06-12T21:21:00Z`')
    // What is finer than the policy's own time would be read as something near.
    const at = /\.\d{4}/.test(text) ? 'no-instant' : readInstant(text)
    if (typeof at !== 'number') {
      throw new ClaimError(
        column,
        `\`${text}\` is no instant: write one like \`2026-06-12T21:21:00Z\`, with its offset`,
      )
    }
    return at
  }

  fail(): never {
    const word = this.#words[this.#at]
    const found = word === undefined ? 'the claim ends here' : `\`${word.text}\` stands here`
    const expected = [...new Set(this.#expected)]
    const last = expected.length > 1 ? `${expected.slice(0, -1).join(', ')} or ${expected.at(-1)}` : expected[0]
    throw new ClaimError(this.column, `${found}; expected ${last}`)
  }

  #advance(count: number): void {
    this.#at += count
    this.#expected = []
  }
}
