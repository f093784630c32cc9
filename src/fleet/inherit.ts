// What a gate that may have been several processes remembers of its fleet: each worker keeps a memory of its own, and one that starts goes
// on from the newest of them all. So neither a reload nor another number of workers begins with less than this machine has seen.
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { readPlainFile, replaceFile } from '../directives/index.ts'
import { limits } from '../limits.ts'
import { type Remembered, recallFleet, rememberFleet } from './memory.ts'

const seenFile = 'fleet-seen.json'
const policyFile = 'policy-in-force.json'

/** Where worker `number` of a gate keeps what is its own; 0: the gate is one process. */
export const workerFolder = (logPath: string, number: number): string =>
  number === 0 ? logPath : join(logPath, `worker-${number}`)

/**
 * Brings the newest memory of the gate into the folder, where it is not there already. What was seen is read before the policy and
 * written after it, so that the policy is never older than what goes with it.
 *
 * @param logPath `log.path` @param folder of the process that starts; it is there
 * @throws Error with one sentence where a memory is damaged
 */
export async function inheritMemory(logPath: string, folder: string): Promise<void> {
  const newest = await newestMemory(logPath)
  if (newest === undefined || newest.folder === folder) return
  const { remembered } = newest
  const own = await recallFleet(join(folder, seenFile))
  if (!own.isNew && ageOf(own) >= ageOf(remembered)) return
  const policy = await readPlainFile(join(newest.folder, policyFile), 2 * limits.bundleBytes)
  if (policy.kind === 'bytes') await replaceFile(join(folder, policyFile), policy.bytes)
  await rememberFleet(join(folder, seenFile), remembered)
}

/** How this gate is called in `policy status`, without the number of a worker: as it was called before, or a name of its own. */
export async function gateNameIn(logPath: string): Promise<string> {
  const newest = await newestMemory(logPath)
  return newest?.remembered.gate.replace(/\/\d+$/, '') ?? `${hostname()}-${randomBytes(4).toString('hex')}`
}

async function newestMemory(
  logPath: string,
): Promise<{ readonly folder: string; readonly remembered: Remembered } | undefined> {
  const found: { readonly folder: string; readonly remembered: Remembered }[] = []
  for (const folder of [logPath, ...(await workerFolders(logPath))]) {
    const { isNew, ...remembered } = await recallFleet(join(folder, seenFile))
    if (!isNew) found.push({ folder, remembered })
  }
  return found.reduce<(typeof found)[number] | undefined>(
    (newest, one) => (newest === undefined || ageOf(one.remembered) > ageOf(newest.remembered) ? one : newest),
    undefined,
  )
}

/** The numbers only ever grow, all of them, so that their sum orders what one control has said. */
const ageOf = ({ seen }: Remembered): number => Object.values(seen.numbers).reduce((sum, one) => sum + one, 0)

async function workerFolders(logPath: string): Promise<readonly string[]> {
  try {
    const names = (await readdir(logPath)).filter((name) => /^worker-\d+$/.test(name))
    return names.toSorted().map((name) => join(logPath, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
