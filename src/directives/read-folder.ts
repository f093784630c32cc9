// Reads a policy folder from disk: every `.yaml` file below it, each once, whole, as text. Promises to open regular files inside the
// folder and nothing else: no device, no pipe, no link that leads out, nothing larger than the limits, nothing that every user of
// the machine could have written. What it does not read it names, so that no file is passed over in silence.
import { constants } from 'node:fs'
import { lstat, open, readdir, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { limits } from '../limits.ts'

export interface FolderText {
  /** Below the folder, with `/`. */
  readonly path: string
  readonly text: string
}

export interface FolderFault {
  readonly path: string
  readonly code: string
  readonly message: string
  readonly severity: 'error' | 'warning'
}

export interface FolderReading {
  readonly files: readonly FolderText[]
  readonly faults: readonly FolderFault[]
}

export async function readFolder(folder: string): Promise<FolderReading> {
  const files: FolderText[] = []
  const faults: FolderFault[] = []
  try {
    const root = await realpath(folder)
    if (!(await lstat(root)).isDirectory()) return { files, faults: [fault('.', 'no-folder', 'is no folder')] }
    for (const path of await listPolicyFiles(root, faults)) {
      const reading = await readOne(root, path)
      if ('code' in reading) faults.push(reading)
      else files.push(reading)
    }
  } catch (error) {
    faults.push(fault('.', 'unreadable', `cannot be read: ${codeOf(error)}`))
  }
  if (files.length === 0 && faults.every(({ severity }) => severity === 'warning'))
    faults.push(fault('.', 'no-files', 'holds no policy file (`.yaml`)'))
  return { files, faults }
}

const looksLikePolicy = /\.(ya?ml|json)/i
const isProse = /^(readme|license)|\.md$/i

/** Paths of what claims to be a policy file, below `root`, without hidden ones. The order is that of the names. */
export async function listPolicyFiles(root: string, faults: FolderFault[]): Promise<readonly string[]> {
  const paths: string[] = []
  const walk = async (folder: string, depth: number): Promise<void> => {
    if (depth > limits.policyDepth) {
      faults.push(fault(named(root, folder), 'too-deep', `lies deeper than ${limits.policyDepth} folders`))
      return
    }
    const entries = await readdir(folder, { withFileTypes: true })
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name)
      const isHidden = entry.name.startsWith('.')
      // Mounted configuration keeps its former states in hidden folders.
      if (isHidden && (entry.isDirectory() || !looksLikePolicy.test(entry.name))) continue
      if (entry.isDirectory()) await walk(path, depth + 1)
      else if (entry.name.endsWith('.yaml') && !isHidden) paths.push(path)
      else if (entry.isSymbolicLink() && !isHidden) {
        // It may be a folder of directives, and walking it could lead out or round in a circle.
        faults.push(fault(named(root, path), 'link', 'is a link and is not read: put what it leads to in its place'))
      } else if (/\.ya?ml$/i.test(entry.name) && !isHidden) {
        faults.push(fault(named(root, path), 'wrong-extension', 'is not read: end its name in `.yaml`'))
      } else if (!isProse.test(entry.name)) {
        // What an editor leaves, a file put aside, a name with a letter that only looks right: no reason to refuse the others.
        const message = 'is not read: name it so that it ends in `.yaml`, or move it out of the folder'
        faults.push({ path: named(root, path), code: 'passed-over', message, severity: 'warning' })
      }
      if (paths.length > limits.policyFiles) {
        faults.push(fault('.', 'too-many-files', `holds more than ${limits.policyFiles} policy files`))
        return
      }
    }
  }
  await walk(root, 0)
  return paths.map((path) => named(root, path))
}

async function readOne(root: string, path: string): Promise<FolderText | FolderFault> {
  try {
    // A link may stay inside the folder (mounted configuration is made of such links); where it leads is opened, not the link.
    const real = await realpath(join(root, path))
    if (!`${real}${sep}`.startsWith(`${root}${sep}`))
      return fault(path, 'leads-out', 'is a link that leads out of the folder')
    // O_NONBLOCK: opening a pipe would wait for a writer for ever.
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) return fault(path, 'no-file', 'is no regular file')
      if ((stat.mode & 0o002) !== 0) return fault(path, 'world-writable', 'can be written by every user: chmod o-w')
      if (stat.size > limits.policyFileBytes)
        return fault(path, 'too-large', `is larger than ${limits.policyFileBytes} bytes: split it`)
      const bytes = Buffer.alloc(stat.size + 1)
      const { bytesRead } = await file.read(bytes, 0, stat.size + 1, 0)
      if (bytesRead !== stat.size) return fault(path, 'changing', 'changed while it was read')
      return {
        path,
        text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, bytesRead)),
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof TypeError) return fault(path, 'not-utf-8', 'is not UTF-8')
    return fault(path, 'unreadable', `cannot be read: ${codeOf(error)}`)
  }
}

/** What tells one state of the folder from another: name, size, times and inode of each policy file, and what would be a fault. */
export async function signatureOf(folder: string): Promise<string> {
  try {
    const root = await realpath(folder)
    const faults: FolderFault[] = []
    const paths = await listPolicyFiles(root, faults)
    const stats = await Promise.all(
      paths.map(async (path) => {
        const stat = await lstat(await realpath(join(root, path)), { bigint: true }).catch(() => undefined)
        return `${path} ${stat?.ino} ${stat?.size} ${stat?.mtimeNs} ${stat?.ctimeNs}`
      }),
    )
    return [root, ...stats, ...faults.map(({ path, code }) => `${path} ${code}`)].join('\n')
  } catch (error) {
    return `unreadable ${codeOf(error)}`
  }
}

const named = (root: string, path: string): string => relative(root, path).split(sep).join('/') || '.'
const fault = (path: string, code: string, message: string): FolderFault => ({
  path,
  code,
  message,
  severity: 'error',
})
const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? error)
