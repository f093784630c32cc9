// The case file of `policy explain`: an AuthZEN request in YAML, or the shape of the examples (`who`, `asks`, `where`, `when`); in both
// an answer may be expected, and further policy folders may be named. Every fault has its place; nothing that stands there is ignored.
import { dirname, resolve } from 'node:path'
import { type EvaluationFault, readEvaluation, type Surroundings } from '../authzen/index.ts'
import { type Bundle, type Case, factsOf, readCase, withIssuers } from '../policy/index.ts'
import type { Facts } from '../vocabulary/decision.ts'
import type { Place } from '../vocabulary/place.ts'
import { readYaml, showFault, type YamlDocument } from '../yaml/index.ts'

/** What is decided, and what is expected of it. */
export interface AskedCase {
  readonly facts: Facts
  /** Milliseconds since the epoch. */
  readonly instant: number
  /** Only its `expect` counts; null: nothing is expected. */
  readonly expected: Case | null
  /** What the case leaves open and had to be taken for something. */
  readonly assumed: readonly string[]
}

export interface CaseFile {
  /** Policy folders to lay over the one that is asked. */
  readonly folders: readonly string[]
  /** Where the first of them is named; null: none is. */
  readonly foldersAt: string | null
  readonly resolve: (policy: CasePolicy) => AskedCase
}

/** What a case needs to know of the policy that it is asked of. */
export interface CasePolicy {
  readonly bundle: Bundle
  readonly issuers: Readonly<Record<string, string>>
}

export type CaseFileReading =
  | { readonly kind: 'file'; readonly file: CaseFile }
  | { readonly kind: 'faults'; readonly shown: readonly string[] }

type Keys = Readonly<Record<string, unknown>>

const authzenKeys = ['subject', 'action', 'resource', 'context'] as const
const exampleKeys = ['who', 'asks', 'where', 'when', 'left'] as const
const folderKeys = ['registers', 'overlays'] as const

/** @param path as given, for messages and for what the file names relative to itself @param now milliseconds since the epoch */
export function readCaseFile(path: string, text: string, now: number): CaseFileReading {
  const document = readYaml(text)
  if (document.kind === 'faults')
    return { kind: 'faults', shown: document.faults.map((one) => showFault(path, text, one)) }
  const faults = (found: readonly EvaluationFault[]): CaseFileReading => ({
    kind: 'faults',
    shown: found.map((one) => shownFault(path, text, document, one)),
  })
  const { value } = document
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return faults([shapeless])
  const keys = value as Keys
  const has = (names: readonly string[]): string | undefined => names.find((name) => Object.hasOwn(keys, name))
  const [request, example] = [has(authzenKeys), has(exampleKeys)]
  if (request === undefined && example === undefined) return faults([shapeless])
  if (request !== undefined && example !== undefined) {
    return faults([
      { path: [example], message: `is of the shape of examples, \`${request}\` of AuthZEN: use one of them` },
    ])
  }
  const folders = foldersOf(keys)
  const reading = request === undefined ? readExampleShape(keys) : readAuthzenShape(keys, now)
  if (reading.kind === 'faults' || folders.faults.length > 0) {
    return faults([...folders.faults, ...(reading.kind === 'faults' ? reading.faults : [])])
  }
  const foldersAt = folders.paths.length === 0 ? null : shownFault(path, text, document, folderFault(keys))
  const below = folders.paths.map((one) => resolve(dirname(path), one))
  return { kind: 'file', file: { folders: below, foldersAt, resolve: reading.resolve } }
}

type ShapeReading =
  | { readonly kind: 'shape'; readonly resolve: CaseFile['resolve'] }
  | { readonly kind: 'faults'; readonly faults: readonly EvaluationFault[] }

function readExampleShape({ registers: _, overlays: __, ...keys }: Keys): ShapeReading {
  // Nothing need be expected here; the shape of the examples wants an answer.
  const reading = readCase('expect' in keys ? keys : { ...keys, expect: 'permit' })
  if (reading.kind === 'faults') return reading
  const asked = (issuers: CasePolicy['issuers']): Case => withIssuers(reading.case, new Map(Object.entries(issuers)))
  return {
    kind: 'shape',
    resolve: ({ issuers }) => ({
      facts: factsOf(asked(issuers)),
      instant: reading.case.when,
      expected: 'expect' in keys ? reading.case : null,
      assumed: [],
    }),
  }
}

function readAuthzenShape({ registers: _, overlays: __, expect, ...request }: Keys, now: number): ShapeReading {
  const expected = expect === undefined ? null : readCase({ who: {}, asks: '-', expect }, now)
  // A case of next year may speak of what is verified until then.
  const latest = Math.max(now, statedTime(request) ?? now)
  const outline = readEvaluation(request, surroundingsOf([], latest), 'text')
  const located = hasAddress(request) ? [addressFault] : []
  const faults = [
    ...(outline.kind === 'faults' ? outline.faults : []),
    ...(expected?.kind === 'faults' ? expected.faults : []),
    ...located,
  ]
  if (outline.kind === 'faults' || expected?.kind === 'faults' || faults.length > 0) return { kind: 'faults', faults }
  return {
    kind: 'shape',
    resolve: ({ bundle }) => {
      const reading = readEvaluation(request, surroundingsOf(bundle.catalogue.models, latest), 'text')
      const { facts, instant } = reading.kind === 'evaluation' ? reading : outline
      const limited = bundle.grants.flatMap(({ id, quantity }) =>
        quantity === null ? [] : [[id, quantity.outputTokens] as const],
      )
      return {
        facts: { ...facts, remaining: Object.fromEntries(limited) },
        instant: instant ?? now,
        expected: expected === null ? null : expected.case,
        assumed: [
          'the issuer can be asked for better evidence (`step-up.acr-values`)',
          ...(instant === null ? ['the case states no `context.time`: it is decided for now'] : []),
          ...(limited.length === 0 ? [] : ['nothing of any grant’s quantity has been used']),
        ],
      }
    },
  }
}

const surroundingsOf = (catalogue: Surroundings['catalogue'], now: number): Surroundings => ({
  now,
  catalogue,
  issuer: () => ({ organizationExpected: false, stepUp: { acrValues: ['urn:portcullis:verified'] } }),
  locate: () => nowhere,
})

/** A request that states neither address nor place. */
const nowhere: Place = {
  state: 'address-unknown',
  address: null,
  country: null,
  region: null,
  resolvesRegions: false,
  source: 'stated',
  databaseBuiltAt: null,
  databaseDigest: null,
  anonymizer: null,
}

const contextOf = ({ context }: Keys): Keys =>
  typeof context === 'object' && context !== null ? (context as Keys) : {}

const hasAddress = (request: Keys): boolean => Object.hasOwn(contextOf(request), 'address')

function statedTime(request: Keys): number | undefined {
  const time = Date.parse(String(contextOf(request)['time']))
  return Number.isNaN(time) ? undefined : time
}

const addressFault: EvaluationFault = {
  path: ['context', 'address'],
  message: 'is not looked up here: state `place` with its country in its stead',
}

const shapeless: EvaluationFault = {
  path: [],
  message: `a case has ${authzenKeys.join(', ')} (AuthZEN), or asks, who, where, when (as the examples in directives)`,
}

/** `registers` and `overlays`: a folder or a list of folders. */
function foldersOf(keys: Keys): { readonly paths: readonly string[]; readonly faults: readonly EvaluationFault[] } {
  const paths: string[] = []
  const faults: EvaluationFault[] = []
  for (const key of folderKeys) {
    const value = keys[key]
    if (value === undefined) continue
    const named: readonly unknown[] = Array.isArray(value) ? value : [value]
    for (const [index, one] of named.entries()) {
      if (typeof one === 'string' && one !== '') paths.push(one)
      else faults.push({ path: Array.isArray(value) ? [key, index] : [key], message: 'is no policy folder' })
    }
  }
  return { paths, faults }
}

const folderFault = (keys: Keys): EvaluationFault => ({
  path: [folderKeys.find((key) => keys[key] !== undefined) ?? ''],
  message: 'names further folders, which a built bundle does not take: explain the folder that it was built from',
})

function shownFault(file: string, text: string, document: YamlDocument, { path, message }: EvaluationFault): string {
  const { line, column } = document.positionOf(path)
  const named = path.length === 0 ? message : `\`${path.join('.')}\` ${message}`
  return showFault(file, text, { line, column, message: named })
}
