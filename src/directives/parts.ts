// The two parts of a policy: what was decided (directives, grants, catalogue, lists) and what is kept day by day (registers). They are
// approved apart and enforced as one: in memory there is one bundle, made here from both.
//
// An expired register admits nobody: whatever in it lets somebody in (members, employees, evaluators, staff, tiers, attestations) ends
// at the bundle's `notAfter`, by the same half-open intervals as everything else, so that no decision outlives it. What it says of
// organizations and of who runs which client stays: that names parties, and to drop a party could only open.
import { isJsonObject, type JsonObject, type JsonValue } from '../json/index.ts'
import { type BundleKind, contentFormats, type Envelope } from './envelope.ts'

export interface Pair {
  /** Of the kind `policy`, or `whole`. */
  readonly policy: Envelope
  /** null exactly where `policy` is `whole`. */
  readonly registers: Envelope | null
}

/** Splits what the compiler made. @param registerFiles paths of the sources that the registers were read from */
export function contentOf(kind: BundleKind, bundle: JsonObject, registerFiles: readonly string[]): JsonObject {
  const { format: _, serial: __, registers, ...rest } = bundle
  const format = contentFormats[kind]
  const sources = (isOfRegisters: boolean): JsonValue =>
    (rest['sources'] as readonly JsonObject[]).filter(
      ({ path }) => registerFiles.some((file) => file === path) === isOfRegisters,
    )
  switch (kind) {
    case 'policy':
      return { ...rest, format, sources: sources(false) }
    case 'registers':
      return { format, registers: registers ?? null, sources: sources(true) }
    case 'whole':
      return { ...rest, format, registers: registers ?? null }
  }
}

/** The one bundle that is enforced; `loadPolicy` judges it. */
export function bundleOf({ policy, registers }: Pair): JsonObject {
  const { serial } = policy.statement
  if (registers === null) return { ...policy.content, serial }
  const [decided, kept] = [policy.content['sources'], registers.content['sources']]
  return {
    ...policy.content,
    format: contentFormats.whole,
    serial,
    registers: endingAt(registers.statement.notAfter, registers.content['registers']),
    sources: [...(Array.isArray(decided) ? decided : [null]), ...(Array.isArray(kept) ? kept : [null])],
  }
}

const admitting: readonly string[] = ['members', 'employees', 'evaluators', 'staff', 'tiers', 'attestations']

function endingAt(instant: number | null, registers: JsonValue | undefined): JsonValue {
  // What has not the shape of registers is for `loadPolicy` to refuse.
  if (instant === null || !isJsonObject(registers)) return registers ?? null
  const ended = admitting.map((name): readonly [string, JsonValue] => {
    const entries = registers[name]
    if (!Array.isArray(entries)) return [name, entries ?? null]
    return [name, entries.flatMap((entry: JsonValue) => endEntry(entry, instant))]
  })
  return { ...registers, ...Object.fromEntries(ended) }
}

function endEntry(entry: JsonValue, instant: number): readonly JsonValue[] {
  if (!isJsonObject(entry)) return [entry]
  const { from, to } = entry
  if (typeof from === 'number' && from >= instant) return []
  return [{ ...entry, to: typeof to === 'number' ? Math.min(to, instant) : instant }]
}
