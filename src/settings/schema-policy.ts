// `policy`: where the directives come from, and who answers for them.
import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { limits } from '../limits.ts'
import type { PolicySigner, Settings } from '../vocabulary/settings.ts'
import { existingPath } from './paths.ts'
import { say, some } from './say.ts'
import { accepted, count, type Scalar, scalar, type Wrong, word } from './scalars.ts'
import { reasonOf } from './substitute.ts'

/** @param folder relative paths start here. */
export function policySection(folder: string): z.ZodType<Settings['policy']> {
  const shape = z.strictObject({
    source: say(
      word('directory', 'bundle', 'control'),
      '`directory`: YAML files, compiled in a child process on each change. `bundle`: the file that `policy build` makes. `control`: what was published to `fleet.control`.',
    ),
    path: say(existingPath(folder).optional(), 'The directory, or the policy bundle. Required but for `control`.'),
    registers: say(
      existingPath(folder).optional(),
      'The registers bundle, which changes daily and is approved apart. Required beside `signers` where `source` is `bundle`.',
    ),
    signers: say(
      some(
        z.strictObject({
          name: say(personName, 'Who it is. Several keys of one name are one approver.'),
          key: say(
            publicKey(folder),
            'Their Ed25519 public key: the path of a PEM file, or the PEM or JWK itself. Every key stands once.',
          ),
          may: say(some(word('policy', 'registers')), 'The kinds of bundle that they may approve.'),
        }),
      ).optional(),
      'Who may approve bundles. Each counts once, the author of a bundle not at all.',
    ),
    threshold: say(
      count(2, 64).prefault('2'),
      'Approvals that a policy needs before it may permit anything new. One alone may close.',
    ),
    'registers-threshold': say(count(1, 64).prefault('1'), 'The same for registers.'),
    unsigned: say(accepted.optional(), 'Enforce a policy that nobody signed; shown in `/readyz` and in every record.'),
  })
  return shape.transform((given, context): Settings['policy'] => {
    const signers = (given.signers ?? []).map(({ name, key, may }): PolicySigner => ({ name, key, may }))
    const { threshold, 'registers-threshold': registersThreshold } = given
    const wrong = (path: readonly (string | number)[], message: string): void => {
      context.issues.push({ code: 'custom', message, path: [...path], input: undefined })
    }
    for (const [index, { key }] of signers.entries()) {
      // One key under two names would be two approvers.
      if (signers.findIndex((other) => other.key === key) < index)
        wrong(['signers', index, 'key'], 'is the key of another entry: every person has keys of their own')
    }
    const able = (kind: PolicySigner['may'][number]): number =>
      new Set(signers.flatMap(({ name, may }) => (may.includes(kind) ? [name] : []))).size
    if (signers.length > 0 && able('policy') < threshold)
      wrong(['signers'], `names ${able('policy')} who may approve policies, and the threshold is ${threshold}`)
    if (signers.length > 0 && able('registers') < registersThreshold)
      wrong(['signers'], `names ${able('registers')} who may approve registers, and ${registersThreshold} are needed`)
    const { source, path = '', registers = null, unsigned = false } = given
    if (source !== 'control' && given.path === undefined)
      context.issues.push({ code: 'invalid_type', expected: 'string', path: ['path'], input: undefined, message: '' })
    return { source, path, registers, unsignedAccepted: unsigned, signers, threshold, registersThreshold }
  })
}

/** As in bundles, where an approver and an author call themselves so. */
const personName: Scalar<string> = scalar('the name of a person', (text) =>
  /^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,127}$/u.test(text)
    ? text
    : { wrong: 'must be 1 to 128 letters, digits, blanks and `._@+-`, and begin with a letter or a digit' },
)

/** The text of the settings file is at hand where a path is meant, so that the one who signs can be seen in a review. */
export function publicKey(folder: string): Scalar<string> {
  return scalar('the path of a public key in PEM, or the PEM or JWK itself', (text) => {
    const written = text.trimStart()
    if (written.startsWith('{') || written.startsWith('-----')) return keyIn(written)
    const file = existingPath(folder).safeParse(text)
    if (!file.success) return { wrong: file.error.issues[0]?.message ?? 'is no path' }
    try {
      const bytes = readFileSync(file.data)
      if (bytes.length > limits.secretFileBytes) return { wrong: `is larger than ${limits.secretFileBytes} bytes` }
      return keyIn(bytes.toString('utf8').trimStart())
    } catch (error) {
      return { wrong: `cannot be read: ${reasonOf(error)}` }
    }
  })
}

function keyIn(text: string): string | Wrong {
  const isPrivate = 'is a private key: whoever reads it here could approve; give the public key'
  let key: KeyObject
  try {
    if (text.startsWith('{')) {
      const jwk = JSON.parse(text) as Record<string, string>
      if ('d' in jwk) return { wrong: isPrivate }
      key = createPublicKey({ key: jwk, format: 'jwk' })
    } else if (/PRIVATE KEY/.test(text)) return { wrong: isPrivate }
    else key = createPublicKey(text)
  } catch {
    return { wrong: 'holds no public key in PEM (`-----BEGIN PUBLIC KEY-----`) or as a JWK' }
  }
  if (key.asymmetricKeyType !== 'ed25519') return { wrong: 'is no Ed25519 key' }
  return String(key.export({ format: 'jwk' })['x'])
}
