// Compiles a policy folder in a child process with limits. The process that asks never sees YAML: it gets the canonical bundle, or
// the faults as text. A child that dies, hangs or says something else is a fault like any other.
import { type ChildProcess, fork } from 'node:child_process'
import { limits } from '../limits.ts'
import type { ExampleResult, PolicyFault } from '../policy/read/index.ts'

export type { ExampleResult }

export interface CompileRequest {
  readonly folder: string
  /** Serial of the bundle that comes of it. */
  readonly serial: number
  /** Further folders, whose files join those of the folder. */
  readonly overlays?: readonly string[] | undefined
  /** `told`: examples that fail are no fault. */
  readonly examples?: 'must-hold' | 'told' | undefined
  /** False: they are run, and their results stay in the child. Tens of thousands would hold up whoever takes them in. */
  readonly results?: boolean | undefined
  /** Issuer strings by short id, in place of those in the folder. */
  readonly issuers?: Readonly<Record<string, string>> | undefined
  /** Milliseconds since the epoch: warns of missed reviews. */
  readonly now?: number | undefined
}

/** With the line and a caret, as people are shown it. */
export type ShownFault = PolicyFault & { readonly shown: string }

export type CompileOutcome =
  | {
      readonly kind: 'bundle'
      /** Canonical JSON of the bundle. */
      readonly text: string
      /** `sha256:<hex>` of `text`. */
      readonly digest: string
      /** Files that the registers were read from; the others say what was decided. */
      readonly registerFiles: readonly string[]
      /** Issuers by the short ids that the files call them by. */
      readonly issuers: Readonly<Record<string, string>>
      readonly warnings: readonly ShownFault[]
      readonly examples: readonly ExampleResult[]
    }
  | { readonly kind: 'faults'; readonly faults: readonly ShownFault[]; readonly examples: readonly ExampleResult[] }

const program = new URL(import.meta.url.endsWith('.ts') ? './compile-child.ts' : './compile-child.js', import.meta.url)

/**
 * V8 puts what it takes for long-lived straight into the old heap, and mistakes for it what is made of each file and dropped with it:
 * a fifth of the compilation went into collecting that. And it optimizes as if the process ran for hours: with less put into one
 * function, less time goes into code that hardly runs before the child ends.
 */
const compilerFlags: readonly string[] = [
  `--max-old-space-size=${limits.policyCompileHeapMiB}`,
  '--no-allocation-site-pretenuring',
  '--max-inlined-bytecode-size-cumulative=300',
  '--disable-warning=ExperimentalWarning',
]

/** Never rejects. `signal` stops the child; the outcome is then a fault. */
export function compileDirectory(request: CompileRequest, signal?: AbortSignal): Promise<CompileOutcome> {
  return new Promise((resolve) => {
    const failed = (code: string, message: string): CompileOutcome => {
      const fault: PolicyFault = { file: '.', line: 1, column: 1, code, message, severity: 'error' }
      return { kind: 'faults', faults: [{ ...fault, shown: `${request.folder}: ${message}` }], examples: [] }
    }
    let child: ChildProcess
    const settle = (outcome: CompileOutcome): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      child.removeAllListeners()
      child.on('error', () => {})
      child.kill('SIGKILL')
      resolve(outcome)
    }
    const stop = (): void => settle(failed('compile-stopped', 'compiling was stopped'))
    const timer = setTimeout(
      () => settle(failed('compile-timeout', `compiling took longer than ${limits.policyCompileMs} ms`)),
      limits.policyCompileMs,
    )
    try {
      child = fork(program, [], {
        // No environment and no inherited options: nothing there could change what a policy means.
        env: {},
        execArgv: [...compilerFlags],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        serialization: 'advanced',
      })
    } catch (error) {
      clearTimeout(timer)
      resolve(failed('compiler-died', `the compiler could not be started: ${String(error)}`))
      return
    }
    signal?.addEventListener('abort', stop, { once: true })
    child.once('message', (outcome) => {
      const { text } = outcome as { text?: string }
      if (text !== undefined && text.length > limits.bundleBytes)
        settle(failed('bundle-too-large', 'the bundle is too large'))
      else settle(outcome as CompileOutcome)
    })
    child.once('error', (error) =>
      settle(failed('compiler-died', `the compiler could not be started: ${error.message}`)),
    )
    child.once('exit', (code, killer) =>
      settle(failed('compiler-died', `the compiler ended without an answer (${killer ?? `exit code ${code}`})`)),
    )
    // Where there is no descriptor for its pipes it never began, and `error` follows.
    if (child.connected) child.send(request)
    if (signal?.aborted === true) stop()
  })
}
