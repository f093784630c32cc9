// Envelope: a bundle as a file. One canonical JSON document of three parts: the statement (what this bundle is), the content (what
// it says) and the approvals (who answers for it). Approvers sign the statement; the statement holds the digest of the content, so
// that a file which was cut short, edited or mixed up is refused before anything in it is believed. docs/bundles.md has every field.
import { z } from 'zod'
import { canonicalJson, digestOf, isJsonObject, type JsonObject, type JsonValue, readJson } from '../json/index.ts'
import { limits } from '../limits.ts'
import { readPlainFile } from './plain-file.ts'

const fileFormat = 'portcullis-bundle-file/2'

/**
 * `policy`: everything but the registers. `registers`: nothing but the registers. `whole`: both in one, for development: nobody can
 * sign it, since the two have different approvers.
 */
export const bundleKinds = ['policy', 'registers', 'whole'] as const
export type BundleKind = (typeof bundleKinds)[number]

/** The `format` of each kind's content. */
export const contentFormats: Readonly<Record<BundleKind, string>> = {
  policy: 'portcullis-policy/1',
  registers: 'portcullis-registers/1',
  whole: 'portcullis-bundle/1',
}

/** What approvers sign. Instants in milliseconds since the epoch. */
export interface Statement {
  readonly kind: BundleKind
  /** Strictly increasing from one bundle of a kind to the next. */
  readonly serial: number
  /** `sha256:<hex>` of the canonical content. The same words have the same digest under every serial. */
  readonly digest: string
  /** Who wrote the change, and therefore cannot approve it; null: not said, and then nobody can approve it. */
  readonly author: string | null
  readonly createdAt: number
  /** From then on it does not come into force. null: no such instant. */
  readonly notAfter: number | null
}

export interface Approval {
  /** As the approver calls themself. Who it is, the gate knows from the key. */
  readonly by: string
  readonly at: number
  /** The Ed25519 public key, base64url (`x` of RFC 8037). */
  readonly key: string
  /** Ed25519, base64url. */
  readonly signature: string
}

export interface Envelope {
  readonly statement: Statement
  readonly content: JsonObject
  readonly approvals: readonly Approval[]
}

export type EnvelopeReading =
  | { readonly kind: 'envelope'; readonly envelope: Envelope }
  | { readonly kind: 'fault'; readonly code: 'bundle_unreadable' | 'bundle_faulty'; readonly message: string }

export const nameForm: RegExp = /^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,127}$/u
const name = z.string().regex(nameForm)
const instant = z.int().min(0)
const bytes = (length: number) => z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${length}}$`))

const statement: z.ZodType<Statement> = z.strictObject({
  kind: z.enum(bundleKinds),
  serial: z.int().min(1),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  author: name.nullable(),
  createdAt: instant,
  notAfter: instant.nullable(),
})

const approvals: z.ZodType<readonly Approval[]> = z
  .array(z.strictObject({ by: name, at: instant, key: bytes(43), signature: bytes(86) }))
  .max(limits.bundleApprovals)

export const statementOf = (content: JsonObject, rest: Omit<Statement, 'digest'>): Statement => ({
  ...rest,
  digest: digestOf(content),
})

/** Text of the file; ends with a line break. */
export const envelopeText = (envelope: Envelope): string => `${canonicalJson({ format: fileFormat, ...envelope })}\n`

/** Never rejects. Messages go on after the file's name. */
export async function readEnvelope(path: string): Promise<EnvelopeReading> {
  const file = await readPlainFile(path, limits.bundleBytes)
  if (file.kind === 'fault') return { kind: 'fault', code: 'bundle_unreadable', message: file.message }
  const reading = readBundleJson(file.bytes)
  return reading.kind === 'fault' ? faulty(`is no bundle: ${reading.message}`) : envelopeOf(reading.value)
}

/** @param value the whole document of a bundle file */
export function envelopeOf(value: JsonValue): EnvelopeReading {
  if (!isJsonObject(value) || value['format'] !== fileFormat)
    return faulty(`is no bundle of the format \`${fileFormat}\`: build it anew`)
  const { format: _, content, ...rest } = value
  const shape = z.strictObject({ statement, approvals }).safeParse(rest)
  if (!shape.success) {
    const [issue] = shape.error.issues
    return faulty(`has a faulty head: ${[...(issue?.path ?? []), issue?.message ?? ''].join(' ')}`)
  }
  const { kind, digest } = shape.data.statement
  if (!isJsonObject(content) || content['format'] !== contentFormats[kind])
    return faulty(`calls itself \`${kind}\` and has no content of the format \`${contentFormats[kind]}\``)
  if (digestOf(content) !== digest)
    return faulty('does not have the digest that it states: it was changed or cut short')
  return { kind: 'envelope', envelope: { ...shape.data, content } }
}

/** What the document of a bundle file says of itself, be it true or not; null: nothing that can be read. */
export function statedIn(value: JsonValue): Statement | null {
  const said = statement.safeParse(isJsonObject(value) ? value['statement'] : null)
  return said.success ? said.data : null
}

/** A bundle's own text, as the compiler sends it or a file holds it. */
export const readBundleJson = (bytes: Uint8Array): ReturnType<typeof readJson> =>
  readJson(bytes, { nodes: limits.bundleNodes, newKeys: limits.bundleNodes })

const faulty = (message: string): EnvelopeReading => ({ kind: 'fault', code: 'bundle_faulty', message })
