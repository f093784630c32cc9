// From a request line and its headers to one row of the route table, or the reason why none fits. Exact and case-sensitive:
// nothing is normalised, so that the path that was decided is the path that is sent.

import type { Dialect } from '../vocabulary/operation.ts'
import { dialects } from './dialects/index.ts'
import { headersToForward } from './forwarded-headers.ts'
import { type RequestStart, soleValueOf, valuesOf } from './header-fields.ts'
import { boundaryOf } from './multipart/boundary.ts'
import { type Step, type Values, writePath } from './path-template.ts'
import { asksForSocket, readUpgrade } from './read-upgrade.ts'
import { type Refused, refused } from './refused.ts'
import type { Client, Route } from './route.ts'
import { routeFaults } from './route-faults.ts'
import { indexRoutes, type RouteIndex } from './route-index.ts'
import { providers, routes } from './routes/index.ts'

export interface RouteMatch {
  readonly kind: 'route'
  readonly dialect: Dialect
  readonly route: Route
  /** The path's template; `target` is written from it. */
  readonly steps: readonly Step[]
  /** Values of the `{name}`s of the path. */
  readonly params: Values
  readonly query: Values
  /** Names of models that stand outside the body, by pointer: `path:deployment`. */
  readonly named: Values
  /** How the body is to be read; null: there is none. */
  readonly media: Media['kind'] | null
  /** What separates the parts of a multipart body. */
  readonly boundary: string | null
  /** Path and query to send upstream, rebuilt from what was matched; a prefix of the upstream goes before it. */
  readonly target: string
  /** Of a WebSocket: the subprotocol that its client is answered. */
  readonly protocol: string | null
  /** Headers to send upstream, without credential, framing and host. */
  readonly headers: Readonly<Record<string, string>>
}

type Media = { readonly kind: 'json' } | { readonly kind: 'multipart'; readonly boundary: string }

export interface RouteRefused extends Refused {
  /** In whose words the refusal is to be told. */
  readonly dialect: Dialect
  /** Value of `Allow`, with 405. */
  readonly allow?: string
}

export type RouteReading = RouteMatch | RouteRefused

const jsonType = /^application\/json(?:; ?charset=utf-8)?$/i
const octetType = /^application\/octet-stream$/i

const faults = routeFaults(routes)
// Invariant: nothing starts with a table in which one request has two readings.
if (faults.length > 0) throw new Error(`the route table is ambiguous: ${faults.join('; ')}`)
const table: RouteIndex = indexRoutes(routes)

/** Takes the request as received; gives the route, or the refusal with its dialect. Pure and total, also on malformed heads. */
export function findRoute(start: Omit<RequestStart, 'httpVersion'>, index: RouteIndex = table): RouteReading {
  const { method, target, rawHeaders } = start
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const client = clientOf(rawHeaders)
  const { fitting, misnamed } = index.find(path, method)
  const here = fitting.filter(({ route }) => isOf(route, client))
  const near = misnamed.find(({ route }) => isOf(route, client))
  const dialect = here[0]?.route.dialect ?? near?.route.dialect ?? dialectOf(path, client)
  const no = (no: Refused): RouteRefused => ({ ...no, dialect })
  if (here.length === 0) return no(near === undefined ? unknownRoute : misnamedFault(near.route, near.name))
  // A path whose other methods are ordinary requests is a WebSocket only to those who ask for one.
  const ordinary = asksForSocket(start) ? [] : here.filter(({ route }) => route.socket === null)
  const served = ordinary.length > 0 ? ordinary : here
  const found = served.find(({ route }) => route.method === method)
  if (found === undefined) {
    const allow = [...new Set(served.map(({ route }) => route.method))].join(', ')
    return { ...no(refused('method_not_allowed', `this path takes ${allow}`)), allow }
  }
  const { route, steps, values: params } = found
  const upgrade = readUpgrade(route.socket, start)
  if (upgrade?.kind === 'refused') return no(upgrade)
  const query = readQuery(route, mark < 0 ? '' : target.slice(mark + 1))
  if ('kind' in query) return no(query as Refused)
  const media = readMedia(route, rawHeaders)
  if (media?.kind === 'refused') return no(media)
  const headers = headersToForward(dialect, rawHeaders, media?.kind ?? null)
  if (headers.kind === 'refused') return no(headers)
  const named = readNamed(route, params, query, rawHeaders)
  if ('kind' in named) return no(named as Refused)
  return {
    kind: 'route',
    dialect,
    route,
    steps,
    params,
    query,
    named,
    media: media?.kind ?? null,
    boundary: media?.kind === 'multipart' ? media.boundary : null,
    target: writeTarget(steps, params, query),
    protocol: upgrade?.protocol ?? null,
    headers: headers.headers,
  }
}

/** The longest first: one provider's may begin another's. */
const prefixes = providers
  .flatMap(({ prefixes, dialect }) => prefixes.map((prefix) => ({ prefix, dialect })))
  .sort((a, b) => b.prefix.length - a.prefix.length)

/** Where this API takes a credential; on the upgrade of its WebSockets also where its SDK puts it in browsers. */
export function credentialPlaces(reading: RouteReading): readonly string[] {
  const { credentialPlaces } = dialects[reading.dialect]
  return reading.kind === 'route' && reading.route.socket !== null
    ? [...credentialPlaces, ...reading.route.socket.credentialPlaces]
    : credentialPlaces
}

const unknownRoute = refused('route_unknown', 'the path is not in the route table')

/** Null: two headers that no client sends together, so that no path of several dialects fits. */
function clientOf(rawHeaders: readonly string[]): Client | null {
  const isAnthropic = valuesOf(rawHeaders, 'anthropic-version').length > 0
  const isGoogle = valuesOf(rawHeaders, 'x-goog-api-key').length > 0
  if (isAnthropic) return isGoogle ? null : 'anthropic'
  return isGoogle ? 'google' : 'openai'
}

function isOf({ whenClient }: Route, client: Client | null): boolean {
  return whenClient === null || whenClient === client
}

function dialectOf(path: string, client: Client | null): Dialect {
  const owner = prefixes.find(({ prefix }) => path.startsWith(prefix))
  return owner?.dialect ?? client ?? 'openai'
}

function misnamedFault(route: Route, name: string): Refused {
  return route.models.some(({ at }) => at === `path:${name}`)
    ? refused('model_unknown', 'the path names no model of a catalogue')
    : refused('route_unknown', `\`{${name}}\` of the path has a value that is not accepted`)
}

/** Path and query as they go upstream: from the template and the values that were decided. */
export function writeTarget(steps: readonly Step[], params: Values, query: Values): string {
  let target = writePath(steps, params)
  let mark = '?'
  for (const name in query) {
    target += `${mark}${name}=${query[name]}`
    mark = '&'
  }
  return target
}

function readQuery({ query: allowed, socket }: Route, search: string): Values | Refused {
  const query: Record<string, string> = {}
  if (search === '') return query
  for (const pair of search.split('&')) {
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    // A credential, which was read as one and goes no further.
    if (socket?.credentialPlaces.includes(`query:${name}`)) continue
    const pattern = Object.hasOwn(allowed, name) ? allowed[name] : undefined
    if (pattern === undefined) return refused('request_unreadable', 'a query parameter is not one of this operation')
    if (name in query) return refused('request_ambiguous', `the query parameter \`${name}\` stands more than once`)
    const value = pair.slice(equals + 1)
    if (equals < 0 || !pattern.test(value)) {
      return refused('request_unreadable', `the query parameter \`${name}\` has a value that is not accepted`)
    }
    query[name] = value
  }
  return query
}

/** Models outside the body, as far as they are there. */
function readNamed({ models }: Route, params: Values, query: Values, rawHeaders: readonly string[]): Values | Refused {
  const named: Record<string, string> = {}
  for (const { at } of models) {
    const [kind, name = ''] = at.split(':')
    if (kind === 'header') {
      const values = rawHeaders.filter(
        (field, position) => position % 2 === 0 && field.toLowerCase().replaceAll('_', '-') === name,
      )
      const value = soleValueOf(rawHeaders, name)
      if (values.length > 1 || (values.length === 1 && value === null)) {
        return refused('request_ambiguous', `the header \`${name}\` stands more than once, or is spelt with \`_\``)
      }
      if (value !== null) named[at] = value
      continue
    }
    const held = kind === 'path' ? params : query
    const value = Object.hasOwn(held, name) ? held[name] : undefined
    if (value !== undefined) named[at] = value
  }
  return named
}

/** What the headers say of the body, against what the route takes. */
function readMedia({ body }: Route, rawHeaders: readonly string[]): Media | null | Refused {
  const length = valuesOf(rawHeaders, 'content-length')
  const hasBody = valuesOf(rawHeaders, 'transfer-encoding').length > 0 || length.some((value) => value !== '0')
  if (body === null) return hasBody ? refused('request_unreadable', 'this operation takes no body') : null
  const coding = valuesOf(rawHeaders, 'content-encoding')
  if (coding.some((value) => value.toLowerCase() !== 'identity')) {
    return refused('media_type', 'the body must be sent without a content coding')
  }
  const type = soleValueOf(rawHeaders, 'content-type') ?? ''
  if (body.json !== undefined && jsonType.test(type)) return { kind: 'json' }
  if (body.octets === true && octetType.test(type)) return { kind: 'json' }
  const boundary = body.multipart === undefined ? undefined : boundaryOf(type)
  if (boundary !== undefined) return { kind: 'multipart', boundary }
  const types = [
    ...(body.json === undefined ? [] : ['`application/json`, in UTF-8']),
    ...(body.multipart === undefined ? [] : ['`multipart/form-data` with a plain boundary and nothing else']),
  ]
  return refused('media_type', `the content type must be ${types.join(', or ')}`)
}
