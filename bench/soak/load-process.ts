// The load of the soak: requests of the mix, as fast as they are answered or at a pace. What each client was told stands in a file, a
// line each, since there will be millions.
import { createWriteStream } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { endOf, saysOf } from '../faults/load.ts'
import { beChild } from '../processes.ts'
import { askedIn, bodyOf, type Kind } from './mix.ts'
import { lineOf } from './told.ts'

export interface SoakLoad {
  /** Data listener. */
  readonly origin: string
  readonly tokens: Readonly<Record<'permitted' | 'refused', string>>
  /** What clients were told. */
  readonly file: string
}

/** `perSecond` null: as many at once as there are connections, each when the one before it is answered. */
export interface Stretch {
  readonly perSecond: number | null
  readonly seconds: number
}

export interface Carried {
  readonly answered: number
  readonly perSecond: number
  /** That were due while too many were under way, and not sent. */
  readonly heldBack: number
}

const connections = 256
/** A gate that falls behind shows in what is held back, not in the memory of this process. */
const mostUnderWay = 2_000
const patienceMs = 20_000
/** In which a client that leaves early leaves: some are not even read by then, some are answered. */
const earlyMs = 8

await beChild(async (argument) => {
  const { origin, tokens, file } = argument as SoakLoad
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const notes = createWriteStream(file)
  let next = 0
  const underWay = new Set<Promise<void>>()

  const ask = async (): Promise<void> => {
    const number = next++
    const { kind } = askedIn(number)
    const { id, says } = await answer(number, kind)
    notes.write(lineOf({ number, says, id }))
  }

  const answer = async (number: number, kind: Kind): Promise<{ readonly id: string; readonly says: string }> => {
    const leaving = new AbortController()
    if (kind === 'leaves early') setTimeout(() => leaving.abort(), number % earlyMs)
    let id = ''
    try {
      const { statusCode, headers, body } = await pool.request({
        path: '/v1/chat/completions',
        method: 'POST',
        headers: { authorization: `Bearer ${tokenOf(kind)}`, 'content-type': 'application/json' },
        body: bodyOf(number),
        signal: leaving.signal,
        headersTimeout: patienceMs,
      })
      id = String(headers['portcullis-decision'] ?? '')
      let text = ''
      for await (const chunk of body) {
        text += String(chunk)
        if (statusCode === 200 && kind === 'leaves a stream') leaving.abort()
      }
      return { id, says: statusCode === 200 && kind.includes('stream') ? endOf(text) : saysOf(statusCode, text) }
    } catch (error) {
      return { id, says: leaving.signal.aborted ? 'left' : `nothing (${(error as { readonly code?: string }).code})` }
    }
  }

  const tokenOf = (kind: Kind): string =>
    kind === 'stranger' ? 'nobody-s' : tokens[kind === 'refused' ? 'refused' : 'permitted']

  const run = async ({ perSecond, seconds }: Stretch): Promise<Carried> => {
    const [first, begun] = [next, performance.now()]
    const end = begun + seconds * 1_000
    let heldBack = 0
    if (perSecond === null) {
      const asking = async (): Promise<void> => {
        while (performance.now() < end) await ask()
      }
      await Promise.all(Array.from({ length: connections }, asking))
    } else {
      for (let due = begun; due < end; due += 1_000 / perSecond) {
        const early = due - performance.now()
        // A timer is never early by more than its own grain; what is due is sent at once.
        if (early > 0) await sleep(early)
        if (underWay.size < mostUnderWay) {
          const asked: Promise<void> = ask().finally(() => underWay.delete(asked))
          underWay.add(asked)
        } else heldBack += 1
      }
    }
    await Promise.all(underWay)
    const answered = next - first
    return { answered, perSecond: answered / ((performance.now() - begun) / 1_000), heldBack }
  }

  return {
    ready: 'the load of the soak',
    answer: (stretch) => run(stretch as Stretch),
    stop: async () => {
      await pool.destroy()
      await new Promise<void>((resolve) => notes.end(resolve))
    },
  }
})
