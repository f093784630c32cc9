// Where the caller's credential stands: one token, in the one place where the API that is spoken has it.
import t from 'tap'
import { dialects, routes } from '../../src/request/index.ts'
import { gateFor } from '../support/gate.ts'
import { codeOf, counting, get, messages, post, say } from './wire.ts'

const versioned = 'anthropic-version: 2023-06-01\r\n'
const json = 'Content-Type: application/json\r\n'

/** One request in each dialect that the stand-in serves, without its credential. */
function asked(line: string, more: string, body: object): (credential: string) => string {
  const text = JSON.stringify(body)
  return (credential) =>
    `${line} HTTP/1.1\r\nHost: gate.example\r\n${json}${more}${credential}Content-Length: ${text.length}\r\n\r\n${text}`
}
const requests = {
  openai: asked('POST /v1/chat/completions', '', { model: 'open-1', messages }),
  anthropic: asked('POST /v1/messages', versioned, { model: 'open-1', max_tokens: 9, messages }),
} as const

const spelt: Readonly<Record<string, (token: string) => string>> = {
  authorization: (token) => `Authorization: Bearer ${token}\r\n`,
  'x-api-key': (token) => `X-Api-Key: ${token}\r\n`,
  'api-key': (token) => `api-key: ${token}\r\n`,
  'x-goog-api-key': (token) => `x-goog-api-key: ${token}\r\n`,
}
const places = Object.keys(spelt)
const world = await gateFor(t)
const up = counting(world)

t.test('a token in another provider’s place is not looked for there', async (t) => {
  const token = await world.provider.token('us-citizen')
  let served = 0
  for (const [dialect, request] of Object.entries(requests)) {
    const own = dialects[dialect as keyof typeof requests].credentialPlaces
    for (const place of places) {
      const code = codeOf(await say(world, request(spelt[place]?.(token) ?? '')))
      t.equal(code, own.includes(place) ? '200' : 'token_absent', `${dialect}, ${place}`)
      if (own.includes(place)) served += 1
    }
  }
  t.equal(await up(), served)
})

t.test('two credentials are refused in whatever two places they stand, equal or not, empty or not', async (t) => {
  const token = await world.provider.token('us-citizen')
  const other = await world.provider.token('foreign-national')
  for (const [dialect, request] of Object.entries(requests)) {
    for (const first of places) {
      for (const second of places) {
        for (const again of [token, other, '']) {
          const both = `${spelt[first]?.(token)}${spelt[second]?.(again)}`
          t.equal(codeOf(await say(world, request(both))), 'request_ambiguous', `${dialect}: ${first}, ${second}`)
        }
      }
    }
  }
  t.equal(await up(), 0)
})

t.test('a token in the query, a cookie, a trailer or a body opens nothing and closes nothing', async (t) => {
  const token = await world.provider.token('us-citizen')
  const other = await world.provider.token('foreign-national')
  for (const name of ['key', 'access_token', 'api_key', 'api-key', 'token', 'authorization', 'x-api-key']) {
    const line = `POST /v1/chat/completions?${name}=${token} HTTP/1.1`
    t.equal(codeOf(await say(world, post(null, { line }))), 'token_absent', `?${name}= alone`)
    t.equal(codeOf(await say(world, post(other, { line }))), 'request_unreadable', `?${name}= beside a token`)
  }
  for (const name of ['Cookie', 'Proxy-Authorization', 'X-Auth-Token', 'X-Forwarded-Access-Token', 'Authentication']) {
    const headers = `${name}: Bearer ${token}\r\n`
    t.equal(codeOf(await say(world, post(null, { headers }))), 'token_absent', name)
  }
  const body = JSON.stringify({ model: 'open-1', messages })
  const trailing = `${body.length.toString(16)}\r\n${body}\r\n0\r\nAuthorization: Bearer ${token}\r\n\r\n`
  const chunked = { framing: 'Transfer-Encoding: chunked\r\nTrailer: Authorization\r\n', body: trailing }
  t.equal(codeOf(await say(world, post(null, chunked))), 'token_absent', 'a trailer')
  t.equal(await up(), 0)
})

t.test('a credential of another scheme, in quotes, folded, doubled or joined is not read', async (t) => {
  const token = await world.provider.token('us-citizen')
  const values: readonly [string, string][] = [
    [`bearer ${token}`, 'token_invalid'],
    [`BEARER ${token}`, 'token_invalid'],
    [`Bearer  ${token}`, 'token_invalid'],
    [`Bearer\t${token}`, 'request_unreadable'],
    [`Bearer "${token}"`, 'token_invalid'],
    [`Bearer ${token}=`, 'token_invalid'],
    [`Bearer ${token};x=y`, 'token_invalid'],
    [`Bearer ${token}, Bearer ${token}`, 'request_ambiguous'],
    [`Bearer ${token} Bearer ${token}`, 'token_invalid'],
    [`DPoP ${token}`, 'token_invalid'],
    [`Basic ${Buffer.from(`x:${token}`).toString('base64')}`, 'token_invalid'],
    [token, 'token_invalid'],
    [`Bearer ${token.split('.').slice(0, 2).join('.')}.`, 'token_invalid'],
    [`Bearer ${token}\x80`, 'request_unreadable'],
    [`Bearer ${token.slice(0, 40)}\r\n ${token.slice(40)}`, '400'],
    [`Bearer ${'x'.repeat(9_000)}.y.z`, 'token_invalid'],
  ]
  for (const [value, code] of values) {
    const bytes = post(null, { headers: `Authorization: ${value}\r\n` })
    t.equal(codeOf(await say(world, bytes)), code, JSON.stringify(value.replaceAll(token, '…').slice(0, 40)))
  }
  t.equal(await up(), 0)
})

t.test('whatever is wrong with a token, the answer says the same', async (t) => {
  const now = Math.floor(world.clock.now() / 1000)
  const token = await world.provider.token('us-citizen')
  const claims = { sub: 'us-citizen', sub_type: 'person' }
  const bad = [
    `${token.slice(0, -5)}AAAAA`,
    'aaa.bbb.ccc',
    await world.provider.mint({ ...claims, iat: now - 900, exp: now - 600 }),
    await world.provider.mint({ ...claims, aud: 'https://other.example' }),
    await world.provider.mint({ ...claims, iat: now + 900, exp: now + 1_800 }),
  ]
  const seen = new Set<string>()
  for (const each of bad) {
    const answer = await say(world, get(each, '/v1/models'))
    seen.add(answer.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replace(/^date: .*$/im, ''))
  }
  t.equal(seen.size, 1, [...seen].join('\n'))
  t.match([...seen][0], /^HTTP\/1\.1 401 [\s\S]*"code":"token_invalid"/)
})

t.test('every dialect says where its key stands', async (t) => {
  for (const dialect of new Set(routes.map((route) => route.dialect))) {
    const own = dialects[dialect].credentialPlaces
    t.ok(own.includes('authorization'), dialect)
    t.strictSame(
      Object.keys(dialects[dialect].credentialHeaders('k')).filter((name) => !own.includes(name)),
      [],
      `${dialect}: the gate’s own key stands where a caller’s may`,
    )
  }
})
