// How a fault in a text file is shown to the person who wrote it: where, what, the line itself, and a caret below it.

/** Longest part of a line that is shown; the caret stays inside it. */
const width = 160

/**
 * `file:line:column: message`, then the line and a caret. `text` is the file's text, lines and columns count from 1.
 * Characters that would move the terminal's cursor are shown as `·`.
 */
export function showFault(
  file: string,
  text: string,
  fault: { readonly line: number; readonly column: number; readonly message: string },
): string {
  const head = `${file}:${fault.line}:${fault.column}: ${fault.message}`
  const source = text.split('\n')[fault.line - 1]
  if (source === undefined || source.trim() === '') return head
  const from = fault.column > width ? fault.column - width / 2 : 0
  const line = source.slice(from, from + width).replace(/\p{C}/gu, '·')
  const number = `${fault.line} | `
  const caret = ' '.repeat(number.length + Math.max(0, fault.column - 1 - from))
  return `${head}\n${number}${line}\n${caret}^`
}
