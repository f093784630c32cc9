// J14: an issuer that is down, slow, wrong or hostile. Good keys are kept, for a day at most; without any the gate says so.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import type { KeysEvent } from '../../src/identity/index.ts'
import { limits } from '../../src/limits.ts'
import {
  type Answer,
  goodClaims,
  identityAt,
  json,
  makeKey,
  outcome,
  settingsFor,
  sign,
  startIssuer,
  testTime,
} from './stand-in-issuer.ts'

const key = await makeKey('k1')
const other = await makeKey('k2')

/** Far beyond the bound, sent for as long as somebody reads. */
const endless: Answer = (response) => {
  const chunk = Buffer.alloc(65_536, ' ')
  let sent = 0
  const more = (): void => {
    while (sent < 10_485_760) {
      sent += chunk.length
      if (!response.write(chunk)) return void response.once('drain', more)
    }
    response.end('{"keys":[]}')
  }
  more()
}

const drip: Answer = (response) => {
  response.write('{"keys":[')
  const timer = setInterval(() => response.write(' '), 100)
  response.once('close', () => clearInterval(timer))
}

const faults: Readonly<Record<string, (honest: Answer) => Answer>> = {
  'answers 500': () => (response) => void response.writeHead(500).end('{"keys":[]}'),
  'answers 404': () => (response) => void response.writeHead(404).end(),
  'answers 204': () => (response) => void response.writeHead(204).end(),
  'answers 206': () => (response) => void response.writeHead(206).end('{"keys":[]}'),
  'answers HTML': () => (response) => void response.end('<html><body>Sign in</body></html>'),
  'answers nothing': () => (response) => void response.end(),
  'answers a list': () => json([]),
  'answers no keys at all': () => json({}),
  'answers ten megabytes': () => endless,
  'answers ten megabytes, compressed': () => (response) =>
    void response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(10_485_760, ' '))),
  'answers twice the same name': () => (response) =>
    void response.end('{"keys":[],"keys":[],"issuer":"a","issuer":"b"}'),
  'answers half': () => (response) => {
    response.setHeader('content-length', 500)
    response.write('{"keys":[')
    setTimeout(() => response.destroy(), 20)
  },
  'closes the connection': () => (response) => void response.destroy(),
  'never answers': () => () => {},
  drips: () => drip,
}

for (const place of ['discovery', 'jwks'] as const) {
  t.test(`at first, an issuer whose ${place} is faulty leaves us without keys: identity_unavailable`, async (t) => {
    await Promise.all(
      Object.entries(faults).map(async ([name, fault]) => {
        const idp = await startIssuer([key])
        idp[place] = fault(json({}))
        const time = testTime()
        const events: KeysEvent[] = []
        const identity = identityAt(time, [settingsFor(idp.issuer)], { onEvent: (event) => events.push(event) })
        const started = performance.now()
        t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer)))), 'identity_unavailable', name)
        t.ok(performance.now() - started < limits.jwksTimeoutMs + 2_000, `${name}: in bounded time`)
        t.equal(identity.ready().ok, false, `${name}: not ready`)
        t.match(events, [{ kind: 'keys-failed', issuer: idp.issuer }], `${name}: said aloud`)
        t.same(identity.keys(), [])

        idp[place] = undefined
        time.pass(limits.jwksRetryMs)
        t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer)))), 'identified', `${name}: and mends`)
        t.equal(identity.ready().ok, true)
        identity.close()
        await idp.stop()
      }),
    )
  })

  t.test(`later, an issuer whose ${place} is faulty does not shake the keys that we have`, async (t) => {
    await Promise.all(
      Object.entries(faults).map(async ([name, fault]) => {
        const idp = await startIssuer([key])
        const time = testTime()
        const identity = identityAt(time, [settingsFor(idp.issuer)])
        await identity.refresh()
        idp[place] = fault(json({}))
        const keys = identity.keys()
        await identity.refresh()
        t.same(identity.keys(), keys, name)
        t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer)))), 'identified', name)
        t.equal(
          outcome(await identity.identify(sign(other, goodClaims(idp.issuer)))),
          'identity_unavailable',
          `${name}: nobody can say whether the unknown key is good`,
        )
        identity.close()
        await idp.stop()
      }),
    )
  })
}

t.test('a redirect is not followed', async (t) => {
  let followed = 0
  const elsewhere = createServer((_, response) => {
    followed += 1
    response.end(JSON.stringify({ keys: [other.publicJwk] }))
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  for (const status of [301, 302, 303, 307, 308]) {
    const idp = await startIssuer([key])
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/jwks`
    idp.jwks = (response) => void response.writeHead(status, { location }).end()
    const identity = identityAt(testTime(), [settingsFor(idp.issuer)])
    t.equal(
      outcome(await identity.identify(sign(other, goodClaims(idp.issuer)))),
      'identity_unavailable',
      String(status),
    )
    identity.close()
    await idp.stop()
  }
  t.equal(followed, 0)
  await new Promise((resolve) => elsewhere.close(resolve))
})

t.test('an issuer that is down is told from a token that is bad, and refused connections are no wait', async (t) => {
  const idp = await startIssuer([key])
  await idp.stop()
  const identity = identityAt(testTime(), [settingsFor(idp.issuer)])
  t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer)))), 'identity_unavailable')
  t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer, { exp: 5 })))), 'token_invalid')
  identity.close()
})

t.test('keys are used for a day without the issuer, by either clock, and not a moment longer', async (t) => {
  for (const passing of ['both clocks', 'the wall clock alone', 'the monotonic clock alone']) {
    const idp = await startIssuer([key])
    const time = testTime()
    const long = { exp: (goodClaims('')['iat'] as number) + 86_400 }
    const token = sign(key, goodClaims(idp.issuer, long))
    const identity = identityAt(time, [settingsFor(idp.issuer, { maxTokenAgeS: 200_000 })])
    t.equal(outcome(await identity.identify(token)), 'identified')
    await idp.stop()
    const pass = (ms: number): void => {
      if (passing !== 'the monotonic clock alone') time.wall += ms
      if (passing !== 'the wall clock alone') time.monotonic += ms
    }
    // The token itself ends a minute before the keys do: it was issued a minute before they were fetched.
    pass(limits.jwksMaxAgeMs - 60_001)
    t.equal(outcome(await identity.identify(token)), 'identified', `${passing}: nearly a day`)
    pass(60_001)
    const fresh = sign(key, goodClaims(idp.issuer, { iat: time.wall / 1_000 - 1, exp: time.wall / 1_000 + 60 }))
    t.equal(outcome(await identity.identify(fresh)), 'identity_unavailable', `${passing}: a day`)
    if (passing === 'the monotonic clock alone')
      t.equal(outcome(await identity.identify(token)), 'identity_unavailable', 'also for a token that was known')
    t.equal(identity.ready().ok, false)
    t.same(identity.keys(), [])
    identity.close()
  }
})

t.test('a storm of unknown key ids is one question in each cool-down', async (t) => {
  const idp = await startIssuer([key])
  const time = testTime()
  const identity = identityAt(time, [settingsFor(idp.issuer)])
  await identity.refresh()
  const asked = (): number => idp.asked.filter((path) => path === '/jwks').length
  t.equal(asked(), 1)
  const storm = async (): Promise<void> => {
    const tokens = Array.from({ length: 200 }, (_, at) => sign(other, goodClaims(idp.issuer), { kid: `unknown-${at}` }))
    const answers = await Promise.all(tokens.map(async (token) => identity.identify(token)))
    t.ok(answers.every((answer) => outcome(answer) === 'token_invalid'))
  }
  await storm()
  t.equal(asked(), 1, 'the keys have just been fetched')
  time.pass(limits.jwksCooldownMs)
  await storm()
  await storm()
  t.equal(asked(), 2, 'once for all of them')
  idp.jwks = (response) => void response.writeHead(500).end()
  time.pass(limits.jwksCooldownMs)
  await Promise.all(Array.from({ length: 50 }, async () => identity.identify(sign(other, goodClaims(idp.issuer)))))
  t.equal(asked(), 3, 'and once when it fails')
  identity.close()
  await idp.stop()
})

t.test('an answer that comes late never wins over a newer one', async (t) => {
  const idp = await startIssuer([key])
  const time = testTime()
  let release = (): void => {}
  let held = 0
  // A fetch that heeds no signal and keeps its first key set back until told.
  const stubborn = async (url: string, init: RequestInit): Promise<Response> => {
    const answer = await fetch(url, { ...init, signal: null })
    if (!url.endsWith('/jwks') || held++ > 0) return answer
    const old = JSON.stringify({ keys: [other.publicJwk] })
    await new Promise<void>((resolve) => (release = resolve))
    return new Response(old)
  }
  const identity = identityAt(time, [settingsFor(idp.issuer)], { fetch: stubborn })
  const keepAlive = setTimeout(() => {}, 10_000)
  await identity.refresh()
  t.equal(identity.ready().ok, false, 'the first fetch timed out')
  await identity.refresh()
  const keys = identity.keys()
  t.equal(keys.length, 1)
  release()
  await new Promise((resolve) => setTimeout(resolve, 50))
  t.same(identity.keys(), keys)
  t.equal(outcome(await identity.identify(sign(key, goodClaims(idp.issuer)))), 'identified')
  t.equal(outcome(await identity.identify(sign(other, goodClaims(idp.issuer)))), 'token_invalid')
  clearTimeout(keepAlive)
  identity.close()
  await idp.stop()
})

t.test(
  'asking whether it is ready starts the fetch that mends it: a gate that is not ready gets no requests',
  async (t) => {
    const idp = await startIssuer([key])
    idp.jwks = (response) => void response.writeHead(500).end()
    const time = testTime()
    const identity = identityAt(time, [settingsFor(idp.issuer)])
    await identity.refresh()
    idp.jwks = undefined
    t.equal(identity.ready().ok, false)
    time.pass(limits.jwksRetryMs)
    t.equal(identity.ready().ok, false)
    await identity.refresh()
    t.equal(identity.ready().ok, true)
    t.equal(
      idp.asked.filter((path) => path === '/jwks').length,
      2,
      'the fetch that was joined is the one that ready() began',
    )
    identity.close()
    await idp.stop()
  },
)
