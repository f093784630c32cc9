// The last activated policy, kept on disk over a restart. Without it a start would believe whatever the source holds at that moment,
// and a restart would lift what the running gate had just refused to drop: no vanish rule and no serial can hold in memory alone.
// Promises: a reader finds the old policy or the new one, whole, also after a power cut; a file that was cut short, edited or is of
// another format is a fault and never taken for "nothing is kept".
//
// Kept are the bundles as they were approved, and what is due on them. A start counts the approvals again by the settings of that
// day: one of them at least must still be of somebody whom the settings name, so that nobody can plant a policy here.
import { lstat } from 'node:fs/promises'
import { z } from 'zod'
import { canonicalJson, digestOf, isJsonObject, type JsonValue } from '../json/index.ts'
import { limits } from '../limits.ts'
import { countApprovals } from './approvals.ts'
import { type Envelope, envelopeOf, readBundleJson } from './envelope.ts'
import type { ApprovalRules } from './judge-part.ts'
import { type Due, type InForce, load } from './next-policy.ts'
import type { Pair } from './parts.ts'
import { readPlainFile } from './plain-file.ts'
import { replaceFile } from './replace-file.ts'

const memoryFormat = 'portcullis-in-force/1'

const instant = z.int().min(0)
const due = instant.nullable()
const rest: z.ZodType<{ readonly due: Due; readonly heldSince: Readonly<Record<string, number>> }> = z.strictObject({
  due: z.strictObject({ policy: due, registers: due }),
  heldSince: z.record(z.string(), instant),
})

export type Recalled =
  /** Only where there is no file of that name: the first start, or somebody removed it knowingly. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'policy'; readonly inForce: InForce }
  | { readonly kind: 'fault'; readonly message: string }

/** Never rejects. */
export async function recallPolicy(path: string, rules: ApprovalRules): Promise<Recalled> {
  try {
    await lstat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'nothing' }
  }
  const fault = (message: string): Recalled => ({ kind: 'fault', message: `\`${path}\` ${message}` })
  const file = await readPlainFile(path, 2 * limits.bundleBytes)
  if (file.kind === 'fault') return fault(file.message)
  const reading = readBundleJson(file.bytes)
  if (reading.kind === 'fault') return fault(`is no policy that was kept: ${reading.message}`)
  const { value } = reading
  if (!isJsonObject(value) || value['format'] !== memoryFormat || !isJsonObject(value['kept']))
    return fault(`is not of the format \`${memoryFormat}\``)
  const { kept, digest, ...others } = value
  if (Object.keys(others).length !== 1 || digestOf(kept) !== digest)
    return fault('does not have the digest that it states: it was changed or cut short')
  return keptOf(kept, rules, fault)
}

function keptOf(
  { policy, registers, ...more }: Readonly<Record<string, JsonValue>>,
  rules: ApprovalRules,
  fault: (message: string) => Recalled,
): Recalled {
  const parts = [policy ?? null, registers ?? null].map((part) => (part === null ? null : envelopeOf(part)))
  for (const part of parts) if (part?.kind === 'fault') return fault(part.message)
  const [first, second] = parts.map((part) => (part?.kind === 'envelope' ? part.envelope : null))
  const shape = rest.safeParse(more)
  if (!first || !shape.success) return fault('has not the parts that a kept policy has')
  const pair: Pair = { policy: first, registers: second ?? null }
  const loaded = load(pair)
  if ('code' in loaded) return fault(loaded.reasons[0] ?? 'cannot be enforced')
  return { kind: 'policy', inForce: { ...loaded, ...shape.data, isTrusted: isTrusted(pair, rules) } }
}

const isTrusted = ({ policy, registers }: Pair, { signers }: ApprovalRules): boolean =>
  signers.length === 0 ||
  [policy, registers].every((part) => {
    if (part === null) return policy.statement.kind === 'policy' // never: such a pair does not load
    const { approvers, forged } = countApprovals(part.statement, part.approvals, signers)
    return approvers.length > 0 && forged.length === 0
  })

/** Resolves when a restart will find it. Rejects where that cannot be said; `path` then holds the old one or the new. */
export async function keepPolicy(path: string, { pair, due, heldSince }: InForce): Promise<void> {
  const written = (part: Envelope | null): object | null => part && { format: 'portcullis-bundle-file/2', ...part }
  const kept = { policy: written(pair.policy), registers: written(pair.registers), due, heldSince }
  const bytes = Buffer.from(`${canonicalJson({ format: memoryFormat, digest: digestOf(kept), kept })}\n`)
  // What could not be read again must not be kept.
  if (bytes.length > 2 * limits.bundleBytes)
    throw new Error(`the policy is larger than ${2 * limits.bundleBytes} bytes`)
  await replaceFile(path, bytes)
}
