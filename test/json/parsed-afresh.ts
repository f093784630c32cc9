import { runInNewContext } from 'node:vm'

/**
 * What a JSON.parse that has read nothing else makes of a text, as JSON; null where it refuses. The one of this process can take an
 * escaped key for another that it met (test/json/read-everywhere.test.ts).
 */
export function parsedAfresh(text: string): string | null {
  try {
    return runInNewContext('JSON.stringify(JSON.parse(text))', { text }) as string
  } catch {
    return null
  }
}
