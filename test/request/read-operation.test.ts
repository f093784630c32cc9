import fc from 'fast-check'
import t from 'tap'
import { readOperation } from '../../src/request/index.ts'
import { type Api, least, matchOf, outcome, readBody, withPart } from './asking.ts'

const apis = Object.keys(least) as Api[]
const longText = 'x'.repeat(300)

for (const api of apis) {
  t.test(`the least body of ${api} is an operation`, async (t) => {
    const reading = readBody(api, least[api])
    t.match(reading, {
      kind: 'operation',
      operation: { stream: false, models: [{ pointer: '/model', name: 'fable-5' }] },
    })
  })

  t.test(`A1 A2 A3 A15 ${api}: no second reading of \`model\` is possible`, async (t) => {
    const rest = JSON.stringify({ ...least[api], model: undefined }).slice(1)
    const twice: readonly [string, string][] = [
      ['a duplicate', '{"model":"ok","model":"bad",'],
      ['an escaped duplicate', '{"model":"ok","\\u006dodel":"bad",'],
      ['another case', '{"model":"ok","Model":"bad",'],
      ['upper case', '{"model":"ok","MODEL":"bad",'],
      ['a trailing blank', '{"model":"ok","model ":"bad",'],
      ['a NUL', '{"model":"ok","model\\u0000":"bad",'],
      ['a zero-width space', '{"model":"ok","mo\\u200bdel":"bad",'],
      ['a Cyrillic letter', '{"model":"ok","m\u043edel":"bad",'],
      ['full width', '{"model":"ok","\uff4dodel":"bad",'],
      ['a digit for a letter', '{"model":"ok","m0del":"bad",'],
      ['punctuation', '{"model":"ok","mo_del":"bad",'],
      ['another case instead', '{"Model":"bad",'],
    ]
    for (const [name, opening] of twice) t.equal(outcome(readBody(api, opening + rest)), 'request_ambiguous', name)
    t.equal(outcome(readBody(api, `{"\\u006dodel":"fable-5",${rest}`)), 'operation', 'escaped alone, it is the key')
    t.equal(outcome(readBody(api, `{${rest}`)), 'model_absent', 'absent')
    for (const value of [
      null,
      1,
      true,
      [],
      ['fable-5'],
      {},
      { toString: 'x' },
      '',
      longText,
      'a\nb',
      'a\u0000',
      '\u0085',
    ]) {
      t.equal(
        outcome(readBody(api, withPart(api, { model: value }))),
        'request_unreadable',
        JSON.stringify(value)?.slice(0, 20),
      )
    }
  })

  t.test(`A23 ${api}: a field that could choose a model is refused, at any depth of control`, async (t) => {
    for (const key of [
      'engine',
      'deployment',
      'deployment_id',
      'model_id',
      'modelId',
      'models',
      'agent',
      'agent_id',
      'fallback',
      'fallback_models',
      'base_model',
      'thinking_mode',
      'enable_thinking',
      'chat_template_kwargs',
      'include_reasoning',
    ]) {
      t.equal(outcome(readBody(api, withPart(api, { [key]: 'x' }))), 'request_ambiguous', key)
      t.equal(
        outcome(readBody(api, withPart(api, { extra_body: { a: [{ [key]: 'x' }] } }))),
        'request_ambiguous',
        `nested ${key}`,
      )
    }
    t.equal(
      outcome(readBody(api, withPart(api, { extra_body: { model: 'x' } }))),
      'request_ambiguous',
      'extra_body.model',
    )
    t.equal(outcome(readBody(api, withPart(api, { engine: null }))), 'operation', 'null chooses nothing')
  })

  t.test(`A6 A7 A17 ${api}: the body is one JSON object`, async (t) => {
    t.equal(outcome(readBody(api, '')), 'request_unreadable')
    t.equal(outcome(readBody(api, '[]')), 'request_unreadable')
    t.equal(outcome(readBody(api, '"x"')), 'request_unreadable')
    t.equal(outcome(readBody(api, `${JSON.stringify(least[api])}{}`)), 'request_unreadable')
    t.equal(
      outcome(readBody(api, withPart(api, { metadata: JSON.parse('['.repeat(64) + ']'.repeat(64)) }))),
      'too_large',
    )
  })

  t.test(`free-form data of ${api} may say anything`, async (t) => {
    const anything = {
      model: 'x',
      Model: 'y',
      'a key\u0000': 1,
      file_id: 'f',
      type: 'mcp',
      properties: { model: { type: 'string' }, agent: {} },
    }
    t.equal(outcome(readBody(api, withPart(api, { metadata: anything }))), 'operation')
    t.equal(outcome(readBody(api, withPart(api, { metadata: { a: [anything, null] } }))), 'operation')
  })
}

t.test('a mode is what the body says, and null where it is left to the model', async (t) => {
  const cases: readonly [Api, object, string, string | null][] = [
    ['chat', {}, 'reasoning-effort', null],
    ['chat', { reasoning_effort: null }, 'reasoning-effort', null],
    ['chat', { reasoning_effort: 'minimal' }, 'reasoning-effort', 'minimal'],
    ['responses', { reasoning: null }, 'reasoning-effort', null],
    ['responses', { reasoning: { summary: 'auto' } }, 'reasoning-effort', null],
    ['responses', { reasoning: { effort: 'high' } }, 'reasoning-effort', 'high'],
    ['messages', {}, 'thinking', null],
    ['messages', { thinking: null }, 'thinking', null],
    ['messages', { thinking: { type: 'disabled' } }, 'thinking', 'disabled'],
    ['count', { thinking: { type: 'adaptive' } }, 'thinking', 'adaptive'],
  ]
  for (const [api, part, field, value] of cases) {
    const reading = readBody(api, withPart(api, part))
    t.match(reading, { operation: { models: [{ mode: { field, value } }] } }, `${api} ${JSON.stringify(part)}`)
  }
})

t.test('a fallback has its own mode, and does not take the request’s', async (t) => {
  const part = {
    thinking: { type: 'disabled' },
    fallbacks: [{ model: 'a' }, { model: 'b', thinking: { type: 'enabled', budget_tokens: 9 } }],
  }
  const reading = readBody('messages', withPart('messages', part))
  if (reading.kind === 'refused') throw new Error(reading.message)
  t.strictSame(
    reading.operation.models.map(({ mode }) => mode?.value),
    ['disabled', null, 'enabled'],
  )
})

t.test('the output limit is the most that the request lets out', async (t) => {
  const cases: readonly [Api, object, number | null][] = [
    ['chat', {}, null],
    ['chat', { max_tokens: 5 }, 5],
    ['chat', { max_tokens: null, max_completion_tokens: 6 }, 6],
    ['chat', { max_tokens: 5, max_completion_tokens: 5 }, 5],
    ['chat', { max_tokens: 5, n: 3 }, 15],
    ['chat', { n: 3 }, null],
    ['responses', { max_output_tokens: 7 }, 7],
    ['messages', { max_tokens: 8, fallbacks: [{ model: 'a', max_tokens: 20 }, { model: 'b' }] }, 20],
    ['count', {}, null],
  ]
  for (const [api, part, expected] of cases) {
    t.match(
      readBody(api, withPart(api, part)),
      { operation: { maxOutputTokens: expected } },
      `${api} ${JSON.stringify(part)}`,
    )
  }
})

t.test('models stand in order of appearance', async (t) => {
  const reading = readBody('chat', '{"moderation":{"model":"b"},"messages":[],"model":"a"}')
  if (reading.kind === 'refused') throw new Error(reading.message)
  t.strictSame(
    reading.operation.models.map(({ name }) => name),
    ['b', 'a'],
  )
})

t.test('a list has no model, one model has its name from the path', async (t) => {
  const list = matchOf({ method: 'GET', target: '/v1/models', rawHeaders: ['Host', 'x'] })
  t.match(readOperation(list, new Uint8Array()), {
    operation: { id: 'openai.models.list', action: 'list-models', models: [] },
  })
  const one = matchOf({ method: 'GET', target: '/v1/models/fable-5', rawHeaders: ['Host', 'x'] })
  t.match(readOperation(one, new Uint8Array()), {
    operation: { models: [{ pointer: 'path:model', name: 'fable-5', mode: null }] },
  })
  t.equal(outcome(readOperation(one, Buffer.from('{}'))), 'request_unreadable', 'A20')
})

t.test('a refusal names places of the request and never quotes its values', async () => {
  const secret = 'canary-7f3a'
  const key = fc.constantFrom(
    'model',
    'input',
    'messages',
    'tools',
    'fallbacks',
    'reasoning',
    'thinking',
    'stream',
    'type',
    'content',
    'file_id',
    'image_url',
    'background',
  )
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constant(secret),
      fc.constantFrom(null, 1, true, 'function', 'text'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(key, tie('any'), { maxKeys: 4 }),
    ),
  })).any
  fc.assert(
    fc.property(fc.constantFrom(...apis), fc.dictionary(key, value, { maxKeys: 6 }), (api, body) => {
      const reading = readBody(api, { model: 'fable-5', ...body })
      return reading.kind === 'operation' || !reading.message.includes(secret)
    }),
    { numRuns: 2000 },
  )
})
