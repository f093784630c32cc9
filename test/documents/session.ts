// A page that is followed, step by step: its blocks as steps, and whether what a command printed is what the page shows.
//
//   ```console      lines that begin with `$ ` are commands (a line that ends with \ goes on), what follows is what they print
//   ```sh           commands whose output the page does not show
//   ```yaml         a file, if a line before says "Save as `PATH`:"; one line of a file, if "In `PATH`, the line `KEY:` becomes:"
//
// In what is printed, … stands for anything on its line, and a line of … alone for any lines.

export type Step =
  | { readonly kind: 'run'; readonly command: string; readonly line: number; readonly shown: string | null }
  | { readonly kind: 'save'; readonly path: string; readonly text: string }
  | { readonly kind: 'line'; readonly path: string; readonly key: string; readonly text: string }

export function stepsOf(page: string): readonly Step[] {
  const steps: Step[] = []
  for (const match of page.matchAll(/([^\n]*)\n\n```(console|sh|yaml|text)\n([\s\S]*?)```/g)) {
    const [, before = '', language, text = ''] = match
    const line = page.slice(0, match.index).split('\n').length + 3
    if (language === 'sh') steps.push({ kind: 'run', command: text, line, shown: null })
    else if (language === 'console') steps.push(...conversation(text, line))
    else {
      const [, path] = /Save (?:it|this) as `([^`]+)`:$/.exec(before) ?? []
      const [, of, key] = /In `([^`]+)`, the line `([^`]+)` becomes:$/.exec(before) ?? []
      if (path !== undefined) steps.push({ kind: 'save', path, text })
      if (of !== undefined && key !== undefined) steps.push({ kind: 'line', path: of, key, text })
    }
  }
  return steps
}

function conversation(text: string, line: number): readonly Step[] {
  const steps: { kind: 'run'; command: string; line: number; shown: string }[] = []
  let isOpen = false
  text.split('\n').forEach((one, index) => {
    const last = steps.at(-1)
    if (isOpen && last !== undefined) last.command += `\n${one}`
    else if (one.startsWith('$ ')) steps.push({ kind: 'run', command: one.slice(2), line: line + index, shown: '' })
    else if (last !== undefined) last.shown += `${one}\n`
    isOpen = one.endsWith('\\') && (isOpen || one.startsWith('$ '))
  })
  return steps
}

/** What differs from run to run: digests, ids, ports, folders, instants to the millisecond. */
export const steady = (text: string): string =>
  text
    .replace(/sha256:[0-9a-f]{64}/g, 'sha256:…')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '…')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:…')
    .replace(/[^\s=]*portcullis-demo-[\w…]+/g, '…')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '…')

/** Whether it is what the page shows. */
export function isAsShown(printed: string, shown: string): boolean {
  const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const lines = steady(shown)
    .trimEnd()
    .split('\n')
    .map((line) => (line.trim() === '…' ? '(?:.*\n)*?' : `${line.split('…').map(escaped).join('.*?')}\n`))
  return new RegExp(`^${lines.join('')}$`).test(`${steady(printed).trimEnd()}\n`)
}
