// Draw: lines and branches for a terminal of a given width. What stands in them is made inert here, once, so that no title or record
// can move a cursor; words that are longer than a line are left whole, so that a digest can be copied.

import { inert } from '../../vocabulary/inert.ts'

export interface Branch {
  readonly text: string
  readonly tone?: Tone
  readonly under?: readonly Branch[]
}

export type Tone = 'good' | 'bad' | 'open' | 'faint' | 'plain'

export interface Page {
  /** Columns; lines are broken at blanks to fit. */
  readonly width: number
  readonly colour: boolean
}

const codes: Readonly<Record<Exclude<Tone, 'plain'>, string>> = { good: '32', bad: '31', open: '33', faint: '2' }

export const tinted = (text: string, tone: Tone, { colour }: Page): string =>
  !colour || tone === 'plain' ? text : `\u001b[${codes[tone]}m${text}\u001b[0m`

/** Paragraph with a first and a hanging indent. */
export function paragraph(text: string, page: Page, first = '', rest: string = first, tone: Tone = 'plain'): string[] {
  return wrapped(inert(text), page.width - Math.max(columns(first), columns(rest))).map(
    (line, index) => `${tinted(index === 0 ? first : rest, 'faint', page)}${tinted(line, tone, page)}`,
  )
}

export function drawn(branches: readonly Branch[], page: Page, indent = ''): string[] {
  return branches.flatMap(({ text, tone = 'plain', under = [] }, index) => {
    const isLast = index === branches.length - 1
    const below = `${indent}${isLast ? '   ' : '│  '}`
    const hanging = under.length === 0 ? below : `${below}│ `
    return [...paragraph(text, page, `${indent}${isLast ? '└─ ' : '├─ '}`, hanging, tone), ...drawn(under, page, below)]
  })
}

/** At least this much is left for words, however deep the tree: a narrow terminal breaks lines itself. */
const leastRoom = 24

function wrapped(text: string, width: number): string[] {
  const room = Math.max(width, leastRoom)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line === '') line = word
    else if (columns(line) + 1 + columns(word) <= room) line = `${line} ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

/** What a reader takes for one character: near enough for the scripts that instruments are written in. */
const columns = (text: string): number => (plain.test(text) ? text.length : [...graphemes.segment(text)].length)
// Most words, and the branches of the tree: the segmenter takes a hundred times as long.
const plain = /^[ -~“”…→✓✗├└│─]*$/
const graphemes = new Intl.Segmenter('en')
