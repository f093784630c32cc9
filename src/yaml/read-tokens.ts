// First pass over a YAML text: its concrete syntax, and everything that the subset leaves out. Promises that no text, however
// nested or broken, reaches the recursive second pass deeper than the limit: the parser's own stack is watched token by token
// (yaml 2.9 aborted the process on 40 kB of nesting after a syntax error, and an abort cannot be caught).
import { CST, Lexer, LineCounter, Parser } from 'yaml'
import { limits } from '../limits.ts'
import type { YamlFault } from './read-yaml.ts'

export interface YamlTokens {
  readonly tokens: readonly CST.Token[]
  readonly faults: readonly YamlFault[]
  /** Too deep or not text at all: the tokens are unfinished and must not be composed. */
  readonly stopped: boolean
  readonly lines: LineCounter
}

/** What YAML allows and a policy must not use: each hides what the text says, or says it somewhere else. */
const leftOut: Partial<Record<string, readonly [code: string, message: string]>> = {
  anchor: ['anchor', 'anchors (`&name`) are not read: write the value where it is meant'],
  alias: ['alias', 'aliases (`*name`) are not read: write the value again, or quote it if it is text'],
  tag: ['tag', 'tags (`!name`) are not read: types come from the schema; quote it if it is text'],
  'directive-line': ['yaml-directive', 'YAML directives (`%…`) are not read: take the line out'],
  'byte-order-mark': ['byte-order-mark', 'the file starts with a byte order mark: save it as plain UTF-8'],
  'doc-end': ['document-end', 'document ends (`...`) are not read: one file is one document'],
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for (YAML 1.2.2 §5.1, and bidi controls that show another text than is read; a lone
// carriage return is a line break to editors and to YAML, and none to this parser: what seems to be a rule would be a comment)
const unprintable =
  /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff\p{Cs}]/u

export function readTokens(text: string): YamlTokens {
  const lines = new LineCounter()
  const faults: YamlFault[] = []
  const tokens: CST.Token[] = []
  const fault = (offset: number, code: string, message: string): void => {
    const { line, col } = lines.linePos(offset)
    faults.push({ line, column: col, code, message })
  }

  lines.addNewLine(0)
  const hidden = unprintable.exec(text)
  if (hidden !== null || text.length > limits.policyFileBytes) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1)
    if (hidden === null) fault(0, 'too-large', `the file is larger than ${limits.policyFileBytes} characters: split it`)
    else fault(hidden.index, 'unprintable', `the character ${codePoint(hidden[0])} is not shown on screen: take it out`)
    return { tokens, faults, stopped: true, lines }
  }

  const parser = new Parser(lines.addNewLine)
  let offset = 0
  let scalarNext = false
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    // Invariant: the stack never grows by more than one collection a lexeme, so nothing deeper was ever popped recursively.
    if (parser.stack.length > limits.policyDepth + 2) {
      fault(offset, 'too-deep', `nested deeper than ${limits.policyDepth} levels`)
      return { tokens, faults, stopped: true, lines }
    }
    const type: string | null = scalarNext ? 'text' : CST.tokenType(lexeme)
    scalarNext = type === 'scalar'
    const no = leftOut[type ?? '']
    if (no !== undefined) fault(offset, no[0], no[1])
    // The three markers of the lexer (document, flow end, scalar) take no room in the text.
    if (type !== 'scalar' && type !== 'doc-mode' && type !== 'flow-error-end') offset += lexeme.length
  }
  for (const token of parser.end()) tokens.push(token)
  return { tokens, faults, stopped: false, lines }
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
