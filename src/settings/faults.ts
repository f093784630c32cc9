// Faults of portcullis.yaml: what stands where, and what to do about it.
import type { z } from 'zod'
import { nearest } from '../vocabulary/nearest.ts'
import { textAt } from './at-path.ts'
import { keysAt, shapeAt } from './schema-walk.ts'
import type { Path } from './substitute.ts'
import { unbuilt } from './unbuilt.ts'

export interface SettingsFault {
  /** Stable: `unknown-key`, `not-built`, `missing`, `wrong-value`, `reference`, `switch`, `unreadable`, or a code of the YAML reader. */
  readonly code: string
  /** Dotted path of the setting; empty where the fault is not in one. */
  readonly setting: string
  /** From 1; 0 where the fault is not in the file. */
  readonly line: number
  readonly column: number
  readonly message: string
  /** `file:line:column: message` and the line with a caret, ready to print. Secrets in the line are masked. */
  readonly shown: string
}

/** Every fault of one file. `message` is all of them, ready to print. */
export class SettingsError extends Error {
  readonly code = 'settings_invalid'
  readonly faults: readonly SettingsFault[]

  constructor(file: string, faults: readonly SettingsFault[]) {
    const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`
    super(`${count} in the settings, nothing was started\n\n${faults.map((one) => one.shown).join('\n\n')}`)
    this.name = 'SettingsError'
    this.faults = faults
    this.cause = file
  }
}

/** A fault before its position is known. */
export interface Found {
  readonly code: string
  readonly path: Path
  readonly at: 'key' | 'value'
  readonly message: string
}

/** Texts at these places are secrets: no message quotes them, no shown line holds them. */
const secretPlaces = [
  /^upstreams\[\d+\]\.credential$/,
  /^redis\.(sentinel-)?password$/,
  /^upstreams\[\d+\]\.sigv4\.(access-key-id|secret-access-key|session-token)$/,
  /^fleet\.(previous-)?key$/,
  /^redis\.url$/,
]

export const isSecret = (setting: string): boolean => secretPlaces.some((place) => place.test(setting))

/** `upstreams[0].url` */
export function settingName(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')
}

/** A sentence about one setting: its name, what the file says there, and what is wrong with that. */
export function about(path: Path, source: unknown, message: string): string {
  const setting = settingName(path)
  const text = textAt(source, path)
  if (text === undefined || isSecret(setting)) return `\`${setting}\` ${message}`
  const quoted = text.length > 80 ? `${text.slice(0, 79)}…` : text
  return `\`${setting}\`: \`${quoted}\` ${message}`
}

/** @param source the tree as written: what is quoted comes from it, so that no value of the environment is. */
export function foundIn(issue: z.core.$ZodIssue, source: unknown, schema: z.ZodType): readonly Found[] {
  const path = issue.path.filter((step): step is string | number => typeof step !== 'symbol')
  const one = (code: string, message: string): readonly Found[] => [{ code, path, at: 'value', message }]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], keysAt(schema, path)))
    case 'invalid_type': {
      if (isAbsent(source, path)) return [{ code: 'missing', path, at: 'key', message: missing(path, schema) }]
      const wanted = { object: 'must be a map of keys', array: 'must be a list' }[issue.expected as string]
      return one('wrong-value', about(path, source, wanted ?? 'must be one text'))
    }
    case 'too_small':
      return one('wrong-value', about(path, source, 'must have at least one entry'))
    default:
      return one('wrong-value', about(path, source, issue.message))
  }
}

function missing(path: Path, schema: z.ZodType): string {
  const shape = shapeAt(schema, path)
  return `\`${settingName(path)}\` is missing${shape === undefined ? '' : `: write ${shape}`}`
}

function unknownKey(path: Path, keys: readonly string[]): Found {
  const setting = settingName(path)
  const later = unbuilt[setting]
  if (later !== undefined) return { code: 'not-built', path, at: 'key', message: `\`${setting}\` ${later}` }
  const key = String(path.at(-1))
  const near = nearest(key, keys)
  const hint =
    near === undefined ? `the keys here are ${keys.map((one) => `\`${one}\``).join(', ')}` : `do you mean \`${near}\`?`
  return { code: 'unknown-key', path, at: 'key', message: `\`${setting}\` is no setting: ${hint}` }
}

function isAbsent(source: unknown, path: Path): boolean {
  let node = source
  for (const step of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) return true
    node = (node as Record<string | number, unknown>)[step]
  }
  return node === undefined
}
