import { Buffer } from 'node:buffer'
import t from 'tap'
import { applyEdits, type Edits, readOperation } from '../../src/request/index.ts'
import type { Operation } from '../../src/vocabulary/operation.ts'
import { matchOf, paths } from './asking.ts'

const none: Edits = { model: [], forceMode: [], capOutputTokens: null, noStore: false }

function edit(
  api: keyof typeof paths,
  body: string,
  edits: Partial<Edits>,
): { text: string; unmade: readonly string[] } {
  const { body: bytes, unmade } = applyEdits(matchOf({ target: paths[api] }), Buffer.from(body), { ...none, ...edits })
  return { text: Buffer.from(bytes).toString(), unmade }
}

function reread(api: keyof typeof paths, text: string): Operation {
  const reading = readOperation(matchOf({ target: paths[api] }), Buffer.from(text))
  if (reading.kind === 'refused') throw new Error(reading.message)
  return reading.operation
}

const cases: readonly [string, keyof typeof paths, string, Partial<Edits>, string, (readonly string[])?][] = [
  ['nothing leaves the bytes alone', 'chat', ' {"model" : "a" } ', {}, ' {"model" : "a" } '],
  [
    'a model is renamed in place',
    'chat',
    '{ "x":1.0, "\\u006dodel" : "\\u0061" , "y":"é" }',
    { model: [{ pointer: '/model', name: 'fable-5-20260609' }] },
    '{ "x":1.0, "\\u006dodel" : "fable-5-20260609" , "y":"é" }',
  ],
  [
    'a nested model is renamed',
    'messages',
    '{"model":"a","fallbacks":[{"model":"b"},{ "model":"c"}]}',
    { model: [{ pointer: '/fallbacks/1/model', name: 'C' }] },
    '{"model":"a","fallbacks":[{"model":"b"},{ "model":"C"}]}',
  ],
  [
    'an effort is inserted',
    'chat',
    '{"model":"a"}',
    { forceMode: [{ pointer: '/model', field: 'reasoning-effort', value: 'none' }] },
    '{"reasoning_effort":"none","model":"a"}',
  ],
  [
    'an effort is replaced',
    'chat',
    '{"model":"a","reasoning_effort":null}',
    { forceMode: [{ pointer: '/model', field: 'reasoning-effort', value: 'none' }] },
    '{"model":"a","reasoning_effort":"none"}',
  ],
  [
    'an effort of responses is inserted with its object',
    'responses',
    '{"model":"a"}',
    { forceMode: [{ pointer: '/model', field: 'reasoning-effort', value: 'minimal' }] },
    '{"reasoning":{"effort":"minimal"},"model":"a"}',
  ],
  [
    'an effort of responses replaces a null object',
    'responses',
    '{"model":"a","reasoning":null}',
    { forceMode: [{ pointer: '/model', field: 'reasoning-effort', value: 'minimal' }] },
    '{"model":"a","reasoning":{"effort":"minimal"}}',
  ],
  [
    'an effort of responses joins its object',
    'responses',
    '{"model":"a","reasoning":{"summary":"auto"}}',
    { forceMode: [{ pointer: '/model', field: 'reasoning-effort', value: 'minimal' }] },
    '{"model":"a","reasoning":{"effort":"minimal","summary":"auto"}}',
  ],
  [
    'thinking is inserted',
    'messages',
    '{"model":"a"}',
    { forceMode: [{ pointer: '/model', field: 'thinking', value: 'disabled' }] },
    '{"thinking":{"type":"disabled"},"model":"a"}',
  ],
  [
    'thinking is replaced whole',
    'messages',
    '{"model":"a","thinking":{"type":"enabled","budget_tokens":9}}',
    { forceMode: [{ pointer: '/model', field: 'thinking', value: 'disabled' }] },
    '{"model":"a","thinking":{"type":"disabled"}}',
  ],
  [
    'thinking of a fallback is its own',
    'messages',
    '{"model":"a","fallbacks":[{"model":"b"}]}',
    { forceMode: [{ pointer: '/fallbacks/0/model', field: 'thinking', value: 'disabled' }] },
    '{"model":"a","fallbacks":[{"thinking":{"type":"disabled"},"model":"b"}]}',
  ],
  [
    'thinking cannot be forced on',
    'messages',
    '{"model":"a"}',
    { forceMode: [{ pointer: '/model', field: 'thinking', value: 'enabled' }] },
    '{"model":"a"}',
    ['/model'],
  ],
  [
    'a model without a mode field cannot be forced',
    'chat',
    '{"model":"a","moderation":{"model":"b"}}',
    { forceMode: [{ pointer: '/moderation/model', field: 'reasoning-effort', value: 'none' }] },
    '{"model":"a","moderation":{"model":"b"}}',
    ['/moderation/model'],
  ],
  [
    'a pointer that is not there is not made',
    'chat',
    '{"model":"a"}',
    { model: [{ pointer: '/fallbacks/0/model', name: 'b' }] },
    '{"model":"a"}',
    ['/fallbacks/0/model'],
  ],
  [
    'a path pointer is not made',
    'chat',
    '{"model":"a"}',
    { model: [{ pointer: 'path:model', name: 'b' }] },
    '{"model":"a"}',
    ['path:model'],
  ],
  [
    'a limit is inserted in every spelling, where nobody said which one the server knows',
    'chat',
    '{"model":"a"}',
    { capOutputTokens: 9 },
    '{"max_tokens":9,"max_completion_tokens":9,"model":"a"}',
  ],
  [
    'a limit that a server may ignore is said in the other spelling too',
    'chat',
    '{"model":"a","max_completion_tokens":5}',
    { capOutputTokens: 9 },
    '{"max_tokens":5,"model":"a","max_completion_tokens":5}',
  ],
  [
    'where one spelling is known to bound, it is there',
    'chat',
    '{"model":"a","max_completion_tokens":50}',
    { capOutputTokens: 9, boundBy: ['/max_tokens'] },
    '{"max_tokens":9,"model":"a","max_completion_tokens":9}',
  ],
  [
    'where each bounds, one is enough',
    'chat',
    '{"model":"a","max_tokens":50}',
    { capOutputTokens: 9, boundBy: ['/max_completion_tokens', '/max_tokens'] },
    '{"model":"a","max_tokens":9}',
  ],
  [
    'where each bounds, the first is inserted',
    'chat',
    '{"model":"a"}',
    { capOutputTokens: 9, boundBy: ['/max_completion_tokens', '/max_tokens'] },
    '{"max_completion_tokens":9,"model":"a"}',
  ],
  [
    'a limit is lowered',
    'responses',
    '{"model":"a","max_output_tokens":1e3}',
    { capOutputTokens: 9 },
    '{"model":"a","max_output_tokens":9}',
  ],
  [
    'a lower limit is kept',
    'messages',
    '{"model":"a","max_tokens":5}',
    { capOutputTokens: 9 },
    '{"model":"a","max_tokens":5}',
  ],
  [
    'a limit is shared by the answers',
    'chat',
    '{"model":"a","n":2,"max_tokens":50}',
    { capOutputTokens: 9 },
    '{"max_completion_tokens":4,"model":"a","n":2,"max_tokens":4}',
  ],
  [
    'both spellings of a limit are lowered',
    'chat',
    '{"model":"a","max_tokens":50,"max_completion_tokens":50}',
    { capOutputTokens: 9 },
    '{"model":"a","max_tokens":9,"max_completion_tokens":9}',
  ],
  [
    'more answers than tokens are not made',
    'chat',
    '{"model":"a","n":20}',
    { capOutputTokens: 9 },
    '{"model":"a","n":20}',
    ['output tokens'],
  ],
  [
    'the limit of a fallback is lowered',
    'messages',
    '{"model":"a","max_tokens":5,"fallbacks":[{"model":"b","max_tokens":50}]}',
    { capOutputTokens: 9 },
    '{"model":"a","max_tokens":5,"fallbacks":[{"model":"b","max_tokens":9}]}',
  ],
  [
    'zero is no limit to some servers, and never below a cap',
    'chat',
    '{"model":"a","max_tokens":0,"n":0}',
    { capOutputTokens: 5 },
    '{"max_completion_tokens":5,"model":"a","max_tokens":5,"n":0}',
  ],
  [
    'nor is that of a fallback',
    'messages',
    '{"model":"a","max_tokens":5,"fallbacks":[{"model":"b","max_tokens":0}]}',
    { capOutputTokens: 9 },
    '{"model":"a","max_tokens":5,"fallbacks":[{"model":"b","max_tokens":9}]}',
  ],
  ['a count has no limit to set', 'count', '{"model":"a"}', { capOutputTokens: 9 }, '{"model":"a"}', ['output tokens']],
  [
    'storing is turned off',
    'responses',
    '{"model":"a","store":true}',
    { noStore: true },
    '{"model":"a","store":false}',
  ],
  ['not storing is inserted', 'chat', '{"model":"a"}', { noStore: true }, '{"store":false,"model":"a"}'],
  ['messages are not stored anyway', 'messages', '{"model":"a"}', { noStore: true }, '{"model":"a"}'],
]

for (const [name, api, body, edits, expected, unmade] of cases) {
  t.test(name, async (t) => {
    const edited = edit(api, body, edits)
    t.equal(edited.text, expected)
    t.strictSame(edited.unmade, unmade ?? [])
  })
}

t.test('a limit is inserted once where one server alone speaks the dialect', async (t) => {
  for (const target of ['/openai/v1/chat/completions', '/v1beta/openai/chat/completions']) {
    const edits = { model: [], forceMode: [], capOutputTokens: 9, noStore: false }
    const { body } = applyEdits(matchOf({ target }), Buffer.from('{"model":"a"}'), edits)
    t.equal(Buffer.from(body).toString(), '{"max_completion_tokens":9,"model":"a"}', target)
  }
})

t.test('what was edited, read again, yields the decided facts', async (t) => {
  const body = '{"n":2,"model":"fable-latest","messages":[],"fallbacks":[{"model":"x"}],"metadata":{"model":"y"}}'
  const { text, unmade } = edit('chat', body, {
    model: [{ pointer: '/model', name: 'fable-5' }],
    forceMode: [{ pointer: '/model', field: 'reasoning-effort', value: 'none' }],
    capOutputTokens: 500,
    noStore: true,
  })
  t.strictSame(unmade, [])
  t.match(reread('chat', text), {
    maxOutputTokens: 500,
    models: [
      { pointer: '/model', name: 'fable-5', mode: { value: 'none' } },
      { pointer: '/fallbacks/0/model', name: 'x' },
    ],
  })
  t.equal(JSON.parse(text).metadata.model, 'y')
})
