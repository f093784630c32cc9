// One record in one line, for a terminal and for scripts that split at tabs.
import { type FoundRecord, inert } from '../decision-log/index.ts'

const widths = [24, 7, 22, 24, 26] as const

export function tableHead(): string {
  return row(['at', 'effect', 'reason', 'model', 'subject', 'id'])
}

export function tableRow(found: FoundRecord): string {
  return row(cells(found))
}

/** Tab-separated: at, effect or kind, reason, models, subject, id, origin, seq. */
export function plainRow(found: FoundRecord): string {
  return [...cells(found), inert(found.origin), String(found.seq)].join('\t')
}

function row(columns: readonly string[]): string {
  return columns
    .map((column, i) => column.padEnd(widths[i] ?? 0))
    .join('  ')
    .trimEnd()
}

function cells({ record }: FoundRecord): string[] {
  const models = Array.isArray(record['models']) ? (record['models'] as { model?: unknown; name?: unknown }[]) : []
  const subject = record['subject'] as { subject?: unknown } | null | undefined
  if (record['about'] !== undefined) return [inert(record['at']), record.k, inert(aboutOf(record['about']))]
  const isDecision = record.k === 'decision'
  return [
    inert(record['at']),
    isDecision ? inert(record['effect']) : record.k,
    inert(isDecision || record.k === 'refusals' ? record['reason'] : record['ending']),
    models.map(({ model, name }) => inert(model ?? name)).join(',') || '-',
    inert(subject?.subject ?? record['address'] ?? '-'),
    inert(record['id'] ?? '-'),
  ]
}

function aboutOf(about: unknown): string {
  if (typeof about !== 'object' || about === null) return '-'
  return Object.entries(about)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}
