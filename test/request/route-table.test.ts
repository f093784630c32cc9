// The shape of the route table: templates, escapes, and the faults with which nothing starts.

import { Buffer } from 'node:buffer'
import t from 'tap'
import { applyEdits, findRoute, readHead, readOperation, routes } from '../../src/request/index.ts'
import { routeFaults } from '../../src/request/route-faults.ts'
import { indexRoutes } from '../../src/request/route-index.ts'
import { json, matchOf, type Route } from './asking.ts'

const chat = routes.find(({ id }) => id === 'openai.chat.completions.create') as Route
const row = (id: string, path: string, over: Partial<Route> = {}): Route => ({
  ...chat,
  stored: null,
  id,
  path,
  ...over,
})
const word = { pattern: /^[a-z]+$/, example: 'word' }
const label = { pattern: /^[a-z0-9.:/-]{1,99}$/, example: 'claude-3:0', escapes: { '%3A': ':', '%2F': '/' } }
const none = { model: [], forceMode: [], capOutputTokens: null, noStore: false }

t.test('the table has no fault', async (t) => t.strictSame(routeFaults(routes), []))

t.test('two rows that can match one path and method are a fault', async (t) => {
  const both = (a: Route, b: Route): string => routeFaults([a, b]).join()
  const named = (id: string, path: string, over = {}): Route => row(id, path, { segments: { id: word }, ...over })
  t.match(both(row('a', '/x/y'), row('b', '/x/y')), 'can match one path')
  t.match(both(row('a', '/x/y'), named('b', '/x/{id}')), 'can match one path')
  t.match(both(named('a', '/x/{id}'), named('b', '/x/{id}:go')), 'can match one path')
  t.match(both(row('a', '/x'), row('a', '/y')), 'stands twice')
  t.equal(both(row('a', '/x/y2'), named('b', '/x/{id}')), '', 'no word of the closed pattern')
  t.equal(both(named('a', '/x/{id}:go'), named('b', '/x/{id}:stop')), '')
  t.equal(both(named('a', '/x/{id}'), named('b', '/x/{id}', { method: 'DELETE' })), '')
  t.equal(both(row('a', '/x', { whenClient: 'anthropic' }), row('b', '/x', { whenClient: 'openai' })), '')
})

t.test('what would leave a model undecided, or a pattern open, is a fault', async (t) => {
  const fault = (over: Partial<Route>, path = '/x/{id}'): string =>
    routeFaults([row('a', path, { segments: { id: word }, ...over })]).join()
  t.equal(fault({}), '')
  t.match(fault({ body: null }), 'no model is required')
  t.match(fault({ models: [{ at: 'path:other', required: 'always', mode: null }] }), 'stands nowhere')
  t.match(fault({ agree: ['path:id', '/model'] }), 'is no model')
  t.match(fault({}, '/x'), 'has no `{id}`')
  for (const pattern of [/x/, /^x/, /^a|b$/, /^x$/g]) {
    t.match(fault({ segments: { id: { pattern, example: 'x' } } }), 'anchored', String(pattern))
  }
  t.match(fault({ segments: { id: { ...word, example: '1' } } }), 'example')
  t.throws(() => routeFaults([row('a', '/x/{id}')]), /no row for/)
})

t.test('a segment accepts the escapes of its row, which are decided decoded and written back', async (t) => {
  const body = { json: { ...chat.body?.json, models: [] } } as unknown as Route['body']
  const models = [{ at: 'path:model', required: 'always', mode: null }] as const
  const bedrock = row('b', '/model/{model}/invoke', { segments: { model: label }, models, body })
  t.strictSame(routeFaults([bedrock]), [])
  const index = indexRoutes([bedrock])
  const escapes = new Set(Object.keys(label.escapes))
  const ask = (name: string): string => {
    const start = { method: 'POST', target: `/model/${name}/invoke`, httpVersion: '1.1', rawHeaders: json }
    const head = readHead(start, escapes)
    if (head.kind === 'refused') return head.reason
    const match = findRoute(start, index)
    return match.kind === 'refused' ? match.reason : `${match.named['path:model']} ${match.target}`
  }
  t.equal(ask('claude-3%3A0'), 'claude-3:0 /model/claude-3%3A0/invoke')
  t.equal(ask('claude-3:0'), 'claude-3:0 /model/claude-3%3A0/invoke', 'one spelling goes upstream')
  t.equal(ask('us%2Fx'), 'us/x /model/us%2Fx/invoke')
  for (const odd of ['a%3a0', 'a%253A0', 'a%00', 'a%', 'a%3', 'a%2e%2e', '%2E%2E']) {
    t.equal(ask(odd), 'request_unreadable', odd)
  }
  t.equal(ask('A'), 'model_unknown')
  t.equal(readHead({ method: 'POST', target: '/a%3Ab', httpVersion: '1.1', rawHeaders: json }).kind, 'refused')
  t.match(findRoute({ method: 'POST', target: '/model%2Fx/invoke', rawHeaders: json }, index), {
    reason: 'route_unknown',
  })
})

t.test('an alias in the path is renamed there, and in the body that repeats it', async (t) => {
  const match = matchOf({ target: '/openai/deployments/fable-latest/chat/completions?api-version=2024-10-21' })
  const edits = {
    ...none,
    model: [
      { pointer: 'path:deployment', name: 'fable-5' },
      { pointer: '/model', name: 'fable-5' },
    ],
    forceMode: [{ pointer: 'path:deployment', field: 'reasoning-effort' as const, value: 'none' }],
  }
  const edited = applyEdits(match, Buffer.from('{"model":"fable-latest"}'), edits)
  t.strictSame(edited.unmade, [])
  t.equal(edited.match.target, '/openai/deployments/fable-5/chat/completions?api-version=2024-10-21')
  t.equal(Buffer.from(edited.body).toString(), '{"reasoning_effort":"none","model":"fable-5"}')
  t.match(readOperation(edited.match, edited.body), {
    operation: {
      models: [
        { pointer: 'path:deployment', name: 'fable-5', mode: { value: 'none' } },
        { pointer: '/model', name: 'fable-5' },
      ],
    },
  })
  const odd = applyEdits(match, Buffer.from('{}'), { ...none, model: [{ pointer: 'path:deployment', name: 'a/b' }] })
  t.strictSame(odd.unmade, ['path:deployment'], 'a name that would leave its segment is not written')
})

t.test('a model that is left to a default is absent, or what is pinned, and then written into the body', async (t) => {
  const models = [{ at: '/model', required: 'or-default', mode: null }] as const
  const body = { json: { ...chat.body?.json, models } } as unknown as Route['body']
  const leaving = row('a', '/x', { body })
  const match = findRoute({ method: 'POST', target: '/x', rawHeaders: json }, indexRoutes([leaving]))
  if (match.kind === 'refused') throw new Error(match.message)
  t.match(readOperation(match, Buffer.from('{}')), { reason: 'model_absent' })
  t.match(readOperation(match, Buffer.from('{"model":null}'), new Map([['a', 'open-1']])), { kind: 'refused' })
  const reading = readOperation(match, Buffer.from('{}'), new Map([['a', 'open-1']]))
  t.match(reading, { inserted: ['/model'], operation: { models: [{ pointer: '/model', name: 'open-1' }] } })
  const edited = applyEdits(match, Buffer.from('{}'), { ...none, model: [{ pointer: '/model', name: 'open-1' }] })
  t.equal(Buffer.from(edited.body).toString(), '{"model":"open-1"}')
  t.match(readOperation(edited.match, edited.body), { inserted: [], operation: { models: [{ name: 'open-1' }] } })
})
