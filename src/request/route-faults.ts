// What would make a route table ambiguous or leave a model undecided, found before anything starts with it.

import { bodyRows } from './body-rows.ts'
import type { ModelRow } from './body-shape.ts'
import { frameRoutes } from './frame-routes.ts'
import { type Step, stepsOf } from './path-template.ts'
import type { Route } from './route.ts'
import type { SocketShape } from './sockets/socket-shape.ts'

/** Takes a whole table; gives every fault in it, in words. Empty: it may be used. */
export function routeFaults(routes: readonly Route[]): readonly string[] {
  const steps = new Map(routes.map((route) => [route, stepsOf(route)]))
  return routes.flatMap((route, index) => [
    ...rowFaults(route, steps.get(route) ?? []),
    ...routes.slice(0, index).flatMap((other) => {
      if (other.id === route.id) return [`\`${route.id}\` stands twice`]
      const isOneRequest =
        other.method === route.method &&
        haveOneClient(other, route) &&
        overlap(steps.get(other) ?? [], steps.get(route) ?? [])
      return isOneRequest ? [`\`${other.id}\` and \`${route.id}\` can match one path and method`] : []
    }),
  ])
}

function rowFaults(route: Route, steps: readonly Step[], isSocket = route.socket !== null): readonly string[] {
  const names = steps.flatMap((step) => (typeof step === 'string' ? [] : [step.name]))
  const inside = [...bodyRows(route, 'json').models, ...bodyRows(route, 'multipart').models]
  const pointers = new Set([...route.models, ...inside].map(({ at }) => at))
  const patterns = [
    ...Object.values(route.query),
    ...Object.values(route.segments).map(({ pattern }) => pattern),
    ...(route.body?.multipart?.parts ?? []).flatMap(({ accepts }) => accepts ?? []),
  ]
  // What is stored brings the models that it was made with; what holds none is open to whoever may use some model.
  const isStored = route.stored !== null && route.models.length + inside.length === 0
  const decidesModels = route.action !== 'list-models' && !isStored
  const parts = route.body?.multipart?.parts ?? []
  // Whatever the body's media type is, some model must be named, or have a default.
  const media = [
    ...(route.body?.json ? ['json' as const] : []),
    ...(route.body?.multipart ? ['multipart' as const] : []),
  ]
  const isModelless = (rows: readonly ModelRow[], many = false): boolean =>
    !rows.some(
      ({ required }) => required === 'always' || required === 'or-default' || (many && required === 'with-its-object'),
    )
  return [
    ...(new Set(names).size === names.length ? [] : ['a name stands twice in its path']),
    ...Object.keys(route.segments).flatMap((name) => (names.includes(name) ? [] : [`its path has no \`{${name}}\``])),
    ...Object.keys(route.stored?.path ?? {}).flatMap((name) =>
      names.includes(name) ? [] : [`its path has no \`{${name}}\` that is stored`],
    ),
    ...route.models.flatMap(({ at }) => (hasSource(route, at) ? [] : [`\`${at}\` stands nowhere`])),
    ...route.agree.flatMap((at) => (pointers.has(at) ? [] : [`\`${at}\` agrees with others and is no model`])),
    ...inside.flatMap(({ at, required }) =>
      required === 'always' && at.includes('*') ? [`\`${at}\` is \`always\` there, in an array`] : [],
    ),
    ...Object.entries(route.segments).flatMap(([name, { pattern, example }]) =>
      pattern.test(example) ? [] : [`the example of \`{${name}}\` is not accepted`],
    ),
    ...(patterns.every(isClosed) ? [] : ['a pattern is not anchored on both ends']),
    ...(media.length === 0 ? [null] : media).flatMap((media) => {
      const { models, many } = bodyRows(route, media)
      return decidesModels && !isSocket && isModelless([...route.models, ...models], many)
        ? ['no model is required']
        : []
    }),
    ...parts.flatMap(({ name, holds, repeated }) =>
      holds === 'model' && repeated ? [`the model \`${name}\` may be repeated`] : [],
    ),
    ...(route.socket === null ? [] : socketFaults(route, route.socket)),
  ].map((fault) => `\`${route.id}\`: ${fault}`)
}

/** Without a model in the upgrade nothing goes upstream before a frame names one: then some frame must. */
function socketFaults(route: Route, { frames }: SocketShape): readonly string[] {
  const namesOne = frames.some(({ shape }) => shape.models.some(({ required }) => required === 'always'))
  const types = frames.map(({ type }) => type)
  return [
    ...(route.method === 'GET' && route.body === null ? [] : ['a WebSocket begins with a GET without a body']),
    ...(route.models.length > 0 || namesOne ? [] : ['neither the upgrade nor a frame must name a model']),
    ...(new Set(types).size === types.length ? [] : ['a frame stands twice']),
    ...[...frameRoutes(route).values()].flatMap((each) => rowFaults(each, stepsOf(each), true)),
  ]
}

function hasSource({ segments, query }: Route, at: string): boolean {
  const [kind, name = ''] = at.split(':')
  if (kind === 'path') return Object.hasOwn(segments, name)
  if (kind === 'query') return Object.hasOwn(query, name)
  return kind === 'header' && /^[a-z-]+$/.test(name)
}

function isClosed({ source, flags }: RegExp): boolean {
  return flags === '' && source.startsWith('^') && source.endsWith('$') && !hasOpenAlternative(source)
}

/** `^a|b$` is anchored on one end each. */
function hasOpenAlternative(source: string): boolean {
  let depth = 0
  for (const character of source.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '')) {
    if (character === '(') depth++
    else if (character === ')') depth--
    else if (character === '|' && depth === 0) return true
  }
  return false
}

function haveOneClient(a: Route, b: Route): boolean {
  return a.whenClient === null || b.whenClient === null || a.whenClient === b.whenClient
}

/** Some path fits both. Patterns of two values are taken to overlap: what they have in common is not ours to compute. */
function overlap(a: readonly Step[], b: readonly Step[]): boolean {
  return a.length === b.length && a.every((step, index) => meet(step, b[index] ?? ''))
}

function meet(a: Step, b: Step): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b
  if (typeof a === 'string') return meet(b, a)
  if (typeof b !== 'string') return a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix)
  return b.endsWith(a.suffix) && a.row.pattern.test(b.slice(0, b.length - a.suffix.length))
}
