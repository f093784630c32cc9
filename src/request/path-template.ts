// A path of the route table against the path of a request, segment by segment, without backtracking: a segment is a literal, or a
// value of a closed pattern with a literal after it. What goes upstream is written from the template and the values.

import type { Route, SegmentRow } from './route.ts'

export interface Named {
  readonly name: string
  /** What stands behind the value in the same segment. */
  readonly suffix: string
  readonly row: SegmentRow
}

export type Step = string | Named

export type Values = Readonly<Record<string, string>>

/** `misnamed`: it would fit, but for the value of this name. Null: another path. */
export type PathReading =
  | { readonly kind: 'values'; readonly values: Values }
  | { readonly kind: 'misnamed'; readonly name: string }
  | null

const placeholder = /^\{([a-z]+)\}(.*)$/
const escape = /%[0-9A-F]{2}/g

/** The segments of a row's path. Throws where a `{name}` has no row: the table is wrong, and nothing may start with it. */
export function stepsOf({ path, segments }: Pick<Route, 'path' | 'segments'>): readonly Step[] {
  return segmentsOf(path).map((segment) => {
    const [, name, suffix] = placeholder.exec(segment) ?? []
    if (name === undefined || suffix === undefined) return segment
    const row = segments[name]
    if (row === undefined) throw new Error(`\`${path}\` has no row for \`{${name}}\``)
    return { name, suffix, row }
  })
}

export function segmentsOf(path: string): readonly string[] {
  return path.split('/').slice(1)
}

export function matchSteps(steps: readonly Step[], segments: readonly string[]): PathReading {
  if (steps.length !== segments.length) return null
  const values: Record<string, string> = {}
  let misnamed: string | undefined
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] as Step
    const segment = segments[index] as string
    if (typeof step === 'string') {
      if (step !== segment) return null
      continue
    }
    if (!segment.endsWith(step.suffix) || segment.length === step.suffix.length) return null
    const value = decode(segment.slice(0, segment.length - step.suffix.length), step.row)
    if (value === undefined || !step.row.pattern.test(value)) misnamed ??= step.name
    else values[step.name] = value
  }
  return misnamed === undefined ? { kind: 'values', values } : { kind: 'misnamed', name: misnamed }
}

/** The path with these values, each escaped as its row says. */
export function writePath(steps: readonly Step[], values: Values): string {
  let path = ''
  for (const step of steps) {
    path += typeof step === 'string' ? `/${step}` : `/${encode(values[step.name] ?? '', step.row)}${step.suffix}`
  }
  return path
}

/** Undefined: it holds an escape that the row does not accept. What an escape stands for is not read again. */
function decode(text: string, { escapes = {} }: SegmentRow): string | undefined {
  if (!text.includes('%')) return text
  let isAccepted = true
  const decoded = text.replace(escape, (found) => {
    const character = Object.hasOwn(escapes, found) ? escapes[found] : undefined
    if (character === undefined) isAccepted = false
    return character ?? ''
  })
  return isAccepted && !text.replace(escape, '').includes('%') ? decoded : undefined
}

function encode(value: string, { escapes }: SegmentRow): string {
  if (escapes === undefined) return value
  let encoded = value
  for (const [written, character] of Object.entries(escapes)) encoded = encoded.replaceAll(character, written)
  return encoded
}
