// Has mutants judged in a thread of their own, and keeps the time: one that takes too long counts as seen, and the rest is judged in a
// new thread.

import { Worker } from 'node:worker_threads'
import type { Verdict, Word, Work } from './judging.ts'

const limitMs = 60_000
/** What a thread loads anew for a mutant stays loaded: after so many it is better to begin with another thread. */
const mostInOneThread = 400

export interface Listener {
  ready(word: Extract<Word, { kind: 'ready' }>): void
  verdict(mutant: string, verdict: Verdict): void
}

export async function judgeAll(work: Work, listener: Listener): Promise<ReadonlyMap<string, Verdict>> {
  const verdicts = new Map<string, Verdict>()
  for (let left = work.mutants; left.length > 0; left = work.mutants.filter(({ id }) => !verdicts.has(id))) {
    const stuck = await judgeSome({ ...work, mutants: left.slice(0, mostInOneThread) }, listener, verdicts)
    if (stuck !== null) {
      const verdict: Verdict = { kind: 'killed', by: 'time', of: `comes to no end in ${limitMs / 1000} s` }
      verdicts.set(stuck, verdict)
      listener.verdict(stuck, verdict)
    }
  }
  return verdicts
}

/** The mutant that came to no end; null: all are judged. */
function judgeSome(work: Work, listener: Listener, verdicts: Map<string, Verdict>): Promise<string | null> {
  const { NODE_OPTIONS: _, ...env } = process.env
  // Without the loaders of whoever started this: it loads the sources in its own way.
  const thread = new Worker(new URL('judging.ts', import.meta.url), {
    workerData: work,
    stdout: true,
    execArgv: [],
    env,
  })
  return new Promise((resolve, reject) => {
    let clock: NodeJS.Timeout | undefined
    thread.on('message', (word: Word) => {
      clearTimeout(clock)
      if (word.kind === 'ready') listener.ready(word)
      if (word.kind === 'begins') {
        clock = setTimeout(() => {
          resolve(word.mutant)
          void thread.terminate()
        }, limitMs)
      }
      if (word.kind === 'verdict') {
        verdicts.set(word.mutant, word.verdict)
        listener.verdict(word.mutant, word.verdict)
      }
    })
    thread.on('error', reject)
    thread.on('exit', (code) => {
      clearTimeout(clock)
      // After a stuck one was stopped this comes too late to matter.
      if (code === 0) resolve(null)
      else reject(new Error(`the thread that judges ended with ${code}`))
    })
  })
}
