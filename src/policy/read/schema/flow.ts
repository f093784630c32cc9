// A value as it stands in a policy file, on one line.

/** Maps and lists in braces and brackets; text without quotation marks where YAML needs none. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([name, one]) => `${flow(name)}: ${flow(one)}`)
      .join(', ')} }`
  }
  const text = String(value)
  return typeof value === 'string' && needsQuotes(text) ? JSON.stringify(text) : text
}

/** Also where an editor would take it for a number or a boolean. */
const needsQuotes = (text: string): boolean =>
  /^$|^[\s\-?:,[\]{}#&*!|>'"%@`]|[,[\]{}]|: |:$| #|\s$/.test(text) ||
  /^(?:true|false|null|~|[-+]?[\d.]+(?:e[-+]?\d+)?)$/i.test(text)
