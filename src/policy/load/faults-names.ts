// Names that stand twice.

export function twice(what: string, ids: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return ids.flatMap((id) => (seen.size === seen.add(id).size ? [`${what} ${id}: stands twice`] : []))
}
