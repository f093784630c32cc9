// Flow: a plain value as YAML in one line, as people write it: quotes only where a reader of YAML could take a word for something else.

import type { JsonValue } from '../../json/index.ts'

export function flow(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (value !== null && typeof value === 'object') {
    const parts = Object.entries(value).map(([key, part]) => `${key}: ${flow(part)}`)
    return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`
  }
  return typeof value === 'string' && isPlain(value) ? value : JSON.stringify(value)
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const word = /^[A-Za-z][\w ./-]*$/
const taken = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null'])

const isPlain = (text: string): boolean =>
  instant.test(text) || (word.test(text) && !text.endsWith(' ') && !taken.has(text.toLowerCase()))
