// Compiles the table's files once, in a process as fresh as the gate's own compiler, and leaves the bundle where it is told.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { compileDirectory } from '../../src/directives/index.ts'
import type { JsonValue } from '../../src/json/index.ts'
import { loadPolicy } from '../../src/policy/index.ts'
import { compilePolicy, type PolicyText } from '../../src/policy/read/index.ts'
import { beChild } from '../processes.ts'
import { policyFiles } from './policy-files.ts'
import { drawTable } from './table.ts'

export interface CompileResult {
  readonly files: number
  readonly bytes: number
  readonly examples: number
  readonly bundleBytes: number
  /** Processor time, all threads. */
  readonly compileMs: number
  readonly loadMs: number
  /** By the clock. */
  readonly compileWallMs: number
  /** By the clock: from files on disk to canonical JSON, in the child and under the limits of the gate. */
  readonly childWallMs: number
  readonly peakMiB: number
}

await beChild(async (argument) => {
  const { size, file } = argument as { readonly size: number; readonly file: string }
  // As in the gate's compiler (src/directives/compile-directory.ts).
  setFlagsFromString('--no-allocation-site-pretenuring')
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=300')
  const texts = policyFiles(drawTable(size))
  return {
    ready: 'ready',
    answer: async (): Promise<CompileResult> => {
      const start = performance.now()
      const cpuStart = cpuMs()
      const compilation = compilePolicy(texts, { serial: 1 })
      const compileMs = cpuMs() - cpuStart
      const compileWallMs = performance.now() - start
      if (compilation.kind === 'faults') {
        throw new Error(`the table does not compile: ${JSON.stringify(compilation.faults.slice(0, 3))}`)
      }
      writeFileSync(file, JSON.stringify(compilation.bundle))
      const text = readFileSync(file, 'utf8')
      const bundle = JSON.parse(text) as JsonValue
      const loading = cpuMs()
      loadPolicy(bundle)
      const loadMs = cpuMs() - loading
      return {
        files: texts.length,
        bytes: texts.reduce((sum, one) => sum + Buffer.byteLength(one.text), 0),
        examples: compilation.examples.length,
        bundleBytes: Buffer.byteLength(text),
        compileMs,
        loadMs,
        compileWallMs,
        peakMiB: process.resourceUsage().maxRSS / 1_024,
        childWallMs: await inChild(texts),
      }
    },
  }
})

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Throws where the child dies, is too late or too large. */
async function inChild(texts: readonly PolicyText[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-compile-'))
  try {
    for (const { path, text } of texts) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const start = performance.now()
    const outcome = await compileDirectory({ folder, serial: 1, results: false })
    if (outcome.kind === 'faults') throw new Error(`the child gives no bundle: ${outcome.faults[0]?.message}`)
    return performance.now() - start
  } finally {
    rmSync(folder, { recursive: true })
  }
}
