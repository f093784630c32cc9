// Verify, the signed side: which roots the log must have, and which key says so. Absence is a fault like any other (threat L8).
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { LogFiles } from './layout.ts'
import { openCheckpoint, readCheckpointText, readVerifierKey, type Verifier, verifierOf } from './note.ts'
import type { Expected } from './verify-chain.ts'

/** Gives the key of an origin, or undefined where it has none. */
export type KeyRing = (origin: string) => Verifier | undefined

/**
 * `text`: verifier keys in C2SP form, one per line, or one Ed25519 key in PEM, which then stands for every origin. A private
 * key is taken for its public half. Throws TypeError for anything else.
 */
export function readKeyRing(text: string): KeyRing {
  if (text.includes('-----BEGIN')) {
    const key = createPublicKey(text)
    return (origin) => verifierOf(origin, key)
  }
  const verifiers = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const verifier = readVerifierKey(line.trim())
      if (verifier === undefined) throw new TypeError('it holds neither verifier keys nor a PEM key')
      return verifier
    })
  if (verifiers.length === 0) throw new TypeError('it is empty')
  return (origin) => verifiers.find(({ name }) => name === origin)
}

export interface Signed {
  readonly expected: readonly Expected[]
  readonly faults: readonly string[]
}

/**
 * Everything that was signed about a log. Read before its records, from the outside in: registration, history, newest; each
 * was written after the next, and the log only grows, so a log that is being written to passes too.
 */
export function signedRoots(files: LogFiles, verifier: Verifier): Signed {
  const expected: Expected[] = []
  const faults: string[] = []
  const take = (what: string, note: string | undefined) => {
    if (note === undefined) return void faults.push(`${what} is missing`)
    const reading = openCheckpoint(note, verifier)
    if (reading.kind === 'fault') return void faults.push(`${what}: ${reading.message}`)
    expected.push({ size: reading.checkpoint.size, root: reading.checkpoint.root, what })
    return reading.checkpoint.size
  }
  const registered = take('its registration in the roster', read(files.rosterNote)) ?? 0
  const history = readHistory(read(files.checkpoints), verifier.name)
  const newest = take('its checkpoint', read(files.checkpoint)) ?? 0
  // The first registration of all stands before the first checkpoint; every later one behind a line of the history.
  if (history === undefined && registered > 0) faults.push('its history of checkpoints is missing')
  if (history === 'malformed') faults.push('its history of checkpoints holds what is none')
  for (const entry of Array.isArray(history) ? history : []) {
    if (entry.size > newest) {
      faults.push(`its checkpoint covers ${newest} lines, its history knows one over ${entry.size}`)
      break
    }
    expected.push(entry)
  }
  return { expected, faults }
}

/** The signature of each is not checked: all must agree with the records under the newest one, whose signature is. */
function readHistory(text: string | undefined, origin: string): Expected[] | 'malformed' | undefined {
  if (text === undefined) return undefined
  const entries: Expected[] = []
  // What follows the last LF is a line that a crash cut short, or that is being written.
  for (const line of text.split('\n').slice(0, -1)) {
    const checkpoint = readLine(line)
    if (checkpoint?.origin !== origin) return 'malformed'
    entries.push({ size: checkpoint.size, root: checkpoint.root, what: 'a checkpoint of its history' })
  }
  return entries
}

function readLine(line: string) {
  try {
    const note: unknown = JSON.parse(line)
    return typeof note === 'string' ? readCheckpointText(note.slice(0, note.lastIndexOf('\n\n') + 1)) : undefined
  } catch {
    return undefined
  }
}

export function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
