// Scenarios: the rows of test/scenarios/*.yaml as cases, and the policies they are asked of. One file is one row; a lawyer can read
// it. The same cases serve the engine's tests and those through HTTP: `who` says facts, which a provider can also put into claims.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { JsonValue } from '../../src/json/index.ts'
import type { Bundle } from '../../src/policy/bundle/bundle.ts'
import { type Case, loadPolicy, type Policy, readCase } from '../../src/policy/index.ts'
import { compilePolicy, type PolicyText } from '../../src/policy/read/index.ts'
import { readYaml, showFault } from '../../src/yaml/index.ts'

const root = join(import.meta.dirname, '../..')

/** What a row may lay over the reference directives. */
export type Overlay = 'C1' | 'O1' | 'D5' | 'D5-list' | 'L8'

export interface ScenarioCase {
  readonly name: string
  readonly overlay: Overlay | null
  /** Short ids of issuers (`demo`) stand where an issuer is named: `withIssuers` replaces them. */
  readonly case: Case
}

export interface ScenarioRow {
  readonly row: string
  readonly title: string
  readonly why: string
  readonly cases: readonly ScenarioCase[]
}

/** @param issuers issuer strings by short id; the default is that of policies/registers/issuers.yaml */
export function readScenarios(
  issuers: Readonly<Record<string, string>> = { demo: 'https://id.demo.example' },
): readonly ScenarioRow[] {
  const folder = join(root, 'test/scenarios')
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => readRow(file, readFileSync(join(folder, file), 'utf8'), issuers))
}

function readRow(file: string, text: string, issuers: Readonly<Record<string, string>>): ScenarioRow {
  const reading = readYaml(text)
  if (reading.kind === 'faults') throw new Error(reading.faults.map((fault) => showFault(file, text, fault)).join('\n'))
  const { row, title, why, at, cases } = reading.value as Record<string, unknown>
  return {
    row: String(row),
    title: String(title),
    why: String(why),
    cases: (cases as Record<string, unknown>[]).map(({ name, overlay, ...asked }) => {
      const one = readCase(asked, Date.parse(String(at)))
      if (one.kind === 'faults') {
        const faults = one.faults.map(({ path, message }) => `${path.join('.')}: ${message}`)
        throw new Error(`${file}, \`${String(name)}\`: ${faults.join('; ')}`)
      }
      return {
        name: String(name),
        overlay: (overlay as Overlay | undefined) ?? null,
        case: withIssuers(one.case, issuers),
      }
    }),
  }
}

function withIssuers(one: Case, issuers: Readonly<Record<string, string>>): Case {
  const named = <Party extends { readonly issuer: string }>(party: Party): Party => ({
    ...party,
    issuer: issuers[party.issuer] ?? party.issuer,
  })
  const { actor, prior_actors, ...who } = named(one.who)
  const parties = { ...(actor === undefined ? {} : { actor: named(actor) }), prior_actors: prior_actors.map(named) }
  return { ...one, who: { ...who, ...parties } }
}

const loaded = new Map<Overlay | null, Policy>()

/** The real `policies/`, with the overlay: compiled once per process. */
export function scenarioPolicy(overlay: Overlay | null = null): Policy {
  const known = loaded.get(overlay)
  if (known !== undefined) return known
  const policy = loadPolicy(scenarioBundle(overlay) as unknown as JsonValue)
  loaded.set(overlay, policy)
  return policy
}

export function scenarioBundle(overlay: Overlay | null = null): Bundle {
  const compilation = compilePolicy(scenarioTexts(overlay), { serial: 1 })
  if (compilation.kind === 'faults') {
    throw new Error(compilation.faults.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'))
  }
  return compilation.bundle
}

/** The files of the policy folder, by paths below the repository. */
export function scenarioTexts(overlay: Overlay | null): readonly PolicyText[] {
  const files = new Map(yamlFiles('policies').map((path) => [path, readFileSync(join(root, path), 'utf8')]))
  const { without, add } = overlay === null ? { without: [], add: [] } : overlays[overlay]
  for (const path of without) if (!files.delete(path)) throw new Error(`there is no ${path} to leave out`)
  for (const path of add) files.set(path, readFileSync(join(root, path), 'utf8'))
  return [...files].map(([path, text]) => ({ path, text }))
}

/** The same as a folder of its own, for a gate to read; it is gone after the test. */
export function overlayFolder(t: { teardown(run: () => void): void }, overlay: Overlay): string {
  const folder = mkdtempSync(join(tmpdir(), `portcullis-${overlay}-`))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  for (const { path, text } of scenarioTexts(overlay)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

interface OverlayFiles {
  readonly without: readonly string[]
  readonly add: readonly string[]
}

const overlayFile = (name: string): string => `test/scenarios/overlays/${name}.yaml`
// The examples of June speak of the letter as it is, and of July.
const june = 'policies/examples/june-2026.yaml'
const letter = 'policies/directives/us-bis-2026-06-12.yaml'
const overlays: Readonly<Record<Overlay, OverlayFiles>> = {
  C1: { without: [letter, june], add: [overlayFile('c1')] },
  O1: { without: [letter, june], add: [overlayFile('o1')] },
  D5: { without: [], add: [overlayFile('d5')] },
  'D5-list': { without: [], add: [overlayFile('d5-list')] },
  L8: {
    without: ['policies/directives/us-bis-2026-06-30-withdrawal.yaml', june],
    add: ['l8', 'l8-organizations', 'l8-employees'].map(overlayFile),
  },
}

function yamlFiles(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .map((path) => `${folder}/${path}`)
}
