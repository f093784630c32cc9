// The compiling process: reads one folder, compiles it, sends the outcome and ends. Whatever a policy file does to a parser, it does
// it here, under a heap limit, and the gate kills it when its time is up.
import { canonicalJson, sha256 } from '../json/index.ts'
import { compilePolicy, type PolicyFault } from '../policy/read/index.ts'
import { showFault } from '../yaml/index.ts'
import type { CompileOutcome, CompileRequest, ShownFault } from './compile-directory.ts'
import { type FolderReading, readFolder } from './read-folder.ts'

async function compile(request: CompileRequest): Promise<CompileOutcome> {
  const folder = await readJoined(request.folder, request.overlays ?? [])
  const told = folder.faults.map(({ path, ...fault }): ShownFault => {
    const shown = `${path === '.' ? request.folder : path}: ${fault.message}`
    return { file: path, line: 1, column: 1, ...fault, shown }
  })
  const unread = told.filter(({ severity }) => severity === 'error')
  if (folder.files.length === 0) return { kind: 'faults', faults: told, examples: [] }
  const { serial, issuers, now, examples } = request
  const compilation = compilePolicy(folder.files, { serial, issuers, now, examples })
  const results = request.results === false ? [] : compilation.examples
  if (compilation.kind === 'faults' || unread.length > 0) {
    const faults = compilation.kind === 'faults' ? compilation.faults : compilation.warnings
    const shown = faults.filter(({ file }) => !unread.some((one) => one.file === file)).map((one) => show(one, folder))
    return { kind: 'faults', faults: [...told, ...shown], examples: results }
  }
  const text = canonicalJson(compilation.bundle)
  return {
    kind: 'bundle',
    text,
    digest: `sha256:${sha256(text).toString('hex')}`,
    registerFiles: compilation.registerFiles,
    issuers: compilation.issuers,
    warnings: [...told, ...compilation.warnings.map((one) => show(one, folder))],
    examples: results,
  }
}

/** Files of an overlay are named by its folder, so that a fault says where it stands. */
async function readJoined(folder: string, overlays: readonly string[]): Promise<FolderReading> {
  const base = await readFolder(folder)
  const laid = await Promise.all(
    overlays.map(async (overlay) => {
      const { files, faults } = await readFolder(overlay)
      const below = <One extends { readonly path: string }>(one: One): One => ({
        ...one,
        path: `${overlay}/${one.path}`,
      })
      return { files: files.map(below), faults: faults.map(below) }
    }),
  )
  return {
    files: [...base.files, ...laid.flatMap(({ files }) => files)],
    faults: [...base.faults, ...laid.flatMap(({ faults }) => faults)],
  }
}

function show(fault: PolicyFault, { files }: FolderReading): ShownFault {
  const text = files.find(({ path }) => path === fault.file)?.text ?? ''
  return { ...fault, shown: showFault(fault.file, text, fault) }
}

const answer = (outcome: CompileOutcome): void => {
  process.send?.(outcome, () => process.disconnect?.())
}

/** A fault of the compiler itself. Nobody reads this process's stderr, so that it must be said where the faults are said. */
function failed(error: unknown): void {
  const message = `the compiler failed: ${String(error)}`
  const place = { file: '.', line: 1, column: 1 }
  const fault: ShownFault = { ...place, code: 'compiler-failed', message, severity: 'error', shown: message }
  answer({ kind: 'faults', faults: [fault], examples: [] })
}

process.once('message', (request) => {
  compile(request as CompileRequest).then(answer, failed)
})
process.once('uncaughtException', failed)
// The gate is gone: nobody waits for the outcome.
process.once('disconnect', () => process.exit(0))
