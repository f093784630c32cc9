// geo-db/manifest.json: which databases may be served from, what is plausible for them, and the addresses whose place is known
// beforehand. A database whose type does not stand there is refused: an ASN database answers a country question with silence.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type Anonymizer, anonymizers } from '../vocabulary/place.ts'
import { canonicalAddress } from './address.ts'
import type { Shape } from './place-record.ts'

export interface Canary {
  readonly address: string
  /** Country kind: alpha-2, or null where the database must name none. Anonymizer kind: a kind of anonymizer, or `none`. */
  readonly expect:
    | { readonly country: string | null; readonly region?: string | undefined }
    | { readonly anonymizer: Anonymizer }
  readonly why: string
}

export interface DatabaseEntry {
  /** `database_type` of the file's metadata; a suffix such as ` (compat=GeoLite2-Country)` is ignored. */
  readonly type: string
  readonly kind: 'country' | 'anonymizer'
  readonly shape: Shape
  readonly licence: string
  /** Less than this is no complete database of this type. */
  readonly 'at-least': { readonly bytes: number; readonly networks: number; readonly countries: number }
  /** Names of lists under `canaries`. */
  readonly canaries: readonly string[]
  /** If present, only these very files: `sha256:<hex>`. */
  readonly digests?: readonly string[] | undefined
}

interface ManifestText {
  readonly about: string
  readonly databases: readonly DatabaseEntry[]
  readonly canaries: Readonly<Record<string, readonly Canary[]>>
}

const count: z.ZodInt = z.int().nonnegative()

const manifestText: z.ZodType<ManifestText> = z.strictObject({
  about: z.string(),
  databases: z.array(
    z.strictObject({
      type: z.string().min(1),
      kind: z.enum(['country', 'anonymizer']),
      shape: z.enum(['nested', 'flat']),
      licence: z.string(),
      'at-least': z.strictObject({ bytes: count, networks: count, countries: count }),
      canaries: z.array(z.string()),
      digests: z
        .array(z.string().regex(/^sha256:[0-9a-f]{64}$/))
        .min(1)
        .optional(),
    }),
  ),
  canaries: z.record(
    z.string(),
    z.array(
      z.strictObject({
        address: z.string().refine((text) => canonicalAddress(text) === text, 'is not an address in canonical form'),
        expect: z.union([
          z.strictObject({
            country: z
              .string()
              .regex(/^[A-Z]{2}$/)
              .nullable(),
            region: z.string().optional(),
          }),
          z.strictObject({ anonymizer: z.enum(anonymizers) }),
        ]),
        why: z.string(),
      }),
    ),
  ),
})

export interface Manifest {
  /** The entry of a database type, with its canaries. */
  find(type: string): { readonly entry: DatabaseEntry; readonly canaries: readonly Canary[] } | undefined
  readonly types: readonly string[]
}

/** The manifest that comes with the gate; `src/location` and `dist/location` are equally deep. */
export const manifestFile: URL = new URL('../../geo-db/manifest.json', import.meta.url)

/** Throws an Error with every fault of the file in one message. */
export async function readManifest(path: string | URL = manifestFile): Promise<Manifest> {
  const reading = manifestText.safeParse(JSON.parse(await readFile(path, 'utf8')))
  if (!reading.success)
    throw new Error(`the manifest of place databases is not valid:\n${z.prettifyError(reading.error)}`)
  const { databases, canaries } = reading.data
  const byType = new Map<string, { entry: DatabaseEntry; canaries: readonly Canary[] }>()
  for (const entry of databases) {
    if (byType.has(entry.type)) throw new Error(`the manifest of place databases names \`${entry.type}\` twice`)
    const listed = entry.canaries.flatMap((name) => {
      const list = canaries[name]
      if (list === undefined) throw new Error(`the manifest of place databases has no canaries \`${name}\``)
      return list
    })
    for (const { address, expect } of listed) {
      if ('country' in expect !== (entry.kind === 'country'))
        throw new Error(`the canary \`${address}\` does not fit \`${entry.type}\`, which is of kind ${entry.kind}`)
    }
    byType.set(entry.type, { entry, canaries: listed })
  }
  return { find: (type) => byType.get(type.replace(/ \(compat=[^()]*\)$/, '')), types: [...byType.keys()] }
}
