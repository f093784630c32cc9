// `fleet` and `control`: what several gates share.
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { fleetLimits } from '../fleet-limits.ts'
import type { ListenerSettings } from '../vocabulary/settings.ts'
import { filePath } from './paths.ts'
import { tls } from './pem.ts'
import { say } from './say.ts'
import { accepted, duration, listenAddress, type Scalar, scalar, webUrl } from './scalars.ts'
import { publicKey } from './schema-policy.ts'

const fleetKey: Scalar<Uint8Array> = scalar('32 random bytes in hexadecimal or base64, by reference', (text) => {
  const wrong = { wrong: 'is not 32 bytes in hexadecimal or base64: make one with `openssl rand -hex 32`' }
  if (/^[0-9a-fA-F]{64}$/.test(text)) return strong(Buffer.from(text, 'hex'))
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return wrong
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === 32 ? strong(bytes) : wrong
})

/** A key of one repeated byte is a placeholder that somebody forgot. */
function strong(bytes: Buffer): Uint8Array | { readonly wrong: string } {
  return new Set(bytes).size < 8
    ? { wrong: 'is no random key: make one with `openssl rand -hex 32`' }
    : new Uint8Array(bytes)
}

export interface FleetGiven {
  readonly key: Uint8Array
  readonly 'previous-key'?: Uint8Array | undefined
  readonly control?: { readonly url: string; readonly key: string } | undefined
  readonly lease: number
}

/**
 * @param folder relative paths start here.
 * @param controlKey how the public key of control is read: control itself, which makes it, does not.
 */
export function fleet(folder: string, controlKey: Scalar<string> = publicKey(folder)): z.ZodType<FleetGiven> {
  return z.strictObject({
    key: say(
      fleetKey,
      '32 random bytes, the same in every gate and in `control`: what they share in Redis is sealed, and what they ask of each other is admitted, with keys derived from it. By reference only.',
    ),
    'previous-key': say(
      fleetKey.optional(),
      'While the key is changed: another one whose seals and requests are taken too. What is written and sent has `key`. By reference only.',
    ),
    control: say(
      z
        .strictObject({
          url: say(webUrl('`https://control.example:9443`'), 'Where `portcullis control` answers.'),
          key: say(controlKey, 'Its public key, which it writes beside its own: nobody else’s word is believed.'),
          'insecure-plaintext': say(
            accepted.optional(),
            'Ask it over plain http beyond this machine: only inside a mesh that encrypts.',
          ),
        })
        .optional(),
      'The authority whose policy this gate follows (`policy.source: control`). Absent: the gate reads its policy itself.',
    ),
    lease: say(
      duration(fleetLimits.leaseLeastMs, 600_000).prefault('60s'),
      'How long a gate goes on without a fresh word of `control`; then every directive that says `refuse` shuts what it covers. The same in `control` and in every gate.',
    ),
  })
}

export interface ControlGiven {
  readonly listener: ListenerSettings
  readonly path: string
  readonly keyFile: string
}

/** @param folder relative paths start here. */
export function control(folder: string): z.ZodType<ControlGiven> {
  return z
    .strictObject({
      address: say(listenAddress, 'Address and port. Keep it inside.'),
      tls: say(tls(folder).optional(), 'PEM files. Absent: plain http, which is for loopback.'),
      'insecure-plaintext': say(
        accepted.optional(),
        'Take tokens over plain http beyond this machine: only where a proxy or mesh before it encrypts.',
      ),
      path: say(filePath(folder), 'Folder of its journal, which nothing else holds: back it up.'),
      key: say(
        filePath(folder).optional(),
        'Ed25519 private key (PKCS#8 PEM), made where it does not exist, its public half beside it as `.pub`. Absent: `control-key.pem` beside the folder.',
      ),
    })
    .transform(({ address, tls: pem, path, key }) => ({
      listener: { ...address, tls: pem ?? null },
      path,
      keyFile: key ?? join(dirname(path), 'control-key.pem'),
    }))
}
