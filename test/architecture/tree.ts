// The repository as the architecture tests see it: files that git knows or would add, and the imports of each source file.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('../../', import.meta.url))

/** Paths relative to the repository's root, with forward slashes, sorted. Ignored files are not among them. */
export function repositoryFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root })
  return [...new Set(listed.toString('utf8').split('\0'))]
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .toSorted()
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

export interface Import {
  /** File that imports. */
  readonly from: string
  /** Path of a file in the repository, or the bare name of a package (`node:fs`, `zod`). */
  readonly to: string
  readonly line: number
  /** `import type`: gone at run time. */
  readonly typeOnly: boolean
  /** Values that are named; empty where everything is taken. */
  readonly values: readonly string[]
  /** Not loaded here: the file runs in a process or thread of its own. */
  readonly elsewhere: boolean
}

// Biome keeps the shape of imports fixed (single quotes, one statement), so that a pattern reads them as well as a parser would.
const statement = /^(?:import|export)\s+(type\s)?(?:[\w$*\s{},]*?\sfrom\s+)?'([^']+)'/gm
const dynamic = /\bimport\(\s*'([^']+)'/g
/** Files that are named as URLs run in another process or thread; the name binds as an import does. */
const named = /new URL\(\s*'(\.[^']+\.ts)',\s*import\.meta\.url/g

export function importsOf(path: string, text: string = read(path)): readonly Import[] {
  const found: Import[] = []
  const add = (
    index: number,
    target: string,
    typeOnly: boolean,
    values: readonly string[] = [],
    elsewhere = false,
  ): void => {
    const to = target.startsWith('.') ? normalize(join(dirname(path), target)) : target
    found.push({ from: path, to, line: text.slice(0, index).split('\n').length, typeOnly, values, elsewhere })
  }
  for (const match of text.matchAll(statement)) {
    const braces = /\{([^}]*)\}/.exec(match[0])?.[1]
    const names = (braces ?? '').split(',').flatMap((name) => name.trim().match(/^(?:type\s+)?[\w$]+/) ?? [])
    const values = names.filter((name) => !/^type\s/.test(name))
    const typeOnly = match[1] !== undefined || (names.length > 0 && values.length === 0)
    add(match.index, match[2] ?? '', typeOnly, typeOnly ? [] : values)
  }
  for (const match of text.matchAll(dynamic)) add(match.index, match[1] ?? '', false)
  for (const match of text.matchAll(named)) add(match.index, match[1] ?? '', false, [], true)
  return found
}

/** `src/policy/read/fields/x.ts` → `read`, its front → `index`; null outside src/policy. */
export function policyRoomOf(path: string): string | null {
  const match = /^src\/policy\/([^/]+?)(?:\.ts)?(?:\/|$)/.exec(path)
  return match?.[1] ?? null
}

/** `src/policy/read/x.ts` → `policy`; `src/limits.ts` → `limits`; null outside src. */
export function roomOf(path: string): string | null {
  const match = /^src\/([^/]+?)(?:\.ts)?(?:\/|$)/.exec(path)
  return match?.[1] ?? null
}
