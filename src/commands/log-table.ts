// One record in one line, for a terminal and for scripts that split at tabs.
import type { FoundRecord } from '../decision-log/index.ts'
import { inert } from '../vocabulary/inert.ts'

type Fields = Readonly<Record<string, unknown>>

const widths = [24, 7, 22, 24, 26, 7] as const

export function tableHead(): string {
  return row(['at', 'effect', 'reason', 'model', 'subject', 'via', 'id'])
}

export function tableRow(found: FoundRecord): string {
  return found.record['about'] === undefined ? row(cells(found)) : recordAsText(found)
}

/** When and of which kind, then what it is about, a fact to a line, and what else is to be said of it. */
export function recordAsText(found: FoundRecord, more: Fields = {}): string {
  return [row(cells(found).slice(0, 2)), ...aboutRows({ ...fieldsOf(found.record['about']), ...more })].join('\n')
}

/** Tab-separated: at, effect or kind, reason, models, subject, via, id, origin, seq. */
export function plainRow(found: FoundRecord): string {
  return [...cells(found), inert(found.origin), String(found.seq)].join('\t')
}

/** The whole record, with the one thing that it does not say itself; nothing in it that a terminal obeys. */
export function jsonRow({ origin, line, record }: FoundRecord): string {
  const { origin: _, ...said } = record
  try {
    return inert(JSON.stringify({ origin, ...said }))
  } catch {
    return inert(JSON.stringify({ origin, line }))
  }
}

function row(columns: readonly string[]): string {
  return columns
    .map((column, i) => column.padEnd(widths[i] ?? 0))
    .join('  ')
    .trimEnd()
}

// Fields are read as they stand: whoever can write to the log's directory can plant a record of any shape.
function cells({ record }: FoundRecord): string[] {
  if (record['about'] !== undefined)
    return [inert(record['at']), inert(record.k), inert(aboutOf(record['about'])), '-', '-', '-', '-']
  const isDecision = record.k === 'decision'
  const subject = fieldsOf(record['subject'])
  return [
    inert(record['at'] ?? '-'),
    inert(isDecision ? (record['effect'] ?? '-') : record.k),
    inert((isDecision || record.k === 'refusals' ? record['reason'] : record['ending']) ?? '-'),
    modelsOf(record['models']) || '-',
    inert(subject['subject'] ?? record['address'] ?? '-'),
    inert(fieldsOf(record['request'])['via'] ?? '-'),
    inert(record['id'] ?? '-'),
  ]
}

function modelsOf(models: unknown): string {
  if (!Array.isArray(models)) return ''
  return models
    .map((item: unknown) => {
      const { model, name } = fieldsOf(item)
      return inert(model ?? name ?? '-')
    })
    .join(',')
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

/** Some are lists of a hundred entries. */
function aboutRows(about: Fields): readonly string[] {
  const facts = Object.entries(about)
  const width = Math.min(24, Math.max(0, ...facts.map(([name]) => name.length)))
  return facts.flatMap(([name, value]) => {
    const lines = Array.isArray(value) ? value : [value]
    if (lines.length === 0) return []
    return lines.map(
      (line: unknown, i) => `  ${inert(i === 0 ? name : '').padEnd(width)}  ${inert(line ?? nullText(name))}`,
    )
  })
}

/** Whoever acts at a fleet's control cuts answers in its gates, and nobody there counts them: that is not the same as none. */
const nullText = (name: string): string => (name === 'cut' ? 'not known' : 'none')

function aboutOf(about: unknown): string {
  if (typeof about !== 'object' || about === null) return '-'
  return Object.entries(about)
    .map(([name, value]) => `${name}=${inert(value)}`)
    .join(' ')
}
