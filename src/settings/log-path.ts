// `log.path` of a portcullis.yaml alone, or where control keeps its log without that section, for whoever only reads the log: an auditor
// must not be kept from it by a fault in what a gate needs, nor be asked for its secrets.
import { dirname, resolve } from 'node:path'
import { readYaml, showFault } from '../yaml/index.ts'
import { settingsText } from './load.ts'
import { maskedByShape } from './mask.ts'
import { filePath } from './paths.ts'
import { logPathOfControl } from './schema-log.ts'
import { substitute } from './substitute.ts'

/**
 * @param file path of portcullis.yaml; a relative path inside starts at its folder
 * @throws Error with a sentence, where the file cannot be read, is no YAML or says no such path
 */
export function logPathOf(file: string, env: NodeJS.ProcessEnv = process.env): string {
  const folder = dirname(resolve(file))
  const text = settingsText(file)
  const reading = readYaml(text)
  if (reading.kind === 'faults') {
    const shown = maskedByShape(text)
    throw new Error(reading.faults.map((fault) => showFault(file, shown, fault)).join('\n'))
  }
  const [log, control] = ['log', 'control'].map((section) => memberOf(reading.value, section))
  const isOfControl = log === undefined && control !== undefined
  const [name, said] = isOfControl ? ['control.path', memberOf(control, 'path')] : ['log.path', memberOf(log, 'path')]
  const { value, faults } = substitute({ path: said }, env, folder)
  const parsed = filePath(folder).safeParse(memberOf(value, 'path'))
  const [fault] = [
    ...faults.map(({ message }) => message),
    ...(parsed.error?.issues ?? []).map(({ message }) => message),
  ]
  if (said === undefined) throw new Error(`${file}: says no \`${name}\``)
  if (fault !== undefined || !parsed.success) throw new Error(`${file}: \`${name}\`: ${fault ?? 'is no path'}`)
  return isOfControl ? logPathOfControl(parsed.data) : parsed.data
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
