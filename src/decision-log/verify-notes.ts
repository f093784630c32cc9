// Verify, the signed side: which roots the log must have, and which key says so. Absence is a fault like any other (threat L8).
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { LogFiles } from './layout.ts'
import { openCheckpoint, readVerifierKey, type Verifier, verifierOf } from './note.ts'
import type { Expected } from './verify-chain.ts'
import { CheckpointHistory } from './verify-history.ts'

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
  readonly history: CheckpointHistory | undefined
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
  const history = CheckpointHistory.open(files.checkpoints)
  take('its checkpoint', read(files.checkpoint))
  // The first registration of all stands before the first checkpoint; every later one behind a line of the history.
  if ((history === undefined || history.isEmpty) && registered > 0)
    faults.push(`its history of checkpoints is ${history === undefined ? 'missing' : 'empty'}`)
  return { expected, history, faults }
}

export function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
