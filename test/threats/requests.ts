// Requests that are accepted, over the whole route table: each row with models wherever its shape has a place for one, and the JSON of
// its body spelt in every way that RFC 8259 leaves open. They are where the differential test and the fuzzing begin.
import fc from 'fast-check'
import { findRoute, pathEscapes, readHead, readOperation, type routes } from '../../src/request/index.ts'

type Route = (typeof routes)[number]
type Shape = NonNullable<NonNullable<Route['body']>['json']>
interface Tree {
  [key: string]: unknown
}

export interface WholeRequest {
  readonly operationId: string
  readonly method: string
  readonly target: string
  /** Without `Host`, framing and credential. */
  readonly headers: readonly string[]
  readonly body: string
}

/** Asked for in a client's own way, where one path belongs to several dialects. */
const clients: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['anthropic-version', '2023-06-01'],
  google: ['x-goog-api-client', 'google-genai-sdk/1.0'],
}
const steps = (at: string): readonly string[] => at.split('/').slice(1)

/** Writes a value at a place; `*` is the first item. What stands on the way gets the `type` that its row asks for. */
function put(tree: Tree, shape: Shape, at: string, value: unknown, type?: string): void {
  let here: Tree = tree
  const way = steps(at)
  for (const [depth, step] of way.entries()) {
    const key = step === '*' ? '0' : step
    const held: Tree = here
    if (depth === way.length - 1) {
      held[key] = value
      if (type !== undefined) held['type'] = type
      return
    }
    held[key] ??= way[depth + 1] === '*' ? [] : {}
    here = held[key] as Tree
    const place = `/${way.slice(0, depth + 1).join('/')}`
    const row = shape.types.find((one) => one.at === place)
    if (row !== undefined && !Array.isArray(here)) here['type'] ??= row.accepted[0]
  }
}

function bodyOf(shape: Shape, models: readonly string[], chosen: readonly boolean[]): Tree {
  const tree: Tree = {}
  for (const { at, must = [] } of shape.closed ?? []) {
    if (at !== '') continue
    for (const key of must) {
      const isFilled = shape.models.some((row) => row.at.startsWith(`/${key}/`))
      tree[key] = isFilled ? [] : (shape.values?.find((row) => row.at === `/${key}`)?.accepted[0] ?? '')
    }
  }
  for (const [index, row] of shape.models.entries()) {
    const must = row.required === 'always' || row.required === 'or-default'
    if (!must && chosen[index % chosen.length] !== true) continue
    const name = must ? models[0] : models[index % models.length]
    put(tree, shape, row.at, name, typeof row.required === 'object' ? row.required[0] : undefined)
  }
  return tree
}

/** Every character may be escaped, and blanks may stand between all tokens: the choice of a byte string, used up in turn. */
function spell(value: unknown, choices: readonly number[]): string {
  let at = 0
  const choice = (of: number): number => (choices.length === 0 ? 0 : (choices[at++ % choices.length] ?? 0) % of)
  const blank = (): string => ['', '', '', ' ', '\n', '\t', '\r\n'][choice(7)] ?? ''
  const text = (plain: string): string =>
    `"${[
      ...JSON.stringify(plain)
        .slice(1, -1)
        .matchAll(/\\u....|\\.|[^\\]/gsu),
    ]
      .map(([each]) =>
        each.length === 1 && choice(12) === 1 ? `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}` : each,
      )
      .join('')}"`
  const write = (one: unknown): string => {
    if (typeof one === 'string') return text(one)
    if (Array.isArray(one)) return `[${blank()}${one.map(write).join(`${blank()},${blank()}`)}${blank()}]`
    if (typeof one !== 'object' || one === null) return JSON.stringify(one)
    const members = Object.entries(one).map(([key, held]) => `${text(key)}${blank()}:${blank()}${write(held)}`)
    return `{${blank()}${members.join(`${blank()},${blank()}`)}${blank()}}`
  }
  return blank() + write(value) + blank()
}

/** Something in a free-form place that looks like what matters elsewhere. */
const freeForm = fc.oneof(
  fc.constant({ model: 'mythos-5', Model: 'x', tools: [{ model: 'y' }] }),
  fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }),
)

function pathOf({ path, segments, models }: Route, model: string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) =>
    models.some(({ at }) => at === `path:${name}`) ? model : (segments[name]?.example ?? ''),
  )
}

export interface Drawn {
  readonly among: readonly Route[]
  readonly models: readonly string[]
}

/** Draws requests of these rows, with these models, that the gate’s pure room accepts. */
export function acceptedRequests({ among, models }: Drawn): fc.Arbitrary<WholeRequest> {
  return fc
    .record({
      route: fc.constantFrom(...among),
      names: fc.array(fc.constantFrom(...models), { minLength: 1, maxLength: 4 }),
      chosen: fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
      choices: fc.array(fc.nat(255), { maxLength: 64 }),
      data: freeForm,
    })
    .map(({ route, names, chosen, choices, data }): WholeRequest => {
      const shape = route.body?.json
      const model = names[0] ?? ''
      const query = route.models.flatMap(({ at }) => (at.startsWith('query:') ? [`${at.slice(6)}=${model}`] : []))
      const tree = shape === undefined ? null : bodyOf(shape, names, chosen)
      if (tree !== null && shape?.data.includes('/metadata')) tree['metadata'] = data
      const path = pathOf(route, model)
      return {
        operationId: route.id,
        method: route.method,
        target: query.length === 0 ? path : `${path}?${query.join('&')}`,
        headers: [
          ...(tree === null ? [] : ['Content-Type', 'application/json']),
          ...(route.whenClient === null ? [] : (clients[route.whenClient] ?? [])),
        ],
        body: tree === null ? '' : spell(tree, choices),
      }
    })
    .filter((request) => readPurely(request).kind === 'operation')
}

export type PureReading = ReturnType<typeof readOperation>

/** Head, route and body of a request, as the gate reads them. */
export function readPurely({ method, target, headers, body }: Omit<WholeRequest, 'operationId'>): PureReading {
  const bytes = Buffer.from(body)
  const framing = bytes.length === 0 ? [] : ['Content-Length', String(bytes.length)]
  const start = { method, target, httpVersion: '1.1', rawHeaders: ['Host', 'gate.example', ...framing, ...headers] }
  const head = readHead(start, pathEscapes)
  const match = findRoute(start)
  if (head.kind === 'refused') return head
  return match.kind === 'refused' ? match : readOperation(match, bytes)
}

/** As bytes on a connection, under this credential. */
export function onTheWire({ method, target, headers, body }: WholeRequest, token: string): Buffer {
  const lines = headers.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${headers[at + 1]}\r\n`] : []))
  const bytes = Buffer.from(body)
  const framing = bytes.length === 0 ? '' : `Content-Length: ${bytes.length}\r\n`
  const head = `${method} ${target} HTTP/1.1\r\nHost: gate.example\r\nAuthorization: Bearer ${token}\r\n${lines.join('')}${framing}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes])
}
