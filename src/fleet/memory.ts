// What a gate has seen of its fleet, kept beside its logs over a restart: the highest numbers of any statement that it followed, what was
// suspended and what was revoked. Without it a start would believe an old statement that somebody replays, and let in what an officer
// has shut out.
import { randomBytes } from 'node:crypto'
import { lstat, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { z } from 'zod'
import { replaceFile, type Standing } from '../directives/index.ts'
import { canonicalJson, digestOf, isJsonObject, type JsonValue, readJson } from '../json/index.ts'
import { nothingRevoked, type RevokedList, readRevokedList } from './revoked-list.ts'
import { standingListSchema } from './standing-list.ts'
import { numbersSchema, type Seen, seenNothing } from './statement.ts'

export interface Remembered {
  /** How this gate is called in `policy status`: made once, so that two gates of one machine are two. */
  readonly gate: string
  readonly seen: Seen
  readonly standing: readonly Standing[]
  readonly revoked: RevokedList
}

const format = 'portcullis-fleet-seen/1'

const digest = z.string()
const kept: z.ZodType<Omit<Remembered, 'revoked'> & { readonly revoked: string }> = z.strictObject({
  gate: z.string().min(1),
  seen: z.strictObject({
    numbers: numbersSchema,
    digests: z.strictObject({
      policyDigest: digest.optional(),
      suspensionDigest: digest.optional(),
      revocationDigest: digest.optional(),
    }),
  }) as z.ZodType<Seen>,
  standing: standingListSchema,
  // As control sends it: one text, since there may be thousands.
  revoked: z.string().default(''),
})

/**
 * @returns `isNew` only where there is no file of that name: the first start, or somebody removed it knowingly
 * @throws Error with one sentence that says what to do, for every file that is not exactly what was written
 */
export async function recallFleet(path: string): Promise<Remembered & { readonly isNew: boolean }> {
  const damaged = (why: string): Error =>
    new Error(
      `what this gate has seen of its fleet, \`${path}\`, ${why}; put it back, or, knowing that the gate then believes whatever its control says first, remove it; then start again`,
    )
  try {
    await lstat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return {
        gate: `${hostname()}-${randomBytes(4).toString('hex')}`,
        seen: seenNothing,
        standing: [],
        revoked: nothingRevoked,
        isNew: true,
      }
  }
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    throw damaged(`cannot be read (${String((error as NodeJS.ErrnoException).code ?? error)})`)
  }
  const reading = readJson(bytes)
  if (reading.kind !== 'value' || !isJsonObject(reading.value)) throw damaged('is damaged')
  const { value } = reading
  if (value['format'] !== format) throw damaged(`is not of the format \`${format}\``)
  const parsed = kept.safeParse(value['kept'])
  if (!parsed.success || value['digest'] !== digestOf(value['kept'] as JsonValue))
    throw damaged('was changed or cut short')
  try {
    return { ...parsed.data, revoked: readRevokedList(parsed.data.revoked), isNew: false }
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error))
  }
}

/** Resolves when a restart will find it. */
export async function rememberFleet(path: string, remembered: Remembered): Promise<void> {
  const { gate, seen, standing, revoked } = remembered
  const what = { gate, seen, standing, revoked: revoked.text } as unknown as JsonValue
  await replaceFile(path, `${canonicalJson({ format, digest: digestOf(what), kept: what })}\n`)
}
