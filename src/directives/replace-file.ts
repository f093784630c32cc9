// Replaces a file so that a reader finds the old content or the new one, whole, also after a power cut.
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Resolves when `bytes` is what a restart will find. Rejects where that cannot be said; `path` then holds the old content or the new.
 * @param mode who may read it: its owner alone unless given
 */
export async function replaceFile(path: string, bytes: Uint8Array | string, mode = 0o600): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    const file = await open(temporary, 'w', mode)
    try {
      await file.writeFile(bytes)
      await file.sync() // complete on disk before it takes the name
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync() // the name is on disk before this resolves
  } finally {
    await folder.close()
  }
}
