// The reference policies as the tests read them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PolicyText } from '../../src/policy/read/index.ts'

export const policiesFolder: string = join(import.meta.dirname, '../../policies')

export const referenceTexts = (): PolicyText[] =>
  readdirSync(policiesFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => ({ path, text: readFileSync(join(policiesFolder, path), 'utf8') }))

/** What the scenarios lay over the reference. */
export const overlayTexts = (): PolicyText[] => {
  const folder = join(import.meta.dirname, '../scenarios/overlays')
  return readdirSync(folder).map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
}

/** The reference with one file changed; throws where `from` does not occur, so that a test cannot pass by changing nothing. */
export function changed(texts: readonly PolicyText[], file: string, change: (text: string) => string): PolicyText[] {
  const next = texts.map((one) => (one.path === file ? { ...one, text: change(one.text) } : one))
  if (next.every((one, index) => one.text === texts[index]?.text)) throw new Error(`nothing changed in ${file}`)
  return next
}
