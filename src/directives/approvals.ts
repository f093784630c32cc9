// Approvals: Ed25519 over the statement of a bundle. Signed are a fixed first line, so that no signature made for anything else can
// pass for an approval, and the canonical statement with its kind, format, serial and digest, so that an approval of one bundle can be
// put under no other one, nor under the other kind, nor under another serial.
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { canonicalJson } from '../json/index.ts'
import type { PolicySigner } from '../vocabulary/settings.ts'
import { type Approval, contentFormats, type Statement } from './envelope.ts'

const domain = 'portcullis approval of a bundle, 1\n'

const signedBytes = (statement: Statement, { by, at }: Pick<Approval, 'by' | 'at'>): Buffer =>
  Buffer.from(`${domain}${canonicalJson({ ...statement, format: contentFormats[statement.kind], by, at })}`)

/** @throws Error that says what is wrong with the key; `text` is PKCS#8 PEM or a JWK */
export function readPrivateKey(text: string): KeyObject {
  let key: KeyObject
  try {
    key = text.trimStart().startsWith('{')
      ? createPrivateKey({ key: JSON.parse(text) as Record<string, string>, format: 'jwk' })
      : createPrivateKey(text)
  } catch {
    throw new Error('is no private key: write PKCS#8 PEM without a passphrase, or a JWK')
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('is no Ed25519 key: `--help` shows how to make one')
  return key
}

/** base64url, as approvals and settings name a key. */
export const publicKeyOf = (key: KeyObject): string =>
  String((key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' })['x'])

export function approve(statement: Statement, key: KeyObject, as: Pick<Approval, 'by' | 'at'>): Approval {
  const signature = sign(null, signedBytes(statement, as), key).toString('base64url')
  return { by: as.by, at: as.at, key: publicKeyOf(key), signature }
}

/** Whether the signature is of that key over that statement, whoever holds the key. Never throws. */
export function isGenuine(statement: Statement, approval: Approval): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: approval.key }, format: 'jwk' })
    return verify(null, signedBytes(statement, approval), key, Buffer.from(approval.signature, 'base64url'))
  } catch {
    return false
  }
}

export interface ApprovalCount {
  /** Names of the settings, each once, in order. */
  readonly approvers: readonly string[]
  /** Why an approval does not count; [] where all do. */
  readonly uncounted: readonly string[]
  /** An approval that states a key of the settings was not made with it: somebody has changed the file. */
  readonly forged: readonly string[]
}

/** Each approver counts once, whatever keys they have; the author and a signer who may not approve this kind count not at all. */
export function countApprovals(
  statement: Statement,
  approvals: readonly Approval[],
  signers: readonly PolicySigner[],
): ApprovalCount {
  const approvers = new Set<string>()
  const uncounted: string[] = []
  const forged: string[] = []
  for (const approval of approvals) {
    const signer = signers.find(({ key }) => key === approval.key)
    if (signer === undefined) uncounted.push(`the settings do not know the key of \`${approval.by}\``)
    else if (!isGenuine(statement, approval))
      forged.push(`the approval of \`${signer.name}\` was not made with their key`)
    else if (!signer.may.some((kind) => kind === statement.kind))
      uncounted.push(`\`${signer.name}\` may not approve bundles of the kind \`${statement.kind}\``)
    else if (isAuthor(statement, signer.name) || isAuthor(statement, approval.by))
      uncounted.push(`\`${signer.name}\` is the author`)
    else approvers.add(signer.name)
  }
  return { approvers: [...approvers].toSorted(), uncounted, forged }
}

/** Names are compared as people read them: case and surrounding or repeated blanks make no second person. */
export const isAuthor = ({ author }: Statement, name: string): boolean =>
  author !== null && personOf(author) === personOf(name)

const personOf = (name: string): string => name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim()
