// From a request line and its headers to one row of the route table, or the reason why none fits. Exact and case-sensitive:
// nothing is normalised, so that the path that was decided is the path that is sent.

import type { Dialect } from '../vocabulary/operation.ts'
import { headersToForward } from './forwarded-headers.ts'
import { type RequestStart, soleValueOf, valuesOf } from './header-fields.ts'
import { type Refused, refused } from './refused.ts'
import { modelName, type Route, routes } from './routes.ts'

export interface RouteMatch {
  readonly kind: 'route'
  readonly dialect: Dialect
  readonly route: Route
  /** Values of `{model}`. */
  readonly params: { readonly model?: string }
  readonly query: Readonly<Record<string, string>>
  /** Path and query to send upstream, rebuilt from what was matched; a prefix of the upstream goes before it. */
  readonly target: string
  /** Headers to send upstream, without credential, framing and host. */
  readonly headers: Readonly<Record<string, string>>
}

export interface RouteRefused extends Refused {
  /** In whose words the refusal is to be told. */
  readonly dialect: Dialect
  /** Value of `Allow`, with 405. */
  readonly allow?: string
}

export type RouteReading = RouteMatch | RouteRefused

const mediaType = /^application\/json(?:; ?charset=utf-8)?$/i

/** Takes the request as received; gives the route, or the refusal with its dialect. Pure and total, also on malformed heads. */
export function findRoute({ method, target, rawHeaders }: Omit<RequestStart, 'httpVersion'>): RouteReading {
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const hasVersion = valuesOf(rawHeaders, 'anthropic-version').length > 0
  const here = routes.filter((route) => matches(route.path, path) && isOf(route, hasVersion))
  const dialect = here[0]?.dialect ?? (hasVersion || path.startsWith('/v1/messages') ? 'anthropic' : 'openai')
  const no = (no: Refused): RouteRefused => ({ ...no, dialect })
  if (here.length === 0) return no(refused('route_unknown', 'the path is not in the route table'))
  const route = here.find((candidate) => candidate.method === method)
  if (route === undefined) {
    const allow = here.map((candidate) => candidate.method).join(', ')
    return { ...no(refused('method_not_allowed', `this path takes ${allow}`)), allow }
  }
  const params = paramsOf(route.path, path)
  if (params.model !== undefined && !modelName.test(params.model)) {
    return no(refused('model_unknown', 'the path names no model of a catalogue'))
  }
  const query = readQuery(route, mark < 0 ? '' : target.slice(mark + 1))
  if ('kind' in query) return no(query as Refused)
  const fault = bodyFault(route, rawHeaders)
  if (fault !== undefined) return no(fault)
  const headers = headersToForward(dialect, rawHeaders)
  if (headers.kind === 'refused') return no(headers)
  const search = Object.entries(query).map(([name, value]) => `${name}=${value}`)
  return {
    kind: 'route',
    dialect,
    route,
    params,
    query,
    target: search.length === 0 ? path : `${path}?${search.join('&')}`,
    headers: headers.headers,
  }
}

function isOf({ whenVersionHeader }: Route, hasVersion: boolean): boolean {
  return whenVersionHeader === null || (whenVersionHeader === 'present') === hasVersion
}

function matches(template: string, path: string): boolean {
  if (!template.endsWith('/{model}')) return template === path
  const prefix = template.slice(0, -'{model}'.length)
  return path.startsWith(prefix) && path.length > prefix.length && !path.includes('/', prefix.length)
}

function paramsOf(template: string, path: string): { readonly model?: string } {
  return template.endsWith('/{model}') ? { model: path.slice(template.length - '{model}'.length) } : {}
}

function readQuery({ query: allowed }: Route, search: string): Readonly<Record<string, string>> | Refused {
  const query: Record<string, string> = {}
  if (search === '') return query
  for (const pair of search.split('&')) {
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
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

/** What the headers say of the body, against what the route takes. */
function bodyFault(route: Route, rawHeaders: readonly string[]): Refused | undefined {
  const length = valuesOf(rawHeaders, 'content-length')
  const hasBody = valuesOf(rawHeaders, 'transfer-encoding').length > 0 || length.some((value) => value !== '0')
  if (route.body === null) {
    return hasBody ? refused('request_unreadable', 'this operation takes no body') : undefined
  }
  const coding = valuesOf(rawHeaders, 'content-encoding')
  if (coding.some((value) => value.toLowerCase() !== 'identity')) {
    return refused('media_type', 'the body must be sent without a content coding')
  }
  const type = soleValueOf(rawHeaders, 'content-type')
  if (type === null || !mediaType.test(type)) {
    return refused('media_type', 'the content type must be `application/json`, in UTF-8')
  }
  return undefined
}
