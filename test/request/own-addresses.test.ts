// Addresses of the model API's in its answers, given as paths of the gate.

import t from 'tap'
import { ownAddresses } from '../../src/request/index.ts'

const given = (answer: string, ...pointers: readonly string[]): string =>
  ownAddresses(Buffer.from(answer), pointers).toString()

t.test('an address becomes its path, and every other byte stays', async (t) => {
  const answer =
    '{ "id":"b", "results_url" : "https:\\/\\/api.example.com/v1/messages/batches/b/results?x=1#y" ,"n":1.0}'
  t.equal(
    given(answer, '/results_url'),
    '{ "id":"b", "results_url" : "/v1/messages/batches/b/results" ,"n":1.0}',
    'of whatever host, without its query',
  )
  t.equal(
    given('{"results_url":"//evil.example/x"}', '/results_url'),
    '{"results_url":null}',
    'what is no address says nothing',
  )
})

t.test('what holds no address passes as it came', async (t) => {
  for (const answer of ['{"results_url":null}', '{"id":"b"}', '[{"results_url":"https://x/y"}]', 'no JSON', '']) {
    t.equal(given(answer, '/results_url'), answer)
  }
  t.equal(given('{"results_url":"https://x/y"}'), '{"results_url":"https://x/y"}', 'no operation that has one')
})
