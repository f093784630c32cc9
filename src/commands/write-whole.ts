// Writes a file at once or not at all.
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A reader of the file sees the old one or the new one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${process.pid}.bundle-draft`)
  try {
    const file = await open(draft, 'wx', 0o644)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
