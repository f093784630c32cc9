// Secrets that somebody wrote into portcullis.yaml in spite of all: no line that is shown may hold one.
import { isSecret, settingName } from './faults.ts'
import { type Path, refersElsewhere } from './substitute.ts'

/** The file's text with every secret that stands in the open blotted out, at its length, so that columns stay. */
export function masked(text: string, source: unknown): string {
  const secrets = new Set<string>()
  const walk = (node: unknown, path: Path): void => {
    if (typeof node === 'string') {
      if (isSecret(settingName(path)) && node.length > 3 && !refersElsewhere(node)) secrets.add(node)
    } else if (typeof node === 'object' && node !== null) {
      for (const [key, value] of Object.entries(node)) walk(value, [...path, Array.isArray(node) ? Number(key) : key])
    }
  }
  walk(source, [])
  let out = text
  for (const secret of secrets) out = out.replaceAll(secret, '*'.repeat(secret.length))
  return maskedByShape(out)
}

/** For a file that cannot be parsed, or a secret under a misspelt key: by what secrets look like. */
export function maskedByShape(text: string): string {
  const blot = (whole: string, before: string): string => before + '*'.repeat(whole.length - before.length)
  return text
    .replace(
      /(\b(?:credentials?|secret|password|token|api-?key|access-key-id|secret-access-key|session-token)['"]?\s*:\s*)(?![\s$'"]|['"]?\$\{)[^\s,}#]+/gi,
      blot,
    )
    .replace(/(:\/\/[^@/\s:]*:)(?!\$\{)[^@\s]+(?=@)/g, blot)
}
