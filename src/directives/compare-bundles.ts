// Asks a child process with limits whether a change permits anything new. It may take seconds and all the memory that it is given;
// the gate goes on deciding by the policy in force meanwhile. A child that dies, hangs or says something else leaves it undecided.
import { type ChildProcess, fork } from 'node:child_process'
import type { JsonObject } from '../json/index.ts'
import { limits } from '../limits.ts'
import type { PermitsMore, Verdict } from './permits-more.ts'

export interface CompareRequest {
  readonly before: JsonObject
  readonly after: JsonObject
  /** What was permitted before this instant counts for nobody, milliseconds since the epoch. */
  readonly from: number
  readonly clockUncertaintyMs: number
  readonly mostQuestions: number
}

export interface CompareOptions {
  readonly now: () => number
  readonly clockUncertaintyMs: number
  /** `limits.policyCompareMs` unless given. */
  readonly timeoutMs?: number
  /** What the engine may be asked until everybody is known who is told apart; `limits.spaceQuestions` unless given. */
  readonly mostQuestions?: number
}

const program = new URL(import.meta.url.endsWith('.ts') ? './compare-child.ts' : './compare-child.js', import.meta.url)

export function comparingIn({
  now,
  clockUncertaintyMs,
  timeoutMs = limits.policyCompareMs,
  mostQuestions = limits.spaceQuestions,
}: CompareOptions): PermitsMore {
  return (before, after, signal) =>
    new Promise((resolve) => {
      let child: ChildProcess
      const settle = (verdict: Verdict): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
        child.removeAllListeners()
        child.on('error', () => {})
        child.kill('SIGKILL')
        resolve(verdict)
      }
      const undecided = (why: string): void =>
        settle({ kind: 'undecided', why: `nobody can say whether it permits more: ${why}`, isOpen: true })
      const stop = (): void => undecided('the comparison was stopped')
      const timer = setTimeout(() => undecided(`comparing took longer than ${timeoutMs} ms`), timeoutMs)
      try {
        child = fork(program, [], {
          // No environment and no inherited options: nothing there could change what a policy means.
          env: {},
          execArgv: [`--max-old-space-size=${limits.policyCompareHeapMiB}`, '--disable-warning=ExperimentalWarning'],
          stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
          serialization: 'advanced',
        })
      } catch (error) {
        clearTimeout(timer)
        resolve({ kind: 'undecided', why: `the comparison could not be started: ${String(error)}`, isOpen: true })
        return
      }
      signal.addEventListener('abort', stop, { once: true })
      child.once('message', (answer) => settle(verdictOf(answer)))
      child.once('error', (error) => undecided(`the comparison could not be started: ${error.message}`))
      child.once('exit', (code, killer) => undecided(`the comparison ended without an answer (${killer ?? code})`))
      // Where there is no descriptor for its pipes it never began, and `error` follows.
      if (child.connected)
        child.send({ before, after, from: now(), clockUncertaintyMs, mostQuestions } satisfies CompareRequest)
      if (signal.aborted) stop()
    })
}

/** Only the exact word closes. */
function verdictOf(answer: unknown): Verdict {
  const { kind, opening, why } = answer as { kind?: unknown; opening?: unknown; why?: unknown }
  if (kind === 'nothing-new') return { kind }
  // It would be told the same again.
  if (kind === 'too-large' && typeof why === 'string') return { kind: 'undecided', why, isOpen: false }
  return kind === 'permits-more' && typeof opening === 'string'
    ? { kind, examples: [opening] }
    : { kind: 'undecided', why: 'nobody can say whether it permits more: the comparison failed', isOpen: true }
}
