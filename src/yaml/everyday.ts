// The everyday part of the subset, read in one pass: block maps with plain keys, block lists, flow maps and lists on one line, plain and
// quoted scalars on one line, folded and literal texts of even lines. Of a policy of ten thousand files hardly any needs more.
// Invariant: it gives what the parser's events would give, or nothing. It names no fault: whatever is not exactly one of these forms,
// right or wrong, is left to the parser (test/yaml/everyday.test.ts compares the two).
import { limits } from '../limits.ts'
import { Bare, type Read } from './event-reader.ts'
import { beginsPlain, blank, colon, hash, hyphen, LineReader, lineEnd, notEveryday } from './everyday-line.ts'
import { noOffsets, type Places } from './places.ts'

const [literal, folded] = [124, 62]

/** `text`: without unusual characters (left-out.ts). Undefined: the parser must read it. */
export function readEveryday(text: string): Read | undefined {
  // With an end to its last line, every line has one, and nothing need look for the end of the text.
  if (text.length > limits.policyFileBytes || text.charCodeAt(text.length - 1) !== lineEnd) return undefined
  try {
    return new EverydayReader(text).document()
  } catch (thrown) {
    if (thrown !== notEveryday) throw thrown
    return undefined
  }
}

class EverydayReader extends LineReader {
  /** Of the content at `at`, where the last line is behind: its column; -1 where the text ends. */
  private column = 0

  document(): Read {
    if (this.nextContent() !== 0) throw notEveryday
    const value = this.blockMap(0)
    if (this.column !== -1) throw notEveryday
    return { value, at: this.place }
  }

  /** From the start of a line to the next that is neither blank nor a comment. */
  private nextContent(): number {
    const { text } = this
    let { at } = this
    for (;;) {
      const start = at
      let code = text.charCodeAt(at)
      while (code === blank) code = text.charCodeAt(++at)
      if (code === hash) at = text.indexOf('\n', at)
      else if (code !== lineEnd) {
        this.at = at
        this.column = at < text.length ? at - start : -1
        return this.column
      }
      at += 1
    }
  }

  /** Behind a value: blanks, perhaps a comment, and the line's end; then to the next content. */
  private finishLine(): void {
    const { text } = this
    let { at } = this
    let code = text.charCodeAt(at)
    if (code === blank) {
      while (code === blank) code = text.charCodeAt(++at)
      if (code === hash) {
        at = text.indexOf('\n', at)
        code = lineEnd
      }
    }
    if (code !== lineEnd) throw notEveryday
    this.at = at + 1
    this.nextContent()
  }

  /** At its first key. */
  private blockMap(column: number): unknown {
    const offset = this.at
    const value = new Bare()
    const keys: string[] = []
    const keyOffsets: number[] = []
    const inside: (Places | number)[] = []
    this.descend()
    do {
      const keyOffset = this.at
      const key = this.blockKey()
      if (key in value) throw notEveryday
      value[key] = this.text.charCodeAt(this.at) === lineEnd ? this.blockBelow(column) : this.inLine(column)
      keys.push(key)
      keyOffsets.push(keyOffset)
      inside.push(this.place)
      // Deeper would go on with the value.
      if (this.column > column) throw notEveryday
    } while (this.column === column)
    this.ascend()
    this.place = { offset, keys, keyOffsets, inside }
    return value
  }

  /** At its first `-`. */
  private blockList(column: number): unknown {
    const { text } = this
    const offset = this.at
    const values: unknown[] = []
    const inside: (Places | number)[] = []
    this.descend()
    do {
      if (text.charCodeAt(this.at) !== hyphen || text.charCodeAt(this.at + 1) !== blank) throw notEveryday
      const hyphenAt = this.at
      this.skipBlanks(this.at + 1)
      values.push(this.isKeyHere() ? this.blockMap(column + this.at - hyphenAt) : this.inLine(column))
      inside.push(this.place)
      if (this.column > column) throw notEveryday
    } while (this.column === column)
    this.ascend()
    this.place = { offset, keys: null, keyOffsets: noOffsets, inside }
    return values
  }

  /** Whether the line goes on with a plain key. */
  private isKeyHere(): boolean {
    const { text } = this
    if (!beginsPlain(text.charCodeAt(this.at))) return false
    for (let at = this.at + 1; ; at += 1) {
      const code = text.charCodeAt(at)
      if (code === lineEnd) return false
      if (code !== colon) continue
      const next = text.charCodeAt(at + 1)
      if (next === blank || next === lineEnd) return true
    }
  }

  /** Then at the value in its line, or at the line's end. */
  private blockKey(): string {
    const { text, at: start } = this
    if (!beginsPlain(text.charCodeAt(start))) throw notEveryday
    let at = start + 1
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === colon) {
        const next = text.charCodeAt(at + 1)
        if (next === blank || next === lineEnd) break
      } else if (code === lineEnd || (code === hash && text.charCodeAt(at - 1) === blank)) throw notEveryday
      at += 1
    }
    if (text.charCodeAt(at - 1) === blank || at - start > limits.yamlKeyLength) throw notEveryday
    this.skipBlanks(at + 1)
    if (text.charCodeAt(this.at) === hash) this.at = text.indexOf('\n', this.at)
    return text.slice(start, at)
  }

  /** A map or a list in the lines below its key, deeper than that. */
  private blockBelow(column: number): unknown {
    this.at += 1
    if (this.nextContent() <= column) throw notEveryday
    return this.text.charCodeAt(this.at) === hyphen ? this.blockList(this.column) : this.blockMap(this.column)
  }

  /** A value that begins in the line of its key, or of its `-`, which stands in this column; and the line's end. */
  private inLine(column: number): unknown {
    const { text, at: start } = this
    const code = text.charCodeAt(start)
    this.place = start
    if (beginsPlain(code)) return this.blockPlain()
    if (code === literal || code === folded) return this.blockText(column, code)
    const value = this.flow(code)
    this.finishLine()
    return value
  }

  private blockPlain(): string {
    const { text, at: start } = this
    let at = start + 1
    let end = at
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === lineEnd) break
      if (code !== blank) end = at + 1
      if (code === colon) {
        const next = text.charCodeAt(at + 1)
        if (next === blank || next === lineEnd) throw notEveryday
      } else if (code === blank && text.charCodeAt(at + 1) === hash) break
      at += 1
    }
    this.at = at
    this.finishLine()
    return text.slice(start, end)
  }

  /** Lines of one indentation, none of them blank, none with blanks at its end. */
  private blockText(column: number, mark: number): string {
    const { text } = this
    let at = this.at + 1
    const strip = text.charCodeAt(at) === hyphen
    if (strip) at += 1
    if (text.charCodeAt(at) !== lineEnd) throw notEveryday
    at += 1
    const lines: string[] = []
    let indent = 0
    for (;;) {
      const line = at
      while (text.charCodeAt(at) === blank) at += 1
      const found = at - line
      if (lines.length === 0) indent = found
      else if (found < indent && text.charCodeAt(at) !== lineEnd) {
        at = line
        break
      }
      const end = text.indexOf('\n', at)
      if (found <= column || found > indent || end <= at || text.charCodeAt(end - 1) === blank) throw notEveryday
      lines.push(text.slice(at, end))
      at = end + 1
    }
    this.at = at
    this.nextContent()
    return lines.join(mark === literal ? '\n' : ' ') + (strip ? '' : '\n')
  }
}
