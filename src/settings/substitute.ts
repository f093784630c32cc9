// `${NAME}` and `${file:PATH}` in the values of portcullis.yaml: how secrets come in without standing in the file.
// Promises that a value that came in this way is in no message, and that nothing is looked up twice: what was put in is not read
// for further references.
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { limits } from '../limits.ts'

export type Path = readonly (string | number)[]

export interface Substitution {
  /** The same tree with every reference replaced. */
  readonly value: unknown
  readonly faults: readonly { readonly path: Path; readonly message: string }[]
}

type Found = { readonly text: string } | { readonly fault: string }

/** @param folder relative file references start here: the folder of portcullis.yaml. */
export function substitute(tree: unknown, env: NodeJS.ProcessEnv, folder: string): Substitution {
  const faults: { path: Path; message: string }[] = []
  const look = (reference: string): Found =>
    reference.startsWith('file:') ? fromFile(reference.slice('file:'.length), folder) : fromEnvironment(reference, env)

  const walk = (node: unknown, path: Path): unknown => {
    if (typeof node === 'string') {
      const { text, messages } = expand(node, look)
      for (const message of messages) faults.push({ path, message })
      return text
    }
    if (Array.isArray(node)) return node.map((item, index) => walk(item, [...path, index]))
    if (typeof node !== 'object' || node === null) return node
    const copy: Record<string, unknown> = Object.create(null)
    for (const [key, value] of Object.entries(node)) copy[key] = walk(value, [...path, key])
    return copy
  }
  return { value: walk(tree, []), faults }
}

/** True where the text refers to the environment or to a file: a secret that is written so does not stand in the file. */
export function refersElsewhere(text: string): boolean {
  return /(^|[^$])\$\{/.test(text)
}

function expand(source: string, look: (reference: string) => Found): { text: string; messages: readonly string[] } {
  const messages: string[] = []
  const text = source.replace(/\$\$\{|\$\{([^}]*)\}?/g, (whole, reference: string | undefined) => {
    if (whole === '$${') return '${'
    if (!whole.endsWith('}')) {
      messages.push('`${` is not closed: write `${NAME}`, `${file:PATH}`, or `$${` where the two characters are meant')
      return ''
    }
    const found = look(reference ?? '')
    if ('text' in found) return found.text
    messages.push(found.fault)
    return ''
  })
  return { text, messages }
}

function fromEnvironment(name: string, env: NodeJS.ProcessEnv): Found {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) {
    return { fault: `\`\${${name}}\` names no variable: write \`\${NAME}\` or \`\${file:PATH}\`` }
  }
  const text = Object.hasOwn(env, name) ? env[name] : undefined
  if (text === undefined) return { fault: `the environment has no \`${name}\`: set it, or take \`\${${name}}\` out` }
  if (text === '') return { fault: `the environment variable \`${name}\` is empty: set it` }
  return { text }
}

function fromFile(path: string, folder: string): Found {
  if (path === '') return { fault: '`${file:}` names no file: write `${file:PATH}`' }
  const file = resolve(folder, path)
  try {
    if (!statSync(file).isFile()) return { fault: `\`${file}\` is no regular file` }
    const bytes = readFileSync(file)
    if (bytes.length > limits.secretFileBytes) {
      return { fault: `\`${file}\` is larger than ${limits.secretFileBytes} bytes: that is no secret` }
    }
    // One line end at the end is how editors and `echo` leave a file; it is never part of a key.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, '')
    return text === '' ? { fault: `\`${file}\` is empty` } : { text }
  } catch (error) {
    return { fault: `\`${file}\` cannot be read: ${reasonOf(error)}` }
  }
}

/** Why the system refused, without its own words for the path. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'it is no UTF-8 text'
  return code ?? error.message
}
