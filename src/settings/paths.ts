// Files that settings name. Relative paths start at the folder of portcullis.yaml, so that the file means the same wherever the
// process was started.
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { limits } from '../limits.ts'
import { type Scalar, scalar, type Wrong } from './scalars.ts'
import { reasonOf } from './substitute.ts'

/** A path that need not exist yet. */
export function filePath(folder: string): Scalar<string> {
  return scalar('a path', (text) => pathIn(folder, text))
}

export function existingFile(folder: string): Scalar<string> {
  return scalar('the path of a file', (text) => existing(folder, text, 'file'))
}

export function existingPath(folder: string): Scalar<string> {
  return scalar('a path', (text) => existing(folder, text, 'any'))
}

/** The text of a small file, for example a certificate. */
export function textOfFile(folder: string): Scalar<{ readonly path: string; readonly text: string }> {
  return scalar('the path of a PEM file', (text) => {
    const path = existing(folder, text, 'file')
    if (typeof path !== 'string') return path
    try {
      const bytes = readFileSync(path)
      if (bytes.length > limits.secretFileBytes) return { wrong: `is larger than ${limits.secretFileBytes} bytes` }
      return { path, text: bytes.toString('utf8') }
    } catch (error) {
      return { wrong: `cannot be read: ${reasonOf(error)}` }
    }
  })
}

function pathIn(folder: string, text: string): string | Wrong {
  if (text === '' || text.includes('\0')) return { wrong: 'is no path' }
  return resolve(folder, text)
}

function existing(folder: string, text: string, what: 'file' | 'any'): string | Wrong {
  const path = pathIn(folder, text)
  if (typeof path !== 'string') return path
  try {
    const found = statSync(path)
    if (what === 'file' && !found.isFile()) return { wrong: 'is no regular file' }
    return path
  } catch (error) {
    return { wrong: `cannot be opened: ${reasonOf(error)} (relative paths start at the folder of the settings file)` }
  }
}
