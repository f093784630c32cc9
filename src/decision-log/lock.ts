// Lock: one writer per log, and never a stale lock.
// An exclusive SQLite transaction, because it rests on fcntl locks, which the kernel drops when the process dies, however it
// dies, and which hold across containers that share the volume. Node offers no flock; a file with a process id lies as soon as
// ids repeat (every container has a process 1); a socket is held per network namespace.
import { statfsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

export interface Lock {
  release(): void
}

/** f_type of file systems on which locks and fdatasync do not mean what they say (statfs(2)). */
const remote: ReadonlyMap<number, string> = new Map([
  [0x6969, 'nfs'],
  [0x517b, 'smb'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x00c36400, 'ceph'],
  [0x01021997, '9p'],
])

export class LogLocked extends Error {
  readonly code = 'log_locked'
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

/** Throws where the directory is on a network file system. */
export function refuseRemote(directory: string): void {
  const kind = remote.get(statfsSync(directory).type >>> 0)
  if (kind !== undefined)
    throw new Error(`\`${directory}\` is on ${kind}: the log needs a local disk, whose locks and syncs can be trusted`)
}
