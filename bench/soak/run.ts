// One soak: warm up and find what the gate carries, then half of that for as long as was asked, then the account.
import { setTimeout as sleep } from 'node:timers/promises'
import { faultsOfLogs, settledRecords } from '../faults/judge.ts'
import { machine } from '../machine.ts'
import { faultsOfAccounts } from './account.ts'
import type { Sample } from './flat.ts'
import { type SoakGround, startSoakGround } from './ground.ts'
import type { Carried, Stretch } from './load-process.ts'
import { readTold } from './told.ts'
import { heldBy, leftOver, watchProcess } from './watch.ts'

export interface Soaked {
  /** Lines about the machine, from before. */
  readonly ground: readonly string[]
  readonly minutes: number
  /** Requests a second: what was carried in a closed loop, and the pace of the soak. */
  readonly carries: number
  readonly pace: number
  readonly heldBack: number
  readonly sent: number
  readonly forwarded: number
  readonly permits: number
  readonly refused: number
  /** How often a model was closed and opened again. */
  readonly closings: number
  /** What clients were told, and how often. */
  readonly told: ReadonlyMap<string, number>
  readonly memory: readonly Sample[]
  readonly descriptors: readonly Sample[]
  /** Descriptors more than before, when the load has gone. */
  readonly left: number
  /** Sentences; none: nothing was lost, nothing is there twice, the log is intact. */
  readonly faults: readonly string[]
}

/** Of the warm-up: to get warm, and to measure. */
const warmUpSeconds = [8, 12] as const
/** Between two closings of a model; so long it stays closed. */
const closingMs = 20_000
const closedMs = 1_000

export async function soak(minutes: number, say: (line: string) => void): Promise<Soaked> {
  const machineBefore = machine(['undici', 'ioredis'])
  const undo: (() => Promise<unknown>)[] = []
  const undoAll = async (): Promise<void> => {
    for (const end of undo.splice(0).toReversed())
      await end().catch((error: unknown) => say(`not ended: ${String(error)}`))
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void undoAll().finally(() => process.exit(1)))
  try {
    say('starting control, Redis, a model API and a gate')
    return { ground: machineBefore, ...(await soakOn(await startSoakGround(undo), minutes, say)) }
  } finally {
    await undoAll()
  }
}

async function soakOn(site: SoakGround, minutes: number, say: (line: string) => void): Promise<Omit<Soaked, 'ground'>> {
  const { gate, load, modelApi } = site
  const run = async (stretch: Stretch): Promise<Carried> => (await load.ask(stretch)) as Carried
  const begun = Date.now()
  const before = heldBy(gate.pid).descriptors
  const short = Math.min(1, minutes)
  await run({ perSecond: null, seconds: warmUpSeconds[0] * short })
  const { perSecond: carries } = await run({ perSecond: null, seconds: warmUpSeconds[1] * short })
  const pace = carries / 2
  say(`the gate carries ${Math.round(carries)} requests/s of this mix: ${Math.round(pace)} for ${minutes} minutes`)

  const watch = watchProcess(gate.pid)
  const officer = officers(site)
  const { heldBack } = await run({ perSecond: pace, seconds: minutes * 60 }).finally(watch.stop)
  const closings = await officer.stop()

  say('all is answered; reading the log')
  await load.stop()
  const left = await leftOver(gate.pid, before)
  const told = await readTold(site.told)
  const records = await settledRecords([gate], begun - 1)
  const forwarded = modelApi.seen()
  const faults = [...faultsOfAccounts({ forwarded, told, records }), ...(await faultsOfLogs([gate]))]
  const permits = records.decisions.filter(({ effect }) => effect === 'permit').length
  const counts = new Map<string, number>()
  for (const { says } of told) counts.set(says, (counts.get(says) ?? 0) + 1)
  return {
    minutes,
    carries,
    pace,
    heldBack,
    sent: told.length,
    forwarded: forwarded.length,
    permits,
    refused: [...records.refusals.values()].reduce((sum, count) => sum + count, records.decisions.length - permits),
    closings,
    told: new Map([...counts].toSorted(([, one], [, other]) => other - one)),
    memory: watch.memory,
    descriptors: watch.descriptors,
    left,
    faults,
  }
}

/** A model is closed and opened again, over and over. */
function officers({ close, open }: SoakGround): { stop(): Promise<number> } {
  const leaving = new AbortController()
  const pause = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal: leaving.signal }).catch(() => {})
  const work = async (): Promise<number> => {
    for (let closings = 0; ; closings += 1) {
      await pause(closingMs / 2)
      if (leaving.signal.aborted) return closings
      await close()
      await pause(closedMs)
      await open()
      await pause(closingMs / 2)
    }
  }
  const done = work()
  // It is awaited at the end; until then a fault of it is not one that nobody looks at.
  done.catch(() => {})
  return {
    stop: () => {
      leaving.abort()
      return done
    },
  }
}
