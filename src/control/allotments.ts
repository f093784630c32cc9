// Allotments: what control has handed out of licensed amounts to the gates of its fleet. One file, replaced as a whole before anything
// is answered: what is on no disk was given to nobody.
//
// A gate may give back no more than its running process was given and has not given back. Of a process that ended without a word
// everything counts as used.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { replaceFile } from '../directives/index.ts'
import { type Allotment, type AllotmentRequest, givenSchema } from '../fleet/index.ts'
import { fleetLimits } from '../fleet-limits.ts'
import { type Ask, type HandedOut, handOut } from '../quantities/index.ts'

export interface Allotments {
  /**
   * Resolves when a restart will find what is given.
   * @param totals output tokens that each grant of the policy in force licenses in all
   * @returns the same again for the call that was answered last; `late`: for one before it
   * @throws Error where it cannot be written down: nothing was handed out
   */
  allot(request: AllotmentRequest, totals: ReadonlyMap<string, number>): Promise<Allotment | 'late'>
  handedOut(): HandedOut
  /** Resolves when nothing is being written any more. */
  close(): Promise<void>
}

interface GateAccount extends Allotment {
  /** Tokens that this process was given and has not given back, by grant id. */
  readonly holds: Readonly<Record<string, number>>
}

const tokens = z.int().min(0)
const schema = z.strictObject({
  version: z.literal(1),
  handed_out: z.record(z.string(), tokens),
  /** The gate that was answered last stands last. */
  gates: z.array(
    z.strictObject({
      gate: z.string(),
      instance: z.string(),
      turn: z.int(),
      given: z.array(givenSchema),
      holds: z.record(z.string(), tokens),
    }),
  ),
})

/** Nothing is handed out where there is no file yet. @throws Error with one sentence that says what to do, where it cannot be read */
export async function openAllotments(path: string): Promise<Allotments> {
  let { handedOut, gates } = await read(path)
  let writing: Promise<unknown> = Promise.resolve()

  const allotNow = async (
    request: AllotmentRequest,
    totals: ReadonlyMap<string, number>,
  ): Promise<Allotment | 'late'> => {
    const { gate, instance, turn } = request
    const known = gates.get(gate)
    const before = known?.instance === instance ? known : undefined
    if (before !== undefined && turn <= before.turn) return turn === before.turn ? answerOf(before) : 'late'
    const held = before?.holds ?? {}
    const asks = request.asks.map(
      (ask): Ask => ({
        ...ask,
        returned: Math.min(ask.returned, held[ask.grant] ?? 0),
        // Gate and control may have different versions of a grant for a moment: the smaller amount counts.
        of: Math.min(ask.of, totals.get(ask.grant) ?? 0),
      }),
    )
    const { after, given } = handOut(handedOut, asks)
    const holds = asks.map(({ grant, returned }, index): [string, number] => [
      grant,
      (held[grant] ?? 0) - Math.max(0, returned) + (given[index]?.tokens ?? 0),
    ])
    const account: GateAccount = { gate, instance, turn, given, holds: { ...held, ...Object.fromEntries(holds) } }
    const others = new Map([...gates].filter(([name]) => name !== gate).slice(1 - fleetLimits.gates))
    const next = new Map([...others, [gate, account] as const])
    await write(path, after, next)
    handedOut = after
    gates = next
    return answerOf(account)
  }

  return {
    allot: (request, totals) => {
      const turn = writing.then(() => allotNow(request, totals))
      writing = turn.catch(() => {})
      return turn
    },
    handedOut: () => handedOut,
    close: async () => void (await writing),
  }
}

const answerOf = ({ gate, instance, turn, given }: GateAccount): Allotment => ({ gate, instance, turn, given })

async function read(path: string): Promise<{ handedOut: HandedOut; gates: ReadonlyMap<string, GateAccount> }> {
  try {
    const { handed_out, gates } = schema.parse(JSON.parse(await readFile(path, 'utf8')))
    return {
      handedOut: new Map(Object.entries(handed_out)),
      gates: new Map(gates.map((account) => [account.gate, account])),
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { handedOut: new Map(), gates: new Map() }
    throw new Error(
      `what was handed out of licensed amounts cannot be read from \`${path}\`; put it back as it was last: with an older copy, or without one, amounts are given again`,
      { cause: error },
    )
  }
}

function write(path: string, handedOut: HandedOut, gates: ReadonlyMap<string, GateAccount>): Promise<void> {
  const sorted = [...handedOut].sort(([a], [b]) => (a < b ? -1 : 1))
  const kept = { version: 1, handed_out: Object.fromEntries(sorted), gates: [...gates.values()] }
  return replaceFile(path, `${JSON.stringify(kept, null, 2)}\n`)
}
