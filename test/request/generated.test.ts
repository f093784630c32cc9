// Every row of the route table, and every frame of a WebSocket's × every place where a model can stand × {absent, permitted, embargoed, wrong type, duplicate,
// escaped}. What is expected follows from the row, so that a new row is covered by standing in the table.

import { Buffer } from 'node:buffer'
import t from 'tap'
import {
  findRoute,
  pathEscapes,
  type RouteMatch,
  readFrame,
  readHead,
  readOperation,
  routes,
} from '../../src/request/index.ts'
import { inOneGo } from '../../src/request/steps.ts'
import { handshake, json, type Route, version } from './asking.ts'

type Shape = NonNullable<NonNullable<Route['body']>['json']>
type Row = Route['models'][number]
type Reading = { readonly reason: string; readonly names: Readonly<Record<string, string>> }

const permitted = 'open-1'
const embargoed = 'fable-5'

/** Of the other requests of a body that holds many: another one, since each model counts once. */
const beside = 'list-1'

/** A body with these members in the object that would hold the row's model, and whatever else is required. */
function bodyWith(shape: Shape, row: Row | null, members: string, what: readonly string[] = []): string {
  if (row === null && shape.many) {
    const [first] = shape.models
    return bodyWith(shape, first as Row, `"model":${JSON.stringify(permitted)}`, what)
  }
  const always = shape.models.filter(
    (other) => other !== row && (other.required === 'always' || other.required === 'or-default'),
  )
  // A model outside the body is `permitted`; what the body says of it must be the same.
  const top = [
    ...always.map(({ at, prefix = '' }) => `${JSON.stringify(at.slice(1))}:${JSON.stringify(prefix + permitted)}`),
    ...what,
  ]
  if (row === null) return objectOf(...top, ...neededAt(shape, '', undefined, null))
  const steps = row.at.split('/').slice(1, -1)
  const holder = steps.length === 0 ? '' : `/${steps.join('/')}`
  const own = row.at.slice(holder.length + 1)
  const type = steps.length === 0 ? '' : typeAt(shape, row, holder)
  let held = objectOf(type, members, ...neededAt(shape, holder, own, row))
  for (let depth = steps.length - 1; depth >= 0; depth--) {
    const step = steps[depth] as string
    const at = depth === 0 ? '' : `/${steps.slice(0, depth).join('/')}`
    const type = step === '*' || depth === 0 ? '' : typeAt(shape, null, at)
    if (step === '*') held = `[${held}]`
    else held = objectOf(type, `${JSON.stringify(step)}:${held}`, ...neededAt(shape, at, step, row))
  }
  return `{${[...top, held.slice(1, -1)].filter((part) => part !== '').join(',')}}`
}

const objectOf = (...members: readonly string[]): string => `{${members.filter((part) => part !== '').join(',')}}`

/** The members by which an object here says what it is, and a model that it must name, beside the one in question. */
function neededAt(
  { closed = [], values = [], models }: Shape,
  at: string,
  own: string | undefined,
  row: Row | null,
): readonly string[] {
  const must = closed.flatMap((one) => (one.at === at ? (one.must ?? []) : [])).filter((key) => key !== own)
  const said = must.map((key) => {
    const value = values.find((one) => one.at === `${at}/${key}`)?.accepted[0] ?? ''
    return `${JSON.stringify(key)}:${JSON.stringify(value)}`
  })
  const other = models.find((one) => one !== row && one.required === 'with-its-object' && one.at === `${at}/model`)
  return other === undefined || own === 'model' ? said : [...said, `"model":${JSON.stringify(beside)}`]
}

/** The member `type` that an object at this place must have. */
function typeAt(shape: Shape, row: Row | null, at: string): string {
  const types = shape.types.find((one) => one.at === at)
  const named = typeof row?.required === 'object' ? row.required[0] : undefined
  const type = named ?? types?.accepted[0]
  return type === undefined ? '' : `"type":${JSON.stringify(type)}`
}

interface Asked {
  readonly path?: string
  readonly query?: readonly string[]
  readonly headers?: readonly string[]
  readonly body?: string
}

function ask(route: Route, asked: Asked): Reading {
  const match = matchOf(route, asked)
  if (match.kind === 'refused') return { reason: match.reason, names: {} }
  return read(match, asked.body ?? (route.body?.json === undefined ? '' : bodyWith(route.body.json, null, '')))
}

function matchOf(
  route: Route,
  { path = pathWith(route, null, ''), query, headers }: Asked,
): RouteMatch | { readonly kind: 'refused'; readonly reason: string } {
  const outside = route.models.map(({ at }) => at.split(':') as [string, string])
  const needed = outside.flatMap(([kind, name]) => (kind === 'query' ? [`${name}=${permitted}`] : []))
  const named = outside.flatMap(([kind, name]) => (kind === 'header' ? [name, permitted] : []))
  const search = (query ?? needed).join('&')
  const rawHeaders = [
    ...(route.body === null ? ['Host', 'gate.example'] : json),
    ...(route.socket === null ? [] : handshake),
    ...(route.whenClient === 'anthropic' ? version : []),
    ...(route.whenClient === 'google' ? ['x-goog-api-key', 'token'] : []),
    ...(headers ?? named),
  ]
  const start = {
    method: route.method,
    target: search === '' ? path : `${path}?${search}`,
    httpVersion: '1.1',
    rawHeaders,
  }
  const head = readHead(start, pathEscapes)
  return head.kind === 'refused' ? head : findRoute(start)
}

function read(match: RouteMatch, body: string): Reading {
  return said(readOperation(match, Buffer.from(body)))
}

/** A frame of a socket whose upgrade named the permitted model, or none. */
function readFirst(route: Route, text: string): Reading {
  const match = matchOf(route, {})
  if (match.kind === 'refused') return { reason: match.reason, names: {} }
  const framed = inOneGo(readFrame(match, { bytes: Buffer.from(text), isBinary: false, isFirst: true }, new Map()))
  return said(framed.kind === 'refused' ? framed : framed.reading)
}

function said(reading: ReturnType<typeof readOperation>): Reading {
  if (reading.kind === 'refused') return { reason: reading.reason, names: {} }
  const { models } = reading.operation
  return { reason: 'operation', names: Object.fromEntries(models.map(({ pointer, name }) => [pointer, name])) }
}

/** The path with a model of this name where the row says, and the permitted one elsewhere. */
function pathWith(route: Route, name: string | null, value: string): string {
  const isModel = (segment: string): boolean => route.models.some(({ at }) => at === `path:${segment}`)
  return route.path.replace(/\{(\w+)\}/g, (_, segment: string) => {
    if (segment === name) return value
    return isModel(segment) ? permitted : (route.segments[segment]?.example ?? '')
  })
}

const concrete = (at: string): string => at.replaceAll('*', '0')
const escaped = (text: string): string =>
  Array.from(text, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

interface Holder {
  readonly id: string
  readonly shape: Shape
  readonly agree: readonly string[]
  /** Members by which a frame says what it is. */
  readonly what?: readonly string[]
  readonly ask: (body: string) => Reading
}

function everyPointer({ id, shape, agree, what = [], ask }: Holder): void {
  for (const row of shape.models) {
    const key = JSON.stringify(row.at.slice(row.at.lastIndexOf('/') + 1))
    const at = concrete(row.at)
    const agrees = agree.includes(row.at)
    const { prefix = '' } = row
    const [good, other] = [`"${prefix}${permitted}"`, `"${prefix}${embargoed}"`]
    const asking = (members: string): Reading => ask(bodyWith(shape, row, members, what))
    const optional = row.required === 'never'

    t.test(`${id} ${row.at}: absent, ${optional ? 'nothing is asked for' : 'it is refused'}`, async (t) => {
      const { reason, names } = asking('')
      t.equal(reason, optional ? 'operation' : 'model_absent')
      t.notOk(at in names)
    })
    t.test(`${id} ${row.at}: what is named there is decided`, async (t) => {
      t.match(asking(`${key}:${good}`), { reason: 'operation', names: { [at]: permitted } })
      const second = asking(`${key}:${other}`)
      if (agrees) t.equal(second.reason, 'request_ambiguous', 'it must agree with what stands elsewhere')
      else t.match(second, { reason: 'operation', names: { [at]: embargoed } })
      if (prefix !== '') t.equal(asking(`${key}:"${permitted}"`).reason, 'request_unreadable', 'without its prefix')
    })
    t.test(`${id} ${row.at}: what is no string is refused`, async (t) => {
      for (const wrong of ['null', '1', 'true', '[]', `["${permitted}"]`, '{}', `{"toString":"${permitted}"}`, '""']) {
        t.equal(asking(`${key}:${wrong}`).reason, 'request_unreadable', wrong)
      }
    })
    t.test(`${id} ${row.at}: a second one is refused, however it is spelt`, async (t) => {
      const plain = key.slice(1, -1)
      // Where the members are a closed list, another spelling is first of all none of them.
      const isClosed = shape.closed?.some((one) => one.at === row.at.slice(0, row.at.lastIndexOf('/')))
      const reason = isClosed ? /^re(?:quest_ambiguous|ference_unknown)$/ : 'request_ambiguous'
      for (const again of [key, `"${escaped(plain)}"`, `"${plain.toUpperCase()}"`, `"${plain} "`]) {
        t.match(asking(`${key}:${good},${again}:${other}`).reason, reason, again)
      }
    })
    t.test(`${id} ${row.at}: escaped, it is the same name in the same place`, async (t) => {
      const spelt = `"${escaped(key.slice(1, -1))}":"${escaped(prefix + permitted)}"`
      t.match(asking(spelt), { reason: 'operation', names: { [at]: permitted } })
    })
  }
}

for (const route of routes) {
  const shape = route.body?.json
  if (route.body !== null && shape === undefined) {
    t.test(`${route.id}: JSON is refused`, async (t) => {
      t.equal(ask(route, {}).reason, 'media_type')
    })
    continue
  }
  const path = pathWith(route, null, '')

  if (shape !== undefined)
    everyPointer({ id: route.id, shape, agree: route.agree, ask: (body) => ask(route, { path, body }) })
  for (const { type, shape, agree } of route.socket?.frames ?? []) {
    const what = route.socket?.told === 'type' ? [`"type":${JSON.stringify(type)}`] : []
    everyPointer({ id: `${route.id}.${type}`, shape, agree, what, ask: (text) => readFirst(route, text) })
  }

  for (const row of route.models) {
    const [kind, name] = row.at.split(':') as ['path' | 'query' | 'header', string]
    const asking = (...values: readonly string[]): Reading => {
      if (kind === 'path') return ask(route, { path: pathWith(route, name, values[0] ?? '') })
      if (kind === 'query') return ask(route, { path, query: values.map((value) => `${name}=${value}`) })
      return ask(route, { path, headers: values.flatMap((value) => [name, value]) })
    }

    t.test(`${route.id} ${row.at}: what is named there is decided`, async (t) => {
      t.match(asking(permitted), { reason: 'operation', names: { [row.at]: permitted } })
      t.match(asking(embargoed), { reason: 'operation', names: { [row.at]: embargoed } })
    })
    t.test(`${route.id} ${row.at}: absent, it is refused`, async (t) => {
      t.not(asking().reason, 'operation')
    })
    t.test(`${route.id} ${row.at}: odd, doubled or escaped, it is refused`, async (t) => {
      for (const odd of ['$x', '..', '%00', '%2e%2e', 'a%252fb', 'a%3ab', 'ｆable-5', `${permitted};x`]) {
        t.not(asking(odd).reason, 'operation', odd)
      }
      if (kind !== 'path') t.equal(asking(permitted, embargoed).reason, 'request_ambiguous')
    })
  }
}
