// What a bundle is, as `policy build` and `policy sign` show it: to people, as tab-separated lines, or for a JSON document.
import type { Envelope } from '../directives/index.ts'
import { timestamp } from '../vocabulary/clock.ts'

/** For a JSON document: the statement that approvers sign, and what stands in the content. */
export interface BundleDescription {
  readonly kind: string
  readonly serial: number
  readonly digest: string
  readonly author: string | null
  readonly created_at: string
  readonly not_after: string | null
  /** How many of each there are. */
  readonly holds: Readonly<Record<string, number>>
  readonly approvals: readonly { readonly by: string; readonly at: string; readonly key: string }[]
}

export const descriptionOf = ({ statement, content, approvals }: Envelope): BundleDescription => ({
  kind: statement.kind,
  serial: statement.serial,
  digest: statement.digest,
  author: statement.author,
  created_at: timestamp(statement.createdAt),
  not_after: statement.notAfter === null ? null : timestamp(statement.notAfter),
  holds: countsOf(content),
  approvals: approvals.map(({ by, at, key }) => ({ by, at: timestamp(at), key })),
})

/** Lines for people, without a line end at the last. */
export function humanDescription(path: string, one: BundleDescription): string {
  const counts = Object.entries(one.holds).map(([name, count]) => `${count} ${name}`)
  const end = one.not_after === null ? 'no end' : `expires ${one.not_after}`
  return [
    `${path}: ${one.kind} bundle, serial ${one.serial}`,
    `  ${one.digest}`,
    `  by ${one.author ?? 'nobody named'} at ${one.created_at}, ${end}`,
    `  ${counts.join(', ')}`,
    ...one.approvals.map(({ by, at }) => `  approved by ${by} at ${at}`),
  ].join('\n')
}

/** Lines of name and value. */
export function plainDescription(path: string, one: BundleDescription): string {
  const { holds, approvals, ...head } = one
  const rows = [
    ['bundle', path],
    ...Object.entries(head).map(([name, value]) => [name, value ?? '']),
    ...Object.entries(holds),
    ...approvals.map(({ by, at, key }) => ['approval', by, at, key]),
  ]
  return rows.map((row) => `${row.join('\t')}\n`).join('')
}

/** Of every list in the content, and in its registers, how long it is. */
function countsOf(content: Envelope['content']): Readonly<Record<string, number>> {
  const { catalogue, registers, sources, ...rest } = content as Readonly<Record<string, unknown>>
  const lists = { ...(catalogue as object), ...rest, ...(registers as object), sources }
  return Object.fromEntries(
    Object.entries(lists).flatMap(([name, value]) => (Array.isArray(value) ? [[name, value.length]] : [])),
  )
}
