// docs/operations.md, printed from the tables of this room so that it cannot say anything else.

import type { BodyShape, ModelRow } from './body-shape.ts'
import { dialects } from './dialects/index.ts'
import { forwardedHeaders } from './forwarded-headers.ts'
import { frameRoutes } from './frame-routes.ts'
import { notServed } from './not-served.ts'
import type { Client, MultipartShape, Route } from './route.ts'
import { providers, routes } from './routes/index.ts'
import { plainFrame } from './sockets/socket-shape.ts'
import { socketSections } from './sockets-page.ts'

const does: Readonly<Record<Route['action'], string>> = {
  infer: 'decided, forwarded, watched',
  'count-tokens': 'decided like inference, forwarded',
  'list-models': 'answered by the gate: what the caller may use',
}

/** The whole page, Markdown, with a final line feed. */
export function operationsPage(): string {
  return [
    '# Operations',
    '',
    'What the data listener serves. Everything that does not stand here is refused. This page is printed from the route table',
    'in `src/request`; a test keeps the two equal.',
    '',
    ...providers.flatMap(({ title, dialect, note, routes }) => [
      `## ${title}`,
      '',
      `Dialect \`${dialect}\`. Its streams are \`${dialects[dialect].streamType}\`; an answer of any other type is held until it is whole.${note === undefined ? '' : ` ${note}`}`,
      '',
      ...table(
        ['operation', 'request', 'models outside the body', 'query', 'stored objects', 'what the gate does'],
        routes.map(routeRow),
      ),
      '',
    ]),
    '## Not served',
    '',
    'Operations of the official SDKs that the table lacks, hence refused as `route_unknown` ([stored objects](stored-objects.md)). A test',
    'holds the counts to the SDKs, so that what a new version adds is read before it is classified. `{}` stands for a name.',
    '',
    ...Object.entries(notServed).flatMap(([sdk, rows]) => [
      `### \`${sdk}\``,
      '',
      ...table(
        ['path, and all below it', 'operations', 'why not'],
        rows.map(({ under, operations, why }) => [`\`${under}\``, String(operations), why]),
      ),
      '',
    ]),
    ...socketSections(),
    '## What a body may say',
    '',
    'Bodies are strict I-JSON (RFC 7493) of the media type `application/json`, without a content coding. A `*` stands for every',
    'item of an array. Outside free-form data a key that looks as if it chose a model or a mode, that differs from a known field',
    'only by case or punctuation, or that is no plain word is refused as `request_ambiguous`.',
    '',
    ...shapes().flatMap(([shape, ids]) => bodySection(ids, shape)),
    '## What a body of several parts may hold',
    '',
    'Strict `multipart/form-data` (RFC 7578): a plain boundary that occurs nowhere else, nothing before the first part or behind the last,',
    'headers of one disposition and one type, no escapes and no encodings in them, each part at most once but for `name[]`, and no part that',
    'does not stand here. It is written anew for the model API, with a boundary of the gate’s.',
    '',
    ...partShapes().flatMap(([shape, ids]) => partsSection(ids, shape)),
    '## Headers that are forwarded',
    '',
    'A request upstream has the gate’s own credential, the type of its body, `accept-encoding: identity`, its length and, from the',
    'client, these alone:',
    '',
    ...table(
      ['header', 'dialects', 'why'],
      forwardedHeaders.map(({ name, dialects, why }) => [
        `\`${name}\``,
        dialects === 'any' ? 'any' : list(dialects),
        why,
      ]),
    ),
    '',
  ].join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

const sentBy: Readonly<Record<Client, string>> = {
  openai: 'neither header `anthropic-version` nor `x-goog-api-key`',
  anthropic: 'with the header `anthropic-version`',
  google: 'with the header `x-goog-api-key`',
}

function routeRow(route: Route): readonly string[] {
  const { id, method, path, whenClient, query, models, agree, action, phase } = route
  const header = whenClient === null ? '' : `, ${sentBy[whenClient]}`
  const same = agree.length === 0 ? '' : `; ${list(agree)} must be equal`
  return [
    `\`${id}\``,
    `${method} \`${path}\`${header}${route.socket === null ? '' : ', upgraded'}`,
    models.length === 0 ? 'none' : `${list(models.map(({ at }) => at))}${same}`,
    list(Object.keys(query)) || 'none',
    storedOf(route),
    route.socket !== null
      ? 'decided, relayed frame by frame, watched'
      : phase === 'deliver'
        ? 'the reader is decided, for what was stored; forwarded, watched'
        : does[action],
  ]
}

/** What it refers to in its path, makes and adds to. */
function storedOf({ stored }: Route): string {
  if (stored === null) return 'none'
  const kinds = [...new Set(stored.makes.map(({ kind }) => kind))]
  return [
    ...Object.entries(stored.path).map(([name, kind]) => `\`{${name}}\`: ${kind}`),
    ...(kinds.length === 0 ? [] : [`makes ${kinds.join(', ')}`]),
    ...stored.widens.map((kind) => `adds to ${kind}`),
    ...(stored.forgets === null ? [] : [`deletes \`{${stored.forgets}}\``]),
  ].join('; ')
}

/** Every shape once, with the operations and frames that take it; not that of frames that say nothing of the kind. */
function shapes(): readonly (readonly [BodyShape, readonly string[]])[] {
  const ids = new Map<BodyShape, string[]>()
  for (const { id, body } of routes.flatMap((route) => [route, ...frameRoutes(route).values()])) {
    if (body?.json !== undefined && body.json !== plainFrame) ids.set(body.json, [...(ids.get(body.json) ?? []), id])
  }
  return [...ids]
}

/** Every shape of parts once, with the operations that take it. */
function partShapes(): readonly (readonly [MultipartShape, readonly string[]])[] {
  const ids = new Map<MultipartShape, string[]>()
  for (const { id, body } of routes) {
    if (body?.multipart !== undefined) ids.set(body.multipart, [...(ids.get(body.multipart) ?? []), id])
  }
  return [...ids]
}

function partsSection(ids: readonly string[], { parts, bodyBytes }: MultipartShape): readonly string[] {
  return [
    `### ${list(ids)}, in parts`,
    '',
    `At most ${bodyBytes} bytes, or \`limits.upload-bytes\`.`,
    '',
    ...table(
      ['part', 'holds', 'must be there', 'may be repeated'],
      parts.map(({ name, holds, required, repeated }) => [
        `\`${name}\``,
        holds,
        required === 'or-default' ? mustBe[required] : required ? 'always' : 'no',
        repeated ? `as \`${name}[]\`` : 'no',
      ]),
    ),
    '',
  ]
}

const streams: Readonly<Record<BodyShape['stream'], string>> = {
  never: 'no',
  asked: 'where `/stream` is true',
  'asked-as-events': 'where `/stream_format` is `sse`',
  'unless-declined': 'unless `/stream` is false',
  always: 'always',
}

function bodySection(ids: readonly string[], shape: BodyShape): readonly string[] {
  const { output } = shape
  return [
    `### ${list(ids)}`,
    '',
    '**Models**, all of them decided:',
    '',
    ...table(['pointer', 'must be there', 'mode'], shape.models.map(modelRow)),
    '',
    `**Output limit**: ${output === null ? 'none' : list(output.limits)}${output?.answers ? `, times \`${output.answers}\`` : ''}. ` +
      `**Streams**: ${streams[shape.stream]}. **Can be told not to store**: ${shape.store ? 'yes' : 'no such field'}.`,
    '',
    `**Free-form data**: ${list(shape.data) || 'none'}. **Conversation**, where a model’s name is only text: ${list(shape.content)}.`,
    '',
    ...typesSection(shape),
    ...closedSection(shape),
    ...(shape.stored ?? []).map(
      ({ at, kind, type, member }) =>
        `**Refers to what is stored**: \`${at}\`${type === undefined ? '' : ` of type \`${type}\``}, ${kind}${member === undefined ? '' : ` by its \`${member}\``}.\n`,
    ),
    '**Refused**:',
    '',
    ...shape.refused.map(
      ({ at, value, reason, says }) =>
        `- \`${at}\`${value === undefined ? '' : ` = \`${value}\``}: \`${reason}\`; ${says}`,
    ),
    ...shape.carried.map(
      ({ at, type, member, kind }) =>
        `- \`${at}\` of type \`${type}\` without \`${member}\`: ${kind === undefined ? '`reference_unknown`' : `refers to a stored ${kind} by its \`id\``}`,
    ),
    `- ${list(shape.references)}, wherever they stand: \`reference_unknown\``,
    ...(shape.inline ?? []).map(
      ({ parent, key }) =>
        `- anything but base64 or a \`data:\` URL in \`${parent === null ? key : `${parent}/${key}`}\`: \`reference_unknown\``,
    ),
    ...(shape.urls.length === 0
      ? []
      : [
          `- a URL other than \`data:\` in ${list(shape.urls.map(({ parent, key }) => (parent === null ? key : `${parent}/${key}`)))}: \`reference_unknown\``,
        ]),
    '',
  ]
}

function typesSection({ types }: BodyShape): readonly string[] {
  if (types.length === 0) return []
  return [
    '**Accepted types**; others are refused:',
    '',
    ...table(
      ['pointer', 'types'],
      types.map(({ at, accepted, untyped }) => [`\`${at}\``, typesOf(accepted, untyped)]),
    ),
    '',
  ]
}

function closedSection({ closed = [] }: BodyShape): readonly string[] {
  if (closed.length === 0) return []
  return [
    '**Accepted members**; others are refused:',
    '',
    ...table(
      ['pointer', 'members'],
      closed.map(({ at, members }) => [`\`${at}\``, list(members) || 'none']),
    ),
    '',
  ]
}

const mustBe: Readonly<Record<Extract<ModelRow['required'], string>, string>> = {
  always: 'always',
  'or-default': 'or the default that is set for it',
  'with-its-object': 'wherever its object stands',
  never: 'no',
}

function modelRow({ at, required, prefix, mode }: ModelRow): readonly string[] {
  const when = typeof required === 'string' ? mustBe[required] : `in type ${list(required)}`
  return [`\`${at}\`${prefix === undefined ? '' : `, after \`${prefix}\``}`, when, modesOf(mode)]
}

function modesOf(mode: ModelRow['mode']): string {
  if (mode === null) return 'none'
  const field = `\`${mode.path.join('.')}\``
  if (mode.beside !== undefined) return `${field}, ${modesOf(mode.beside)}`
  return mode.or === undefined ? field : `${field} or ${modesOf(mode.or)}`
}

function typesOf(accepted: readonly string[], untyped: 'refused' | 'accepted' | { readonly with: string }): string {
  const without =
    untyped === 'accepted' ? ', or none' : untyped === 'refused' ? '' : `, or none beside \`${untyped.with}\``
  return `${list(accepted)}${without}`
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}
