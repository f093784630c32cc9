// History: every checkpoint that was signed, one JSON string per line. Lines are not synced one by one, so a power cut may
// leave a tail that is none; start-up cuts it off. What it loses are notes that the newest checkpoint already exceeds, and none
// that the log was registered at: it is synced before each registration.
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { hasCode } from './durable.ts'

/** Far more than the longest note. */
const windowBytes = 65_536

/** The newest note, with what follows it removed; undefined: there is no history. */
export function repairHistory(file: string): string | undefined {
  let fd: number
  try {
    fd = openSync(file, 'r+')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
  try {
    const { size } = fstatSync(fd)
    const from = Math.max(0, size - windowBytes)
    const window = Buffer.alloc(size - from)
    readSync(fd, window, 0, window.length, from)
    for (let end = window.lastIndexOf(0x0a); end >= 0; end = end === 0 ? -1 : window.lastIndexOf(0x0a, end - 1)) {
      const note = readNoteLine(window.toString('utf8', window.lastIndexOf(0x0a, end - 1) + 1, end))
      if (note === undefined) continue
      if (from + end + 1 < size) {
        ftruncateSync(fd, from + end + 1)
        fsyncSync(fd)
      }
      return note
    }
    if (size === 0) return undefined
    ftruncateSync(fd, from)
    return undefined
  } finally {
    closeSync(fd)
  }
}

export function readNoteLine(line: string): string | undefined {
  try {
    const note: unknown = JSON.parse(line)
    return typeof note === 'string' ? note : undefined
  } catch {
    return undefined
  }
}

/** What was written to it so far survives a power cut. */
export async function syncHistory(file: string): Promise<void> {
  const history = await open(file, 'r')
  try {
    await history.sync()
  } finally {
    await history.close()
  }
}
