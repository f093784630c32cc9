// `redis` and `fleet`: what several gates share.
import { z } from 'zod'
import { say } from './say.ts'
import { accepted, duration, type Scalar, scalar } from './scalars.ts'

const redisUrl: Scalar<string> = scalar('`rediss://user:${PASSWORD}@host:port`', (text) => {
  if (!URL.canParse(text)) return { wrong: 'is no URL' }
  const url = new URL(text)
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:')
    return { wrong: 'starts neither with `rediss://` nor with `redis://`' }
  if (url.hostname === '') return { wrong: 'names no host' }
  if (!/^\/?\d{0,4}$/.test(url.pathname)) return { wrong: 'has a path that is no database number' }
  return url.search === '' && url.hash === '' ? text : { wrong: 'has a query or a fragment: take it out' }
})

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

export interface RedisGiven {
  readonly url: string
  readonly 'command-timeout': number
}

export const redis: z.ZodType<RedisGiven> = z.strictObject({
  url: say(redisUrl, 'One server, TLS by `rediss://`. A password comes by reference only.'),
  'insecure-plaintext': say(
    accepted.optional(),
    'Use `redis://` beyond this machine. Entries are sealed; the password is not.',
  ),
  'command-timeout': say(
    duration(1, 5_000).prefault('20ms'),
    'An answer that takes longer counts as none, and the gate decides by itself.',
  ),
})

export const fleet: z.ZodType<{ readonly key: Uint8Array }> = z.strictObject({
  key: say(
    fleetKey,
    '32 random bytes, the same in every gate that shares a Redis: entries are sealed with keys derived from it. By reference only.',
  ),
})
