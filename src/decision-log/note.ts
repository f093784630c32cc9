// Note: C2SP signed notes (c2sp.org/signed-note) with Ed25519, and the checkpoint text inside them (c2sp.org/tlog-checkpoint).
// Pure; shared by writer and verifier. Extension lines are neither written nor accepted.
import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import { limits } from '../limits.ts'

/** A key that may sign under a name. The name is the log's origin. */
export interface Verifier {
  readonly name: string
  readonly key: KeyObject
  /** First four bytes of SHA-256(name || 0x0A || 0x01 || public key). */
  readonly id: Buffer
}

export interface Checkpoint {
  readonly origin: string
  /** Leaves that it covers. */
  readonly size: number
  readonly root: Buffer
}

export type NoteReading =
  | { readonly kind: 'signed'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'fault'; readonly message: string }

const ed25519Type = Buffer.of(0x01)
const dash = '\u2014 '
// SubjectPublicKeyInfo of Ed25519 (RFC 8410 §4) up to the 32 bytes of the key.
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')

export function verifierOf(name: string, key: KeyObject): Verifier {
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), ed25519Type, rawKey(key)]), 'buffer')
  return { name, key, id: id.subarray(0, 4) }
}

/** `<name>+<key id, hex>+<base64 of 0x01 || public key>` */
export function writeVerifierKey(verifier: Verifier): string {
  const material = Buffer.concat([ed25519Type, rawKey(verifier.key)]).toString('base64')
  return `${verifier.name}+${verifier.id.toString('hex')}+${material}`
}

/** Undefined where the text is no Ed25519 verifier key or its id is not the one of its name and key. */
export function readVerifierKey(text: string): Verifier | undefined {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text)
  if (match === null) return undefined
  const [, name = '', id = '', material = ''] = match
  const bytes = Buffer.from(material, 'base64')
  if (bytes.length !== 33 || bytes[0] !== 1 || bytes.toString('base64') !== material) return undefined
  const key = createPublicKey({ key: Buffer.concat([spkiHead, bytes.subarray(1)]), format: 'der', type: 'spki' })
  const verifier = verifierOf(name, key)
  return verifier.id.toString('hex') === id ? verifier : undefined
}

export function checkpointText(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${checkpoint.root.toString('base64')}\n`
}

/** `text` ends in LF and holds no empty line. */
export function signNote(text: string, verifier: Verifier, privateKey: KeyObject): string {
  const signature = Buffer.concat([verifier.id, sign(null, Buffer.from(text), privateKey)])
  return `${text}\n${dash}${verifier.name} ${signature.toString('base64')}\n`
}

/** The text of a note that the verifier's key signed; unknown signers are ignored, a wrong signature of a known one is a fault. */
export function openNote(
  note: string,
  verifier: Verifier,
): { kind: 'text'; text: string } | { kind: 'fault'; message: string } {
  const fault = (message: string) => ({ kind: 'fault', message }) as const
  const cut = note.lastIndexOf('\n\n')
  if (cut < 0 || !note.endsWith('\n')) return fault('it is not a signed note')
  const text = note.slice(0, cut + 1)
  const lines = note.slice(cut + 2, -1).split('\n')
  if (lines.length > limits.noteSignatures) return fault(`it has more than ${limits.noteSignatures} signatures`)
  let signed = false
  for (const line of lines) {
    const match = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line)
    if (match === null) return fault('a signature line is malformed')
    const bytes = Buffer.from(match[2] as string, 'base64')
    if (match[1] !== verifier.name || !bytes.subarray(0, 4).equals(verifier.id)) continue
    if (bytes.length !== 68 || bytes.toString('base64') !== match[2]) return fault('a signature is malformed')
    if (!verify(null, Buffer.from(text), verifier.key, bytes.subarray(4))) return fault('its signature is wrong')
    signed = true
  }
  return signed ? { kind: 'text', text } : fault(`it is not signed by the key of \`${verifier.name}\``)
}

/** A checkpoint of the verifier's own log. */
export function openCheckpoint(note: string, verifier: Verifier): NoteReading {
  const opened = openNote(note, verifier)
  if (opened.kind === 'fault') return opened
  const checkpoint = readCheckpointText(opened.text)
  if (checkpoint === undefined) return { kind: 'fault', message: 'its text is not a checkpoint' }
  if (checkpoint.origin !== verifier.name)
    return { kind: 'fault', message: `it is for the log \`${checkpoint.origin}\`` }
  return { kind: 'signed', checkpoint }
}

/** Reads the text without any proof of who wrote it. */
export function readCheckpointText(text: string): Checkpoint | undefined {
  const match = /^([^\s+]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text)
  if (match === null) return undefined
  const [, origin = '', digits = '', base64 = ''] = match
  const size = Number(digits)
  const root = Buffer.from(base64, 'base64')
  if (!Number.isSafeInteger(size) || root.length !== 32 || root.toString('base64') !== base64) return undefined
  return { origin, size, root }
}

function rawKey(key: KeyObject): Buffer {
  const { x } = key.export({ format: 'jwk' })
  if (key.asymmetricKeyType !== 'ed25519' || x === undefined) throw new TypeError('not an Ed25519 key')
  return Buffer.from(x, 'base64url')
}
