// The effort of a Realtime session: a frame that chooses it decides, for the model that stands in the query.
import t from 'tap'
import { findRoute, type RouteMatch, readFrame } from '../../src/request/index.ts'
import { inOneGo } from '../../src/request/steps.ts'

const rawHeaders = [
  'Upgrade',
  'websocket',
  'Connection',
  'Upgrade',
  'Sec-WebSocket-Version',
  '13',
  'Sec-WebSocket-Key',
  'dGhlIHNhbXBsZSBub25jZQ==',
]
const match = findRoute({ method: 'GET', target: '/v1/realtime?model=open-1', rawHeaders }) as RouteMatch
const read = (event: object) =>
  inOneGo(readFrame(match, { bytes: Buffer.from(JSON.stringify(event)), isBinary: false, isFirst: false }, new Map()))

const efforts = [
  (reasoning: object) => ({ type: 'session.update', session: { type: 'realtime', reasoning } }),
  (reasoning: object) => ({ type: 'response.create', response: { reasoning } }),
]

t.test('a frame that chooses an effort is decided with it', async (t) => {
  for (const asking of efforts) {
    t.match(read(asking({ effort: 'low' })), {
      kind: 'frame',
      decides: true,
      reading: { operation: { models: [{ name: 'open-1', mode: { field: 'reasoning-effort', value: 'low' } }] } },
    })
  }
})

t.test('one that leaves it out is not', async (t) => {
  t.match(read({ type: 'response.create' }), { kind: 'frame', decides: false })
  t.match(read({ type: 'session.update', session: { instructions: 'be brief' } }), { kind: 'frame', decides: false })
})

t.test('whatever only looks like one, or is none, is refused', async (t) => {
  for (const asking of efforts) {
    for (const odd of [
      { Effort: 'low' },
      { effort: 3 },
      { effort: ['low'] },
      { effort: 'low', model: 'fable-5' },
      { mode: 'pro' },
    ])
      t.match(read(asking(odd)), { kind: 'refused' }, JSON.stringify(odd))
  }
  t.match(read({ type: 'response.create', reasoning: { effort: 'low' } }), { kind: 'refused' })
  t.match(read({ type: 'session.update', session: { reasoning_effort: 'low' } }), { kind: 'refused' })
})
