// H1, H2, H4: exactly one credential, in one place, spelt in one way.
import t from 'tap'
import { readCredential } from '../../src/identity/index.ts'
import { limits } from '../../src/limits.ts'

const token = 'aaa.bbb.ccc'
const places = ['Authorization', 'x-api-key', 'api-key', 'x-goog-api-key'] as const
const valueAt = (place: string): string => (place === 'Authorization' ? `Bearer ${token}` : token)
const outcomeOf = (headers: readonly string[]): string => {
  const reading = readCredential(headers)
  return reading.kind === 'credential' ? reading.kind : reading.reason
}

t.test('each place where an SDK puts its key is read, whatever the case of its name', (t) => {
  for (const place of places) {
    for (const name of [place, place.toLowerCase(), place.toUpperCase()]) {
      const reading = readCredential(['Host', 'gate', name, valueAt(place), 'accept', '*/*'])
      t.same(reading, { kind: 'credential', token, place: place.toLowerCase() }, name)
    }
  }
  t.end()
})

t.test('a request without a credential is told apart from one with a bad one', (t) => {
  t.equal(outcomeOf([]), 'token_absent')
  t.equal(outcomeOf(['Host', 'gate', 'Cookie', `token=${token}`, 'X-Auth-Token', token]), 'token_absent')
  t.end()
})

t.test('two credentials are ambiguous, in any two places, equal or not, empty or not', (t) => {
  for (const first of places) {
    for (const second of places) {
      for (const other of [valueAt(second), `${valueAt(second)}x`, '']) {
        t.equal(
          outcomeOf([first, valueAt(first), second, other]),
          'request_ambiguous',
          `${first} and ${second} \`${other}\``,
        )
        t.equal(
          outcomeOf([second, other, first, valueAt(first)]),
          'request_ambiguous',
          `${second} \`${other}\` and ${first}`,
        )
      }
    }
  }
  t.end()
})

t.test('a name spelt with an underscore is ambiguous even alone: some servers read it as the other', (t) => {
  for (const name of ['x_api_key', 'X-Api_Key', 'api_key', 'x_goog-api-key', 'X_API-KEY']) {
    t.equal(outcomeOf([name, token]), 'request_ambiguous', name)
  }
  t.end()
})

t.test('a signature of AWS is refused with what to set instead', (t) => {
  const value =
    'AWS4-HMAC-SHA256 Credential=AKID/20260620/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0'
  const reading = readCredential(['Authorization', value])
  t.match(reading, { kind: 'refused', reason: 'request_unreadable', message: /AWS_BEARER_TOKEN_BEDROCK/ })
  t.notMatch(JSON.stringify(reading), 'AKID')
  t.end()
})

t.test('one strict shape: everything else in the place is refused', (t) => {
  const refused: readonly (readonly [string, string])[] = [
    ['bearer aaa.bbb.ccc', 'token_invalid'],
    ['BEARER aaa.bbb.ccc', 'token_invalid'],
    ['Bearer  aaa.bbb.ccc', 'token_invalid'],
    ['Bearer\taaa.bbb.ccc', 'token_invalid'],
    [' Bearer aaa.bbb.ccc', 'token_invalid'],
    ['Bearer aaa.bbb.ccc ', 'token_invalid'],
    ['Bearer aaa.bbb.ccc\n', 'token_invalid'],
    ['Bearer', 'token_invalid'],
    ['Bearer ', 'token_invalid'],
    ['', 'token_invalid'],
    ['aaa.bbb.ccc', 'token_invalid'],
    ['Basic YTpi', 'token_invalid'],
    ['DPoP aaa.bbb.ccc', 'token_invalid'],
    ['Bearer aaa.bbb', 'token_invalid'],
    ['Bearer aaa.bbb.', 'token_invalid'],
    ['Bearer aaa.bbb.ccc.ddd.eee', 'token_invalid'],
    ['Bearer aaa.bbb.cc=', 'token_invalid'],
    ['Bearer aaa.b b.ccc', 'token_invalid'],
    ['Bearer aaa.b+/.ccc', 'token_invalid'],
    ['Bearer "aaa.bbb.ccc"', 'token_invalid'],
    ['Bearer {"payload":"a"}', 'token_invalid'],
    [`Bearer ${'a'.repeat(9_000)}.b.c`, 'token_invalid'],
    ['Bearer aaa.bbb.ccc, Bearer ddd.eee.fff', 'request_ambiguous'],
    ['Bearer aaa.bbb.ccc,', 'request_ambiguous'],
  ]
  for (const [value, reason] of refused)
    t.equal(outcomeOf(['authorization', value]), reason, JSON.stringify(value.slice(0, 40)))
  const longest = `${'a'.repeat(limits.tokenBytes - 4)}.b.c`
  t.equal(outcomeOf(['authorization', `Bearer ${longest}`]), 'credential', 'as long as a token may be')
  t.equal(outcomeOf(['x-api-key', `Bearer ${token}`]), 'token_invalid', 'a scheme where a bare key belongs')
  t.equal(outcomeOf(['x-api-key', 'sk-ant-api03-abcdef']), 'token_invalid', "a provider's own key")
  t.end()
})

t.test('what a refusal says never holds what was sent', (t) => {
  const reading = readCredential(['authorization', 'Bearer canary,canary'])
  t.notMatch(JSON.stringify(reading), 'canary')
  t.end()
})
