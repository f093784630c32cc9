// Reads portcullis.yaml into Settings. Promises that all its faults come out in one run, each with its place, and that nothing
// from the environment or from a secret's file is in any of them.
import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { limits } from '../limits.ts'
import type { Settings } from '../vocabulary/settings.ts'
import { readYaml, showFault } from '../yaml/index.ts'
import { settingsDigest } from './digest.ts'
import { about, type Found, foundIn, SettingsError, type SettingsFault, settingName } from './faults.ts'
import { masked, maskedByShape } from './mask.ts'
import { relationsOf } from './relations.ts'
import { settingsSchema } from './schema.ts'
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

  const schema = settingsSchema(folder)
  const source = reading.value
  const { value, faults: unresolved } = substitute(source, env, folder)
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
  for (const { path, message, at } of relationsOf(value, source)) {
    judge({ code: 'wrong-value', path, at: at ?? 'value', message: about(path, source, message) })
  }

  const shownText = masked(text, source)
  const faults: SettingsFault[] = found.map(({ code, path, at, message }) => {
    const position = reading.positionOf(path, at)
    return {
      code,
      setting: settingName(path),
      ...position,
      message,
      shown: showFault(file, shownText, { ...position, message }),
    }
  })
  faults.sort((a, b) => a.line - b.line || a.column - b.column)
  for (const message of unsafeSwitches(env, execArgv, parsed.data?.preloads ?? [])) {
    faults.push({ code: 'switch', setting: '', line: 0, column: 0, message, shown: message })
  }
  if (faults.length > 0 || parsed.data === undefined) throw new SettingsError(file, faults)
  const { settings } = parsed.data
  return { ...settings, digest: settingsDigest(settings) }
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
