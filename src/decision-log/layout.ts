// Layout: where the files of a log are. One log per process; several logs may share one path, which holds what they share.
//
//   <path>/hk1.key                       key of the pseudonyms, shared, 0600
//   <path>/roster/<log>.note             newest registration of each log: a checkpoint, kept outside the log it is about
//   <path>/roster/<log>.vkey             the key that it is signed with
//   <path>/<log>/lock                    held by the writer
//   <path>/<log>/seg/<first seq>.ndjson  the records
//   <path>/<log>/ahead                   copy of the newest records, for the next start after a power cut
//   <path>/<log>/checkpoint              newest checkpoint
//   <path>/<log>/checkpoints             all of them, one note per line as JSON
//   <path>/<log>/torn/…                  what recovery cut off, kept for people
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

export interface LogFiles {
  readonly name: string
  readonly directory: string
  readonly lock: string
  readonly segments: string
  readonly ahead: string
  readonly checkpoint: string
  readonly checkpoints: string
  readonly torn: string
  readonly rosterNote: string
  readonly rosterKey: string
}

/** Without blanks and `+`, as C2SP key names demand; what may stand in a file name beside `~`. */
const originForm = /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/

/** One log, one writer: each process of the gate has its own, and its name never changes. 0: the gate is one process. */
export const processOrigin = (number: number): string => `local/portcullis/standalone/gate/${number}`

/** A fleet's control beside them: no gate's, whatever its number. */
export const controlOrigin = 'local/portcullis/standalone/control/0'

/** `org/portcullis/cluster/instance/worker` → `org~portcullis~cluster~instance~worker`: one to one. */
export function logNameOf(origin: string): string {
  if (!originForm.test(origin) || origin.startsWith('.') || origin.length > 200)
    throw new TypeError(
      `\`${origin}\` cannot be an origin: letters, digits, \`.\`, \`_\`, \`-\`, parts divided by \`/\``,
    )
  return origin.replaceAll('/', '~')
}

export function originOf(logName: string): string {
  return logName.replaceAll('~', '/')
}

export function filesOf(path: string, logName: string): LogFiles {
  const directory = join(path, logName)
  return {
    name: logName,
    directory,
    lock: join(directory, 'lock'),
    segments: join(directory, 'seg'),
    ahead: join(directory, 'ahead'),
    checkpoint: join(directory, 'checkpoint'),
    checkpoints: join(directory, 'checkpoints'),
    torn: join(directory, 'torn'),
    rosterNote: join(rosterOf(path), `${logName}.note`),
    rosterKey: join(rosterOf(path), `${logName}.vkey`),
  }
}

export function rosterOf(path: string): string {
  return join(path, 'roster')
}

export function pseudonymKeyOf(path: string): string {
  return join(path, 'hk1.key')
}

export interface SegmentFile {
  readonly name: string
  readonly path: string
  readonly firstSeq: number
}

export function segmentNameOf(firstSeq: number): string {
  return `${String(firstSeq).padStart(16, '0')}.ndjson`
}

/** In order of their first record; other files are not segments. ENOENT: none. */
export function listSegments(directory: string): SegmentFile[] {
  return namesIn(directory)
    .filter((name) => /^\d{16}\.ndjson$/.test(name))
    .toSorted()
    .map((name) => ({ name, path: join(directory, name), firstSeq: Number(name.slice(0, 16)) }))
}

/** The logs of all processes that a gate has, or had: their origins differ in the last part alone. */
export function logsOfGate(path: string, origin: string): readonly LogFiles[] {
  const gate = logNameOf(origin).replace(/[^~]*$/, '')
  const names = listLogs(path).present.filter((name) => name.startsWith(gate) && !name.slice(gate.length).includes('~'))
  return names.map((name) => filesOf(path, name))
}

/** Names of the logs under a path: those that have segments, and those that the roster names. */
export function listLogs(path: string): { present: string[]; registered: string[] } {
  const registered = namesIn(rosterOf(path))
    .filter((name) => name.endsWith('.note'))
    .map((name) => name.slice(0, -'.note'.length))
  const present = readdirSync(path, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && entry.name !== 'roster' && namesIn(join(path, entry.name)).includes('seg'),
    )
    .map((entry) => entry.name)
  return { present: present.toSorted(), registered: registered.toSorted() }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
