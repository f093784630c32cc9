// Directory: where a log may be. Made level by level, on a disk that keeps what it is given.
import { mkdirSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { hasCode } from './durable.ts'

const remote = 'the log needs a local disk, whose locks and syncs can be trusted'
const pseudo = 'the kernel shows things there, it keeps no files'

/** f_type of file systems where locks and syncs do not mean what they say, or where nothing is kept (statfs(2)). */
const unfit: ReadonlyMap<number, readonly [name: string, why: string]> = new Map([
  [0x6969, ['nfs', remote]],
  [0x517b, ['smb', remote]],
  [0xff534d42, ['cifs', remote]],
  [0xfe534d42, ['smb2', remote]],
  [0x00c36400, ['ceph', remote]],
  [0x01021997, ['9p', remote]],
  [0x9fa0, ['proc', pseudo]],
  [0x62656572, ['sysfs', pseudo]],
  [0x27e0eb, ['cgroup', pseudo]],
  [0x63677270, ['cgroup2', pseudo]],
  [0x64626720, ['debugfs', pseudo]],
  [0x74726163, ['tracefs', pseudo]],
  [0x1cd1, ['devpts', pseudo]],
])

/**
 * Makes the directory and what is missing above it; throws where a file system is unfit. Not node's `recursive`: where the kernel
 * answers ENOENT to a name that cannot be made (/proc), that tries for ever.
 */
export function makeDirectory(path: string, mode: number): void {
  const above = dirname(path)
  try {
    refuseUnfit(path)
  } catch (error) {
    if (!hasCode(error, 'ENOENT') || above === path) throw error
    makeDirectory(above, mode)
    makeOne(path, mode)
    refuseUnfit(path)
  }
}

/** Another process may have made it meanwhile. */
function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

function refuseUnfit(path: string): void {
  const found = unfit.get(statfsSync(path).type >>> 0)
  if (found !== undefined) throw new Error(`\`${path}\` is on ${found[0]}: ${found[1]}`)
}

/** The error; where nobody may write there, with what to do about it. @param path of all logs */
export function unlessForbidden(error: unknown, path: string): unknown {
  if (!isForbidden(error as { readonly code?: string; readonly errcode?: number } | null)) return error
  return new Error(
    `${(error as Error).message}: the account that runs this must be able to write \`${path}\`, where its log lies`,
    { cause: error },
  )
}

const isForbidden = (error: { readonly code?: string; readonly errcode?: number } | null): boolean =>
  ['EACCES', 'EPERM', 'EROFS'].includes(error?.code ?? '') ||
  // SQLITE_CANTOPEN, SQLITE_READONLY: of the lock.
  (error?.code === 'ERR_SQLITE_ERROR' && [14, 8].includes(error.errcode ?? 0))
