// A noun of the bundle together with where it was written and what it refers to, so that checks across files can point at it.

import type { CodeSet, Position } from '../bundle/bundle.ts'
import type { FaultPath, PolicyFile } from './fault.ts'

export type Target =
  | 'list'
  | 'model'
  | 'family'
  | 'directive'
  | 'organization'
  | 'program'
  | 'evaluators'
  | 'staff'
  | 'tier'
  | 'issuer'

/** A name that must exist somewhere in the folder. */
export interface Reference {
  readonly file: PolicyFile
  readonly path: FaultPath
  readonly to: Target
  readonly name: string
}

/** Place in a file, and the references that were met on the way. */
export interface Site {
  readonly file: PolicyFile
  readonly path: FaultPath
  readonly references: Reference[]
}

export const below = (site: Site, ...steps: FaultPath): Site => ({ ...site, path: [...site.path, ...steps] })

export function refer(site: Site, to: Target, name: string): string {
  site.references.push({ file: site.file, path: site.path, to, name })
  return name
}

export const positionOf = (site: Site): Position => ({
  path: site.file.path,
  line: site.file.document.positionOf(site.path).line,
})

/** Lists are named in lower case, codes written in upper case. */
export const isCode = (name: string): boolean => /^[A-Z]/.test(name)

export function codeSet(site: Site, names: readonly string[]): CodeSet {
  return {
    lists: names.flatMap((name, index) => (isCode(name) ? [] : [refer(below(site, index), 'list', name)])),
    codes: names.filter(isCode),
  }
}
