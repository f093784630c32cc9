// The section `policy` of a portcullis.yaml, from a file of its own: for the demo, which writes the rest itself. Its paths start at that
// file's folder, as they would in a portcullis.yaml, though the demo's own settings lie elsewhere.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { readYaml, showFault } from '../yaml/index.ts'

/**
 * @param file the keys that stand under `policy:`
 * @returns the same as one line that `loadSettings` reads, with absolute paths
 * @throws Error with its faults, if it is no YAML map; what its keys mean `loadSettings` looks at
 */
export function policySection(file: string): string {
  const text = readFileSync(file, 'utf8')
  const reading = readYaml(text)
  if (reading.kind === 'faults') throw new Error(reading.faults.map((fault) => showFault(file, text, fault)).join('\n'))
  if (!isMap(reading.value))
    throw new Error(`${file} must hold the keys of the section \`policy\`: source, path, signers …`)
  const folder = resolve(dirname(file))
  const inFolder = (value: unknown): unknown => (typeof value === 'string' ? resolve(folder, value) : value)
  const { path, registers, signers, ...rest } = reading.value
  return JSON.stringify({
    ...rest,
    ...(path === undefined ? {} : { path: inFolder(path) }),
    ...(registers === undefined ? {} : { registers: inFolder(registers) }),
    ...(signers === undefined ? {} : { signers: Array.isArray(signers) ? signers.map(withKey) : signers }),
  })

  function withKey(signer: unknown): unknown {
    if (!isMap(signer)) return signer
    const { key } = signer
    // A key may stand in the settings itself, as PEM or JWK.
    const isText = typeof key !== 'string' || /^\s*(\{|-----)/.test(key)
    return isText ? signer : { ...signer, key: inFolder(key) }
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
