// What the everyday part of the subset (everyday.ts) has within one line: plain and quoted scalars, maps and lists in brackets.
import { limits } from '../limits.ts'
import { Bare } from './event-reader.ts'
import { noOffsets, type Places } from './places.ts'

/** Deeper than people write, and far from where the parser stops. */
const deepest = limits.policyDepth / 2

/** Characters, by their codes. */
export const lineEnd = 10
export const blank = 32
export const hash = 35
export const hyphen = 45
export const colon = 58
const [doubleQuote, singleQuote, backslash, comma] = [34, 39, 92, 44]
const [openList, closeList, openMap, closeMap] = [91, 93, 123, 125]

/** Characters that begin a plain scalar and mean nothing else anywhere: letters, digits, `$ ( + / _`, and Latin beyond ASCII. */
export const beginsPlain = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 47 && code <= 57) ||
  (code >= 65 && code <= 90) ||
  code === 95 ||
  code === 36 ||
  code === 40 ||
  code === 43 ||
  code > 160

/** What is thrown where a text is not of the everyday; it never leaves the two files. */
export const notEveryday: Error = new Error('not of the everyday')

export class LineReader {
  protected readonly text: string
  protected at = 0
  /** Where the value stands that was read last. */
  protected place: Places | number = 0
  private depth = 0

  constructor(text: string) {
    this.text = text
  }

  /** What begins with a bracket or a quote; or in brackets, plainly. Then behind it. */
  protected flow(code: number): unknown {
    switch (code) {
      case openList:
        return this.flowList()
      case openMap:
        return this.flowMap()
      case doubleQuote:
      case singleQuote:
        return this.quoted(code)
      default:
        throw notEveryday
    }
  }

  protected descend(): void {
    this.depth += 1
    if (this.depth > deepest) throw notEveryday
  }

  protected ascend(): void {
    this.depth -= 1
  }

  protected skipBlanks(from: number): void {
    let at = from
    while (this.text.charCodeAt(at) === blank) at += 1
    this.at = at
  }

  private flowItem(): unknown {
    const { text, at: start } = this
    const code = text.charCodeAt(start)
    if (!beginsPlain(code)) return this.flow(code)
    const end = this.flowPlainEnd()
    if (text.charCodeAt(this.at) === colon) throw notEveryday
    this.place = start
    return text.slice(start, end)
  }

  private flowList(): unknown {
    const { text, at: offset } = this
    const values: unknown[] = []
    const inside: (Places | number)[] = []
    this.descend()
    this.skipBlanks(offset + 1)
    if (text.charCodeAt(this.at) !== closeList) {
      for (;;) {
        values.push(this.flowItem())
        inside.push(this.place)
        if (!this.goesOn(closeList)) break
      }
    }
    this.at += 1
    this.ascend()
    this.place = { offset, keys: null, keyOffsets: noOffsets, inside }
    return values
  }

  private flowMap(): unknown {
    const { text, at: offset } = this
    const value = new Bare()
    const keys: string[] = []
    const keyOffsets: number[] = []
    const inside: (Places | number)[] = []
    this.descend()
    this.skipBlanks(offset + 1)
    if (text.charCodeAt(this.at) !== closeMap) {
      for (;;) {
        const keyOffset = this.at
        const key = this.flowKey()
        if (key in value) throw notEveryday
        value[key] = this.flowItem()
        keys.push(key)
        keyOffsets.push(keyOffset)
        inside.push(this.place)
        if (!this.goesOn(closeMap)) break
      }
    }
    this.at += 1
    this.ascend()
    this.place = { offset, keys, keyOffsets, inside }
    return value
  }

  private flowKey(): string {
    const { text, at: start } = this
    if (!beginsPlain(text.charCodeAt(start))) throw notEveryday
    const end = this.flowPlainEnd()
    const isKey = text.charCodeAt(this.at) === colon && this.at === end && text.charCodeAt(end + 1) === blank
    if (!isKey || end - start > limits.yamlKeyLength) throw notEveryday
    this.skipBlanks(end + 1)
    return text.slice(start, end)
  }

  /** Behind an item: whether a comma and another follow, or the end. */
  private goesOn(close: number): boolean {
    this.skipBlanks(this.at)
    const code = this.text.charCodeAt(this.at)
    if (code === close) return false
    if (code !== comma) throw notEveryday
    this.skipBlanks(this.at + 1)
    return true
  }

  /** Where a plain scalar in brackets ends; then at the comma, colon or bracket that ends it. */
  private flowPlainEnd(): number {
    const { text } = this
    let at = this.at + 1
    let end = at
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === comma || code === closeList || code === closeMap) break
      if (code === colon) {
        const next = text.charCodeAt(at + 1)
        if (next === blank) break
        if (next === lineEnd || next === comma || next === openList || next === closeList) throw notEveryday
        if (next === openMap || next === closeMap) throw notEveryday
      }
      if (code === lineEnd || code === openList || code === openMap) throw notEveryday
      if (code === hash && text.charCodeAt(at - 1) === blank) throw notEveryday
      if (code !== blank) end = at + 1
      at += 1
    }
    this.at = at
    return end
  }

  /** In one line and without an escape. */
  private quoted(quote: number): string {
    const { text, at: start } = this
    let at = start + 1
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === quote) break
      if (code === lineEnd || (code === backslash && quote === doubleQuote)) throw notEveryday
      at += 1
    }
    if (text.charCodeAt(at + 1) === singleQuote) throw notEveryday
    this.at = at + 1
    this.place = start
    return text.slice(start + 1, at)
  }
}
