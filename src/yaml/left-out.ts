// What the subset leaves out and a parser's events do not tell of, found in the text itself: what YAML would pass over in silence.
import { limits } from '../limits.ts'
import type { Report } from './event-reader.ts'

// YAML 1.2.2 §5.1, and what shows another text than is read: bidi controls, characters without width, and a lone carriage return, which
// is a line break to YAML and none to many editors, so that what seems to be a comment would be a rule.
export const unprintable: RegExp =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]|(?!^\ufeff)\p{Default_Ignorable_Code_Point}/u

// Anything but ASCII without tabs, Latin letters, dashes, quotation marks, dots.
const unusual = /[^\n\x20-\x7e\u00a1-\u00ac\u00ae-\u02af\u2010-\u2027]/

/** Whether the text holds any character that few files do: only then a closer look is taken. */
export const isUnusual = (text: string): boolean => unusual.test(text)

/** Whether the text may be parsed at all. `closely`: it has unusual characters. */
export function isReadable(text: string, closely: boolean, fault: Report): boolean {
  const hidden = closely ? hiddenIn(text) : null
  if (hidden !== null) {
    fault(hidden.index, 'unprintable', `the character ${codePoint(hidden[0])} is not shown on screen: take it out`)
  } else if (text.length > limits.policyFileBytes) {
    fault(0, 'too-large', `the file is larger than ${limits.policyFileBytes} characters: split it`)
  }
  return hidden === null && text.length <= limits.policyFileBytes
}

const hiddenIn = (text: string): RegExpExecArray | null =>
  unprintable.exec(text) ?? (text.isWellFormed() ? null : /\p{Cs}/u.exec(text))

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** Refuses what belongs to a stream of documents: a byte order mark, directives, marks of an end. */
export function refuseStream(text: string, fault: Report): void {
  if (text.startsWith('\ufeff')) {
    fault(0, 'byte-order-mark', 'the file starts with a byte order mark: save it as plain UTF-8')
  }
  // A directive stands before everything but comments, and at the start of its line.
  const first = /^[ \t]*[^ \t\r\n#]/m.exec(text)
  if (first?.[0] === '%') fault(first.index, 'yaml-directive', 'YAML directives (`%…`) are not read: take the line out')
  else if (first !== null && first[0].length > 1) refuseIndented(first.index + first[0].length - 1, fault)
  // YAML 1.2.2 §9.1.4: no content may look like this mark.
  for (const { index } of text.matchAll(/^\.{3}(?=[ \t\r\n]|$)/gm)) {
    fault(index, 'document-end', 'document ends (`...`) are not read: one file is one document')
  }
}

export const refuseIndented = (offset: number, fault: Report): void =>
  fault(offset, 'indented', 'the outermost keys must stand at the start of their lines: take out what stands before')

/** Where the second of several documents starts. */
export function secondDocument(text: string, firstHasMark: boolean): number {
  const marks = [...text.matchAll(/^-{3}(?=[ \t\r\n]|$)/gm)].map(({ index }) => index)
  const end = text.search(/^\.{3}(?=[ \t\r\n]|$)/m)
  return marks[firstHasMark ? 1 : 0] ?? Math.max(0, end)
}
