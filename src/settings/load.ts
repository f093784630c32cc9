// Reads portcullis.yaml into Settings. Promises that all its faults come out in one run, each with its place, and that nothing
// from the environment or from a secret's file is in any of them.
import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { z } from 'zod'
import { limits } from '../limits.ts'
import type { ControlSettings, Settings } from '../vocabulary/settings.ts'
import { readYaml, showFault } from '../yaml/index.ts'
import { controlDigest, settingsDigest } from './digest.ts'
import { about, type Found, foundIn, SettingsError, type SettingsFault, settingName } from './faults.ts'
import { masked, maskedByShape } from './mask.ts'
import { relationsOf } from './relations.ts'
import { settingsSchema } from './schema.ts'
import { controlSchema, controlSections } from './schema-control.ts'
import { type Path, reasonOf, substitute } from './substitute.ts'
import { unsafeSwitches } from './switches.ts'

/**
 * @param file path of portcullis.yaml; relative paths inside start at its folder
 * @param env what `${NAME}` is looked up in
 * @param execArgv switches of Node itself; they are looked at only together with the process's own environment
 * @throws SettingsError with every fault
 */
export function loadSettings(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
  execArgv: readonly string[] = env === process.env ? process.execArgv : [],
): Settings {
  const { settings } = readSettings(file, env, execArgv, { of: 'gate', schemaIn: settingsSchema, isRead: () => true })
  return { ...settings, digest: settingsDigest(settings) }
}

/** As `loadSettings`, of the sections that `portcullis control` reads: the others may refer to what only a gate's machine has. */
export function loadControlSettings(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
  execArgv: readonly string[] = env === process.env ? process.execArgv : [],
): ControlSettings {
  const isRead = (section: string): boolean => controlSections.includes(section)
  const { settings } = readSettings(file, env, execArgv, { of: 'control', schemaIn: controlSchema, isRead })
  return { ...settings, digest: controlDigest(settings) }
}

interface Reader<Read> {
  readonly of: 'gate' | 'control'
  readonly schemaIn: (folder: string) => z.ZodType<Read>
  /** Faults of other sections are nobody's here. */
  readonly isRead: (section: string) => boolean
}

function readSettings<Read extends { readonly preloads: readonly string[] }>(
  file: string,
  env: NodeJS.ProcessEnv,
  execArgv: readonly string[],
  { of, schemaIn, isRead }: Reader<Read>,
): Read {
  const text = settingsText(file)
  const folder = dirname(resolve(file))
  const reading = readYaml(text)
  if (reading.kind === 'faults') {
    const shownText = maskedByShape(text)
    throw new SettingsError(
      file,
      reading.faults.map((fault) => ({ ...fault, setting: '', shown: showFault(file, shownText, fault) })),
    )
  }

  const schema = schemaIn(folder)
  const source = reading.value
  const { value, faults } = substitute(source, env, folder)
  const unresolved = faults.filter(({ path }) => isRead(String(path[0])))
  const parsed = schema.safeParse(value)
  const found: Found[] = unresolved.map(({ path, message }) => ({
    code: 'reference',
    path,
    at: 'value',
    message: `\`${settingName(path)}\`: ${message}`,
  }))
  const judge = (one: Found): void => {
    // What is wrong with a value that could not be looked up is no second fault.
    if (!unresolved.some(({ path }) => samePath(path, one.path))) found.push(one)
  }
  for (const issue of parsed.error?.issues ?? []) for (const one of foundIn(issue, source, schema)) judge(one)
  for (const { path, message, at } of relationsOf(value, source, of)) {
    if (isRead(String(path[0])))
      judge({ code: 'wrong-value', path, at: at ?? 'value', message: about(path, source, message) })
  }

  const shownText = masked(text, source)
  const shown: SettingsFault[] = found.map(({ code, path, at, message }) => {
    const position = reading.positionOf(path, at)
    return {
      code,
      setting: settingName(path),
      ...position,
      message,
      shown: showFault(file, shownText, { ...position, message }),
    }
  })
  shown.sort((a, b) => a.line - b.line || a.column - b.column)
  for (const message of unsafeSwitches(env, execArgv, parsed.data?.preloads ?? [])) {
    shown.push({ code: 'switch', setting: '', line: 0, column: 0, message, shown: message })
  }
  if (shown.length > 0 || parsed.data === undefined) throw new SettingsError(file, shown)
  return parsed.data
}

/** @throws SettingsError */
export function settingsText(file: string): string {
  const unreadable = (why: string): SettingsError => {
    const message = `${file}: ${why}`
    return new SettingsError(file, [{ code: 'unreadable', setting: '', line: 0, column: 0, message, shown: message }])
  }
  try {
    const found = statSync(file)
    if (!found.isFile()) throw unreadable('is no regular file')
    if (found.size > limits.policyFileBytes) throw unreadable(`is larger than ${limits.policyFileBytes} bytes`)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file))
  } catch (error) {
    if (error instanceof SettingsError) throw error
    throw unreadable(`cannot be read: ${reasonOf(error)}`)
  }
}

const samePath = (a: Path, b: Path): boolean => a.length === b.length && a.every((step, index) => step === b[index])
