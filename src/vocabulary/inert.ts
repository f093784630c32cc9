// Inert: what a stranger wrote (a record's values, a policy's titles) as text that a terminal shows and does not obey.

// DEL and C1 controls, Arabic letter mark, direction marks and overrides, line and paragraph separators, isolates, BOM, lone surrogates.
// C0 controls are escaped by JSON itself.
const deceptive =
  /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Threat L9: what could reorder or hide text stands as `\uXXXX` in the value itself. */
export function disarm(text: string): string {
  return text.replace(deceptive, escaped)
}

/** Any value as text without control, direction or line characters. */
export function inert(value: unknown): string {
  const text = typeof value === 'string' ? value : jsonOf(value)
  return disarm(text).replace(/\p{Cc}/gu, escaped)
}

/** The same for text of several lines: its line breaks stay. */
export const inertLines = (text: string): string => text.split('\n').map(inert).join('\n')

/** Total: what lies nested so deep that it cannot be written was planted, and is not worth a fault. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return '(cannot be shown)'
  }
}
