// Pages that are measured: docs/benchmarks.md is written by the benches alone, one section each, so that running one leaves the others as
// they are; docs/reliability.md so too.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { barWords } from './bars.ts'

export interface Page {
  readonly file: URL
  /** What a new one begins with. */
  readonly head: string
}

const benchmarks: Page = {
  file: new URL('../docs/benchmarks.md', import.meta.url),
  head: `# Benchmarks

Written by \`npm run bench [-- NAME…]\`; do not edit. A section says when, where and how it was measured.
${barWords}`,
}

/** Puts the section in the place of the one of that name, or at the end. */
export function writeSection(name: string, text: string, { file, head }: Page = benchmarks): void {
  const page = existsSync(file) ? readFileSync(file, 'utf8') : head
  writeFileSync(file, withSection(page, name, text))
}

/** The page with this section; every other byte of it stays. */
export function withSection(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- bench ${name} -->`, `<!-- end of ${name} -->`]
  const section = `${begin}\n${text.trim()}\n${end}`
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from === -1 || to < from) return `${page.trimEnd()}\n\n${section}\n`
  return page.slice(0, from) + section + page.slice(to + end.length)
}
