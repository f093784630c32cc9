// For auditors who know a value and look for its records. Never makes a key.
import { readPseudonyms } from './keys.ts'
import { pseudonymKeyOf } from './layout.ts'

/** The pseudonym that the logs under `directory` have for a value. `tenant`: for a subject its issuer. Throws ENOENT where there is no key. */
export function pseudonymOf(options: { directory: string; field: string; value: string; tenant?: string }): string {
  const { directory, field, value, tenant } = options
  return readPseudonyms(pseudonymKeyOf(directory))(field, value, tenant)
}
