// Replaces a file so that a reader finds the old content or the new one, whole, also after a power cut.
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Resolves when `bytes` is what a restart will find. Rejects where that cannot be said; `path` then holds the old content or the new. */
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
