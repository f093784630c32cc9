// Every operation that takes a body of several parts × its model's part × {absent, permitted, embargoed, twice, as a list, as a file,
// otherwise spelt}, and a swap of the two media types. What is expected follows from the row.

import { Buffer } from 'node:buffer'
import t from 'tap'
import { findRoute, readOperation, routes } from '../../src/request/index.ts'
import { pathOf, type Route } from './asking.ts'

type Row = NonNullable<NonNullable<Route['body']>['multipart']>['parts'][number]

const part = ({ name, holds, accepts }: Pick<Row, 'name' | 'holds' | 'accepts'>, value?: string): string => {
  const file = holds === 'file' ? '; filename="a.png"\r\nContent-Type: image/png' : ''
  const text = value ?? (holds === 'stream' ? 'true' : accepts === undefined ? 'x' : 'data:,x')
  return `Content-Disposition: form-data; name="${name}"${file}\r\n\r\n${text}`
}

function ask(route: Route, parts: readonly string[], type = 'multipart/form-data; boundary=B'): string {
  const search = Object.hasOwn(route.query, 'api-version') ? '?api-version=preview' : ''
  const dated = route.query['api-version']?.test('2024-10-21') ? '?api-version=2024-10-21' : search
  const rawHeaders = ['Host', 'gate.example', 'Content-Type', type]
  const match = findRoute({ method: route.method, target: `${pathOf(route)}${dated}`, rawHeaders })
  if (match.kind === 'refused') return match.reason
  const body = `${parts.map((each) => `--B\r\n${each}\r\n`).join('')}--B--\r\n`
  const reading = readOperation(match, Buffer.from(body))
  return reading.kind === 'refused'
    ? reading.reason
    : reading.operation.models.map(({ pointer, name }) => `${pointer}=${name}`).join(' ')
}

for (const route of routes) {
  const shape = route.body?.multipart
  if (!shape?.parts.some(({ holds }) => holds === 'model')) continue
  const inPath = route.models.some(({ at }) => at.startsWith('path:'))
  // The path's example; a model in a part must agree with it.
  const named = inPath ? 'path:deployment=fable-5 part:model=fable-5' : 'part:model=fable-5'
  const others = shape.parts
    .filter(({ holds, required }) => holds !== 'model' && required === true)
    .map((row) => part(row))
  const rows = shape.parts.filter(({ holds }) => holds === 'model')

  t.test(`${route.id}: the model is decided, wherever its part stands`, async (t) => {
    t.equal(rows.length, 1)
    t.equal(ask(route, [part({ name: 'model', holds: 'model' }, 'fable-5'), ...others]), named)
    t.equal(ask(route, [...others, part({ name: 'model', holds: 'model' }, 'fable-5')]), named)
    const other = ask(route, [...others, part({ name: 'model', holds: 'model' }, 'open-1')])
    t.equal(other, inPath ? 'request_ambiguous' : 'part:model=open-1')
  })
  t.test(`${route.id}: the model absent, twice, as a list, as a file or otherwise spelt`, async (t) => {
    t.equal(ask(route, others), inPath ? 'path:deployment=fable-5' : 'model_absent')
    const good = part({ name: 'model', holds: 'model' }, 'fable-5')
    t.equal(ask(route, [...others, good, good]), 'request_ambiguous')
    for (const name of [
      'model[]',
      'model[0]',
      'Model',
      'model ',
      'MODEL',
      'mоdel',
      'engine',
      'deployment',
      'model_id',
    ]) {
      t.equal(ask(route, [...others, good, part({ name, holds: 'text' }, 'open-1')]), 'request_unreadable', name)
    }
    t.equal(ask(route, [...others, part({ name: 'model', holds: 'file' }, 'fable-5')]), 'request_unreadable')
    for (const odd of ['', '\0', 'a\nb', 'x'.repeat(257)]) {
      t.equal(
        ask(route, [...others, part({ name: 'model', holds: 'model' }, odd)]),
        'request_unreadable',
        JSON.stringify(odd),
      )
    }
  })
  t.test(`${route.id}: every part of its row is read, and what must be there must be there`, async (t) => {
    const model = part({ name: 'model', holds: 'model' }, 'fable-5')
    const all = shape.parts.filter(({ holds }) => holds !== 'model').map((row) => part(row))
    t.equal(ask(route, [model, ...all]), named)
    for (const [index] of others.entries()) {
      t.equal(ask(route, [model, ...others.toSpliced(index, 1)]), 'request_unreadable')
    }
    const list = shape.parts.find(({ repeated }) => repeated)
    if (list !== undefined) {
      const one = part({ ...list, name: `${list.name}[]` })
      const rest = shape.parts.filter((row) => row !== list && row.holds !== 'model').map((row) => part(row))
      t.equal(ask(route, [model, ...rest, one, one]), named)
    }
  })
  t.test(`A14 ${route.id}: a body that is not of its type is refused`, async (t) => {
    t.equal(ask(route, ['x'], 'application/json'), route.body?.json === undefined ? 'media_type' : 'request_unreadable')
    const rawHeaders = ['Host', 'x', 'Content-Type', 'multipart/form-data; boundary=B']
    const search = route.query['api-version']?.test('2024-10-21') ? '?api-version=2024-10-21' : ''
    const match = findRoute({ method: 'POST', target: `${pathOf(route)}${search}`, rawHeaders })
    if (match.kind === 'route')
      t.match(readOperation(match, Buffer.from('{"model":"fable-5"}')), { reason: 'request_unreadable' })
    for (const type of [
      'multipart/form-data',
      'multipart/mixed; boundary=B',
      'multipart/form-data; boundary=B; charset=utf-16',
    ]) {
      t.equal(ask(route, [], type), 'media_type', type)
    }
  })
}
