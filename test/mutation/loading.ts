// Loading: the instrumented text in place of the source, and modules anew where they must be. A mutant in a line that runs when its
// module loads is switched on before a new generation of `src` is loaded; the tests of a file run when the file loads, so each run
// loads the files of the room's tests anew and gives them a `tap` of its own.

import { registerHooks } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { root } from './mutants.ts'

const taps = new Map<string, unknown>()
Object.assign(globalThis, { __tapOfRun__: (run: string) => taps.get(run) })
const tapScheme = 'tap-of-run:'

/** In this thread, for everything that is imported after it. */
export function loadInstrumented(sources: ReadonlyMap<string, string>): void {
  registerHooks({
    resolve(specifier, context, next) {
      const asking = new URLSearchParams(context.parentURL?.split('?')[1] ?? '')
      const run = asking.get('run')
      if (specifier === 'tap' && run !== null) {
        return { url: `${tapScheme}${run}`, format: 'module', shortCircuit: true }
      }
      const found = next(specifier, context)
      const path = pathOf(found.url)
      if (path === null) return found
      const url = new URL(found.url)
      const generation = asking.get('generation')
      if (generation !== null) url.searchParams.set('generation', generation)
      if (run !== null && path.startsWith('test/policy')) url.searchParams.set('run', run)
      return { ...found, url: url.href }
    },
    load(url, context, next) {
      if (url.startsWith(tapScheme)) {
        const source = `export default globalThis.__tapOfRun__('${url.slice(tapScheme.length)}')`
        return { format: 'module', source, shortCircuit: true }
      }
      const source = sources.get(pathOf(url) ?? '')
      return source === undefined ? next(url, context) : { format: 'module-typescript', source, shortCircuit: true }
    },
  })
}

/** Below the repository; null: not of it. */
function pathOf(url: string): string | null {
  if (!url.startsWith('file:')) return null
  const path = relative(root, fileURLToPath(url.split('?')[0] ?? url))
  return path.startsWith('..') || path.startsWith('node_modules') ? null : path
}

/** @param generation null: the one that is loaded already */
export const urlOf = (path: string, { generation }: { readonly generation: number | null }): string =>
  pathToFileURL(join(root, path)).href + (generation === null ? '' : `?generation=${generation}`)

let runs = 0

/** Loads a file of tests, which run as it loads, with `tap` as their tap. */
export async function importWithTap(path: string, tap: unknown, generation: number | null): Promise<void> {
  runs++
  taps.set(`${runs}`, tap)
  try {
    const url = new URL(urlOf(path, { generation }))
    url.searchParams.set('run', `${runs}`)
    await import(url.href)
  } finally {
    taps.delete(`${runs}`)
  }
}
