// The last activated policy, kept on disk over a restart. Without it a start would believe whatever the source holds at that moment,
// and a restart would lift what the running gate had just refused to drop: no vanish rule and no serial can hold in memory alone.
// Promises: a reader finds the old policy or the new one, whole, also after a power cut; a file that was cut short, edited or is of
// another format is a fault and never taken for "nothing is kept".
import { lstat, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { JsonObject } from '../json/index.ts'
import { limits } from '../limits.ts'
import { bundleFileText } from './bundle-file.ts'
import { type Candidate, readFilePolicy } from './candidate.ts'

/** `nothing` only where there is no file of that name: the first start, or somebody removed it knowingly. */
export async function recallPolicy(path: string): Promise<Candidate | { readonly kind: 'nothing' }> {
  try {
    await lstat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'nothing' }
  }
  return readFilePolicy(path)
}

/** Resolves when `bundle` is what a restart will find. Rejects where that cannot be said; `path` then holds the old one or the new. */
export async function keepPolicy(path: string, bundle: JsonObject): Promise<void> {
  const bytes = Buffer.from(bundleFileText(bundle))
  // What could not be read again must not be kept.
  if (bytes.length > limits.bundleBytes) throw new Error(`the policy is larger than ${limits.bundleBytes} bytes`)
  await replaceFile(path, bytes)
}

/** A reader finds the old bytes or the new ones, whole, also after a power cut. Rejects where nobody can say which. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync() // complete on disk before it takes the name
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync() // the name is on disk before this resolves
  } finally {
    await folder.close()
  }
}
