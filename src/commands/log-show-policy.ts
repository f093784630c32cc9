// The policy that decided a record, for its words: refused unless it is that very policy. A folder has no serial of its own: it is
// compiled under the one of the record.
import { type Bundle, recordedAccount } from '../policy/index.ts'
import { faultsReport } from './policy-report.ts'
import { readPolicy } from './read-policy.ts'

/** @throws Error with a sentence, where it is another policy or does not compile */
export async function policyOfRecord(record: unknown, path: string, registers: string | undefined): Promise<Bundle> {
  const decidedUnder = recordedAccount(record, null)?.policy ?? null
  if (decidedUnder === null) throw new Error('no policy decided this record: show it without --policy')
  const { digest, serial } = decidedUnder
  const reading = await readPolicy({ path, registers, serial })
  if (reading.kind === 'faults') throw new Error(`\`${path}\` does not compile:\n${faultsReport(reading, 'human').err}`)
  if (reading.digest === digest) return reading.policy.bundle
  const found = `\`${path}\` is ${reading.digest}${reading.isFolder ? ` (compiled under serial ${serial})` : ''}`
  // What a folder compiles to has neither the approvals nor the two parts of bundles: it is never one of them.
  if (reading.isFolder && isOfBundles(record))
    throw new Error(
      `the record was decided under approved bundles, serial ${serial}, which no folder can match, whatever stands in it: give the bundle that was in force then as --policy, and the registers beside it as --registers (\`portcullis log query --kind policy.loaded\` shows which came when), or leave out --policy`,
    )
  throw new Error(
    `${found}, but the record was decided under ${digest}, serial ${serial}: name the policy of that time (where bundles are enforced: both bundles, --policy and --registers), or leave out --policy`,
  )
}

/** Approved bundles alone are signed. */
function isOfBundles(record: unknown): boolean {
  const { policy } = record as { readonly policy?: { readonly unsigned?: unknown } | null }
  return policy?.unsigned === false
}
