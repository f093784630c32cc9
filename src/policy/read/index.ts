// The compiler's front: policy files in, a bundle or every fault out. Pure; used by the compiling child process, the commands and
// tests. The gate never imports it: it loads bundles.
import { sha256 } from '../../json/index.ts'
import { type Bundle, bundleFormat, type SourceFile } from '../bundle/bundle.ts'
import { readBundleShape } from '../bundle/schema.ts'
import { bundleFaults } from '../load/faults.ts'
import { type ExampleResult, runExamples } from './checks/examples.ts'
import { checkNames } from './checks/names.ts'
import { checkSense } from './checks/sense.ts'
import type { Context } from './context.ts'
import { openReport, type PolicyFault, type PolicyFile, type PolicyText, type Report, topKeys } from './fault.ts'
import { emptyFolder, type Folder, kinds, readInto } from './folder.ts'
import { type OpenFiles, openFiles } from './open-file.ts'
import { readIssuers } from './records/issuers.ts'
import { joinRegisters } from './records/register.ts'
import { registerReaders } from './records/registers.ts'

export { anyFileSchema, type FileSchema, fileSchemas } from './schema/files.ts'
export { flow } from './schema/flow.ts'
export type { JsonSchema } from './schema/json-schema.ts'
export type { ExampleResult, PolicyFault, PolicyText }

export interface CompileOptions {
  /** Serial of the bundle. */
  readonly serial: number
  /** Issuer strings by short id, in place of those of the issuers file: the demo learns its issuer when it starts. */
  readonly issuers?: Readonly<Record<string, string>> | undefined
  /** Milliseconds since the epoch: warns of reviews that were missed. Absent: no such warning. */
  readonly now?: number | undefined
  /** `told`: an example that fails or is missing is no fault; whoever asks wants to see why. */
  readonly examples?: 'must-hold' | 'told' | undefined
}

export type Compilation =
  | {
      readonly kind: 'bundle'
      readonly bundle: Bundle
      /** Paths of the files that make up the registers, the issuers' short names among them. */
      readonly registerFiles: readonly string[]
      /** Issuers by the short ids that the files call them by. */
      readonly issuers: Readonly<Record<string, string>>
      readonly warnings: readonly PolicyFault[]
      readonly examples: readonly ExampleResult[]
    }
  | {
      readonly kind: 'faults'
      /** Errors and warnings, sorted by file, line and column. */
      readonly faults: readonly PolicyFault[]
      /** Empty where the files did not come as far as their examples. */
      readonly examples: readonly ExampleResult[]
    }

/** Takes every YAML file of a policy folder, in any order. */
export function compilePolicy(texts: readonly PolicyText[], options: CompileOptions): Compilation {
  const report = openReport()
  const open = openFiles()
  const inOrder = texts.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const context: Context = { report, references: [], issuers: new Map() }
  // First, since all others name them.
  const withIssuers: Context = { ...context, issuers: issuersOf(inOrder, open, context, options) }
  const folder = emptyFolder()
  const files = inOrder.flatMap((text) => {
    const file = readFile(text, open, report)
    if (file !== undefined && file.kind !== 'issuers') readInto(folder, file, withIssuers)
    return file ?? []
  })
  // A name that a faulty file may declare is not called unknown: the file's own faults come first.
  const faulty = new Set(report.all().map(({ file }) => file))
  checkNames(
    folder,
    texts.flatMap(({ path, text }) => (faulty.has(path) ? [text] : [])),
    withIssuers,
  )
  checkSense(folder, withIssuers, options.now)
  checkWhole(folder, files, texts, report)

  const failed = (): boolean => report.all().some(({ severity }) => severity === 'error')
  if (failed()) return { kind: 'faults', faults: report.all(), examples: [] }
  const bundle = bundleOf(folder, texts, options.serial)
  for (const message of whyNotLoaded(bundle)) {
    report.add({ file: '.', line: 1, column: 1, code: 'not-enforceable', message, severity: 'error' })
  }
  if (failed()) return { kind: 'faults', faults: report.all(), examples: [] }
  const told = options.examples === 'told' ? { ...withIssuers, report: openReport() } : withIssuers
  const examples = runExamples(bundle, folder, told)
  return failed()
    ? { kind: 'faults', faults: report.all(), examples }
    : {
        kind: 'bundle',
        bundle,
        registerFiles: registerFilesOf(files),
        issuers: Object.fromEntries(withIssuers.issuers),
        warnings: report.all(),
        examples,
      }
}

const registerFilesOf = (files: readonly PolicyFile[]): readonly string[] =>
  files.flatMap(({ path, kind }) => (kind === 'issuers' || Object.hasOwn(registerReaders, kind) ? [path] : []))

/** What every gate would say when it loads the bundle. */
function whyNotLoaded(bundle: Bundle): readonly string[] {
  const reading = readBundleShape(bundle)
  return reading.kind === 'faults' ? reading.faults : bundleFaults(reading.bundle)
}

function readFile(text: PolicyText, open: OpenFiles, report: Report): PolicyFile | undefined {
  const reading = open.read(text)
  const at = { file: text.path, severity: 'error' } as const
  if (reading.kind === 'faults') {
    for (const { line, column, code, message } of reading.faults) report.add({ ...at, line, column, code, message })
    return
  }
  if (!text.text.endsWith('\n')) {
    const lines = text.text.split('\n')
    const [line, column] = [lines.length, (lines.at(-1)?.length ?? 0) + 1]
    report.add({
      ...at,
      line,
      column,
      code: 'cut-short',
      message: 'the last line has no end: the file may have been cut short',
    })
  }
  const named = topKeys(reading.value)['kind']
  if (typeof named !== 'string') {
    const message = `\`kind\` is missing: say which of ${kinds.join(', ')} the file is`
    report.add({ ...at, ...reading.positionOf([]), code: 'kind-missing', message })
    return
  }
  return open.file(text, named)
}

function issuersOf(
  texts: readonly PolicyText[],
  open: OpenFiles,
  context: Context,
  options: CompileOptions,
): ReadonlyMap<string, string> {
  const issuers = new Map<string, string>()
  for (const text of texts.filter(mayHoldIssuers)) {
    const reading = open.read(text)
    // What is wrong with it is said when its turn comes.
    if (reading.kind === 'faults' || topKeys(reading.value)['kind'] !== 'issuers') continue
    const file = open.file(text, 'issuers')
    for (const [id, issuer] of readIssuers(file, context)) {
      if (issuers.has(id)) context.report.error(file, ['issuers', id], 'duplicate-id', `issuer \`${id}\` stands twice`)
      issuers.set(id, issuer)
    }
  }
  for (const [id, issuer] of Object.entries(options.issuers ?? {})) issuers.set(id, issuer)
  return issuers
}

/** Without the word, and without an escape that it could be written with, no file is of the kind. */
const mayHoldIssuers = ({ text }: PolicyText): boolean => text.includes('issuers') || text.includes('\\')

/** An empty policy would permit everything that it does not know, which is nothing; it is still never what anybody meant. */
function checkWhole(folder: Folder, files: readonly PolicyFile[], texts: readonly PolicyText[], report: Report): void {
  if (files.length < texts.length) return
  const missing = (code: string, message: string): void =>
    report.add({ file: texts[0]?.path ?? '.', line: 1, column: 1, code, message, severity: 'error' })
  const ofKind = (kind: string): boolean => files.some((file) => file.kind === kind)
  if (!ofKind('catalogue'))
    missing('catalogue-missing', 'the folder has no catalogue of models: add a file of kind `catalogue`')
  if (files.length > 0 && folder.directives.length === 0 && report.all().length === 0) {
    missing('directives-missing', 'the folder has no directive: a policy without one would prohibit nothing')
  }
}

function bundleOf(folder: Folder, texts: readonly PolicyText[], serial: number): Bundle {
  return {
    format: bundleFormat,
    serial,
    catalogue: { models: folder.models.map(([model]) => model) },
    lists: folder.lists.map(([list]) => list),
    directives: folder.directives.map(({ noun }) => noun),
    grants: folder.grants.map(({ noun }) => noun),
    withdrawals: folder.withdrawals.map(({ noun }) => noun),
    registers: joinRegisters(folder.registers.map(([part]) => part)),
    sources: texts
      .map(({ path, text }): SourceFile => ({ path, digest: `sha256:${sha256(text).toString('hex')}` }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  }
}
