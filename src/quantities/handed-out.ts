// Handed out: the file that says how much of each grant was handed out on this machine, replaced as a whole. One that cannot be read
// ends the start: without it an amount would be given a second time.
import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { replaceFile } from '../directives/index.ts'
import { type HandedOut, type HandsOut, handOut } from './hand-out.ts'

const schema = z.strictObject({ version: z.literal(1), handed_out: z.record(z.string(), z.int().nonnegative()) })

const whatToDo =
  'put it back from a copy, or write down by hand what the decision log says was handed out last of each grant (`quantity.handed_out`)'

/** Nothing is handed out where there is no file yet. @throws Error with one sentence that says what to do, where it cannot be read */
export async function fromFile(path: string): Promise<HandsOut> {
  let handedOut = await readHandedOut(path)
  return {
    askAgainMs: { empty: Number.POSITIVE_INFINITY, failed: 0 },
    exchange: async (asks) => {
      const { after, given } = handOut(handedOut, asks)
      await writeHandedOut(path, after)
      handedOut = after
      return given
    },
  }
}

async function readHandedOut(path: string): Promise<HandedOut> {
  try {
    const { handed_out: handedOut } = schema.parse(JSON.parse(await readFile(path, 'utf8')))
    return new Map(Object.entries(handedOut))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw new Error(`what was handed out of licensed amounts cannot be read from \`${path}\`; ${whatToDo}`, {
      cause: error,
    })
  }
}

/** Resolves when a restart will find it. */
function writeHandedOut(path: string, handedOut: HandedOut): Promise<void> {
  const sorted = [...handedOut].sort(([a], [b]) => (a < b ? -1 : 1))
  return replaceFile(path, `${JSON.stringify({ version: 1, handed_out: Object.fromEntries(sorted) }, null, 2)}\n`)
}
