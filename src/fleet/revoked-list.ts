// What is revoked in a fleet, as `control` tells its gates: a line of canonical JSON for each, oldest first. Its statement signs the
// digest of the text, so that a gate knows whose it is before it reads any of it. Pure.
//
// There may be thousands, and each act makes another list: a line is written once and read once, however often it is sent.
import { z } from 'zod'
import { type Revocation, revokedSchema } from '../directives/index.ts'
import { canonicalJson, readJson, sha256 } from '../json/index.ts'
import type { Revoked } from '../vocabulary/revocation.ts'

/** Whom it shuts out and since when; who said so, and why, is for control to tell. */
export type ListedRevocation = Pick<Revocation, 'id' | 'of' | 'since'>

export interface RevokedList {
  readonly text: string
  /** `sha256:<hex>` of the text. */
  readonly digest: string
  readonly listed: readonly ListedRevocation[]
}

const lines = new WeakMap<Revoked, string>()

export function revokedList(standing: readonly ListedRevocation[]): RevokedList {
  const text = standing.map((one) => `${lineOf(one)}\n`).join('')
  return { text, digest: digestOfText(text), listed: standing }
}

function lineOf({ id, of, since }: ListedRevocation): string {
  const known = lines.get(of)
  if (known !== undefined) return known
  const line = canonicalJson({ id, of, since })
  lines.set(of, line)
  return line
}

export const digestOfText = (text: string): string => `sha256:${sha256(text).toString('hex')}`

export const nothingRevoked: RevokedList = revokedList([])

const schema: z.ZodType<ListedRevocation> = z.strictObject({
  id: z.string().min(1),
  of: revokedSchema(),
  since: z.int().nonnegative(),
})

/**
 * @param known a list whose lines need not be read again
 * @throws Error with one sentence where it is no such list
 */
export function readRevokedList(text: string, known: RevokedList = nothingRevoked): RevokedList {
  const before = new Map(known.listed.map((one) => [lineOf(one), one]))
  const found = text.split('\n')
  if (found.pop() !== '') throw new Error('the list of what is revoked was cut short')
  const listed = found.map((line) => {
    const one = before.get(line)
    if (one !== undefined) return one
    const reading = readJson(Buffer.from(line))
    const parsed = schema.safeParse(reading.kind === 'value' ? reading.value : null)
    if (!parsed.success) throw new Error('the list of what is revoked holds what is no revocation')
    return parsed.data
  })
  return { text, digest: digestOfText(text), listed }
}
