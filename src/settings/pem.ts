// TLS of a listener: the PEM files are read, parsed and held against each other before anything listens, since a key that does
// not belong to its certificate would show only at the first handshake.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { z } from 'zod'
import type { TlsSettings } from '../vocabulary/settings.ts'
import { textOfFile } from './paths.ts'

type Given = { readonly path: string; readonly text: string }

/** The object `{cert, key, client-ca}` of a listener. */
export function tls(folder: string): z.ZodType<TlsSettings> {
  const pem = textOfFile(folder)
  const shape = z.strictObject({
    cert: pem.meta({ ...pem.meta(), description: 'Certificate with its chain, leaf first.' }),
    key: pem.meta({ ...pem.meta(), description: 'Private key of the leaf, not encrypted.' }),
    'client-ca': pem
      .optional()
      .meta({ description: 'CA of client certificates. With it, a connection without one is refused.' }),
  })
  return shape.transform((given, context): TlsSettings => {
    const wrong = (key: string, message: string): void => {
      context.issues.push({ code: 'custom', message, path: [key], input: undefined })
    }
    const chain = certificatesIn(given.cert)
    const key = privateKeyIn(given.key)
    if (typeof chain === 'string') wrong('cert', chain)
    if (typeof key === 'string') wrong('key', key)
    if (typeof chain !== 'string' && typeof key !== 'string' && chain[0]?.checkPrivateKey(key) !== true) {
      wrong('key', 'does not belong to the first certificate of `cert`: one of the two is of another pair')
    }
    const ca = given['client-ca']
    const authorities = ca === undefined ? [] : certificatesIn(ca)
    if (typeof authorities === 'string') wrong('client-ca', authorities)
    else if (authorities.some((one) => !one.ca)) wrong('client-ca', 'holds a certificate that is no CA')
    return { cert: given.cert.text, key: given.key.text, clientCa: ca?.text ?? null }
  })
}

export function certificatesIn({ text }: Given): readonly X509Certificate[] | string {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g)
  if (blocks === null) return 'holds no PEM certificate (`-----BEGIN CERTIFICATE-----`)'
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch {
    return 'holds a certificate that cannot be parsed'
  }
}

function privateKeyIn({ text }: Given): KeyObject | string {
  if (/ENCRYPTED/.test(text)) return 'is encrypted: the gate has no place for its passphrase, decrypt it'
  try {
    return createPrivateKey(text)
  } catch {
    return 'holds no private key in PEM (PKCS#8, SEC 1 or PKCS#1)'
  }
}
