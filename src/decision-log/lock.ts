// Lock: one writer per log, and never a stale lock.
// An exclusive SQLite transaction, because it rests on fcntl locks, which the kernel drops when the process dies, however it
// dies, and which hold across containers that share the volume. Node offers no flock; a file with a process id lies as soon as
// ids repeat (every container has a process 1); a socket is held per network namespace.
import { DatabaseSync } from 'node:sqlite'
import { makeDirectory, unlessForbidden } from './directory.ts'
import { filesOf, logNameOf, processOrigin } from './layout.ts'

export interface Lock {
  release(): void
}

export class LogLocked extends Error {
  readonly code = 'log_locked'
}

/** For a supervisor, whose workers have the other logs: no other process of the gate serves beside them. Throws as `takeLock`. */
export function lockGate(path: string): Lock {
  const { directory, lock } = filesOf(path, logNameOf(processOrigin(0)))
  try {
    makeDirectory(directory, 0o700)
    return takeLock(lock)
  } catch (error) {
    throw unlessForbidden(error, path)
  }
}

/** Throws LogLocked while another writer, in this process or another, has it. */
export function takeLock(file: string): Lock {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    // SQLITE_BUSY
    if ((error as { errcode?: number }).errcode !== 5) throw error
    throw new LogLocked(`\`${file}\` is held: another process writes this log`)
  }
  return { release: () => database.close() }
}
