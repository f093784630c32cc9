// What the system says of a file that a `log` command cannot read, as a sentence that names the file and says what to do.
import { basename, dirname } from 'node:path'

export function faultText(error: unknown): string {
  const { code, path, message, syscall } = error as NodeJS.ErrnoException
  if (path === undefined) return message
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `\`${path}\` may not be read by this account: ask as the account that runs the gate, or the control, whose log it is, or take a copy of the whole folder that this account may read`
    case 'ENOENT':
      return `\`${path}\` is not there: ${adviceOn(path, syscall)}`
    case 'ENOTDIR':
      // The roster is what is looked for first in it.
      return `\`${basename(path) === 'roster' ? dirname(path) : path}\` is no folder: ${folders}`
    default:
      return message
  }
}

const folders =
  'give the folder of the logs with --log: the one that `log.path` of the settings names, or `log` in the folder of a control without that section'

function adviceOn(path: string, syscall: string | undefined): string {
  if (syscall === 'scandir') return folders
  if (basename(path) === 'hk1.key')
    return 'it is the key of the pseudonyms, and a secret; make them where the log is written, or put it into the copy'
  return 'check the path, which starts at the folder that you are in'
}
