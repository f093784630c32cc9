// Roster: which logs exist under a path and how far each had come, kept outside the logs themselves. A log that vanished, or
// went back behind its registration, is noticed. A witness in another administrative domain will do the same from outside.
import { mkdirSync, readFileSync } from 'node:fs'
import { hasCode, replaceFile } from './durable.ts'
import { type LogFiles, rosterOf } from './layout.ts'
import { type Verifier, writeVerifierKey } from './note.ts'

/** Registers a log at the checkpoint `note`. The key comes first: a note without its key could not be read. */
export async function register(files: LogFiles, verifier: Verifier, note: string): Promise<void> {
  const vkey = `${writeVerifierKey(verifier)}\n`
  if (readIfThere(files.rosterKey) !== vkey) await replaceFile(files.rosterKey, vkey, 0o644)
  await replaceFile(files.rosterNote, note, 0o644)
}

export function makeRoster(path: string): void {
  mkdirSync(rosterOf(path), { recursive: true, mode: 0o755 })
}

export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}
