// Compiles the table's files once, in a process as fresh as the gate's own compiler, and leaves the bundle where it is told.
import { readFileSync, writeFileSync } from 'node:fs'
import type { JsonValue } from '../../src/json/index.ts'
import { loadPolicy } from '../../src/policy/index.ts'
import { compilePolicy } from '../../src/policy/read/index.ts'
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
  readonly peakMiB: number
}

await beChild(async (argument) => {
  const { size, file } = argument as { readonly size: number; readonly file: string }
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
      return {
        files: texts.length,
        bytes: texts.reduce((sum, one) => sum + Buffer.byteLength(one.text), 0),
        examples: compilation.examples.length,
        bundleBytes: Buffer.byteLength(text),
        compileMs,
        loadMs: cpuMs() - loading,
        compileWallMs,
        peakMiB: process.resourceUsage().maxRSS / 1_024,
      }
    },
  }
})

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
