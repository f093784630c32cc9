// Durable: the few file operations whose order decides what survives a crash, and the disk as a parameter, so that tests can
// make it fail. Everything else of the room reads.
import {
  close,
  closeSync,
  constants,
  fdatasync,
  fsync,
  fsyncSync,
  ftruncate,
  open,
  openSync,
  rename,
  write,
} from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

type Write = (fd: number, data: Buffer, offset: number, length: number, position: number) => Promise<number>

/** What group commit asks of the kernel. Units are bytes; every call rejects with the errno error. Writes may write less than asked. */
export interface Disk {
  /** What it has written is on disk after the next `sync`. */
  readonly write: Write
  /** To a file of `openWrittenThrough`: what it has written is on disk. */
  readonly writeThrough: Write
  readonly sync: (fd: number) => Promise<void>
  /** Makes the file so short, on the disk too: what is written there next must not be torn with what stood there. */
  readonly cut: (fd: number, length: number) => Promise<void>
}

const writeOnce = promisify(write)
const cutFile = promisify(ftruncate)
const syncFile = promisify(fsync)
const syncData = promisify(fdatasync)
const openFile = promisify(open)

const kernelWrite: Write = async (fd, data, offset, length, position) =>
  (await writeOnce(fd, data, offset, length, position)).bytesWritten

export const kernelDisk: Disk = {
  write: kernelWrite,
  writeThrough: kernelWrite,
  sync: (fd) => syncData(fd),
  cut: async (fd, length) => {
    await cutFile(fd, length)
    await syncFile(fd)
  },
}

/**
 * The disk until its first fault; want of room is none, except for a sync, by which something may be lost that was written before. From
 * then on every call rejects with it and none reaches the kernel, which may have dropped the pages and would report success the next time
 * (fsyncgate). @param onFault told once
 */
export function untilFault(disk: Disk, onFault: (error: Error) => void): Disk {
  let fault: Error | undefined
  const guarded =
    <Args extends readonly unknown[], Result>(
      call: (...args: Args) => Promise<Result>,
      isFault: (error: unknown) => boolean,
    ) =>
    async (...args: Args): Promise<Result> => {
      if (fault !== undefined) throw fault
      try {
        return await call(...args)
      } catch (error) {
        if (fault === undefined && isFault(error)) {
          fault = new Error(`the disk failed: ${(error as Error).message}`, { cause: error })
          onFault(fault)
        }
        throw fault ?? error
      }
    }
  const isMore = (error: unknown): boolean => !isOutOfRoom(error)
  return {
    write: guarded(disk.write, isMore),
    writeThrough: guarded(disk.writeThrough, isMore),
    sync: guarded(disk.sync, () => true),
    cut: guarded(disk.cut, isMore),
  }
}

/** To write to; what stands in it is on disk. */
export async function openSynced(path: string): Promise<number> {
  const fd = await openFile(path, constants.O_RDWR)
  await syncFile(fd)
  return fd
}

/**
 * Each write returns when what it wrote is on disk, with all that is needed to read it back (POSIX O_DSYNC). One way to the kernel and
 * back in place of two, for a write and for fdatasync: a quarter of the time less.
 */
export async function openWrittenThrough(path: string): Promise<number> {
  // (macOS takes the drive's word for it: good for trying things out.)
  if (!(constants.O_DSYNC > 0)) throw new Error('this system cannot promise that what is written is on disk (O_DSYNC)')
  return openFile(path, constants.O_RDWR | constants.O_DSYNC)
}

/** A file with nothing but what is written now; on disk when it returns. */
export function writeSynced(path: string, write: (fd: number) => void): void {
  const fd = openSync(path, 'w', 0o600)
  try {
    write(fd)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Loops on short writes; the position is explicit, so that nobody else's seek can move it. */
export async function writeAll(write: Write, fd: number, data: Buffer, position: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    const written = await write(fd, data, done, data.length - done, position + done)
    if (written === 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' })
    done += written
  }
}

const closeFile = promisify(close)
const renameFile = promisify(rename)

/** A new name is durable only after its directory is. */
export async function syncDirectory(directory: string): Promise<void> {
  const fd = await openFile(directory, 'r')
  try {
    await syncFile(fd)
  } finally {
    await closeFile(fd)
  }
}

/**
 * Readers see the old bytes or the new, also after a power cut: the new file is complete on disk (1) before it takes the
 * name (2), and the name is on disk (3) before this resolves. `path`.tmp may be left over; it is overwritten the next time.
 */
export async function replaceFile(path: string, data: string | Buffer, mode: number): Promise<void> {
  const temporary = `${path}.tmp`
  const fd = await openFile(temporary, 'w', mode)
  try {
    await writeAll(kernelWrite, fd, typeof data === 'string' ? Buffer.from(data) : data, 0)
    await syncFile(fd) // 1
  } finally {
    await closeFile(fd)
  }
  await renameFile(temporary, path) // 2
  await syncDirectory(dirname(path)) // 3
}

/**
 * No room left on the disk, or no descriptor for the next file: nothing was promised yet, so the log can wait for it. Any other error
 * means that the disk cannot be trusted.
 */
export function isOutOfRoom(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException
  return wantsRoom.has(code)
}

const wantsRoom: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE'])

export function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === code
}
