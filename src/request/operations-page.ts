// docs/operations.md, printed from the tables of this room so that it cannot say anything else.

import type { BodyShape, ModelRow } from './body-shape.ts'
import { forwardedHeaders } from './forwarded-headers.ts'
import { type Route, routes } from './routes.ts'

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
    ...table(
      ['operation', 'request', 'header `anthropic-version`', 'query', 'what the gate does'],
      routes.map(routeRow),
    ),
    '',
    '## What a body may say',
    '',
    'Bodies are strict I-JSON (RFC 7493) of the media type `application/json`, without a content coding. A `*` stands for every',
    'item of an array. Outside free-form data a key that looks as if it chose a model or a mode, that differs from a known field',
    'only by case or punctuation, or that is no plain word is refused as `request_ambiguous`.',
    '',
    ...routes.flatMap(({ id, body }) => (body === null ? [] : bodySection(id, body))),
    '## Headers that are forwarded',
    '',
    'A request upstream has the gate’s own credential, `content-type: application/json`, `accept-encoding: identity`, its length',
    'and, from the client, these alone:',
    '',
    ...table(
      ['header', 'dialect', 'why'],
      forwardedHeaders.map(({ name, dialect, why }) => [`\`${name}\``, dialect, why]),
    ),
    '',
  ].join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

function routeRow({ id, method, path, whenVersionHeader, query, action }: Route): readonly string[] {
  const names = Object.keys(query).map((name) => `\`${name}\``)
  return [`\`${id}\``, `${method} \`${path}\``, whenVersionHeader ?? 'any', names.join(', ') || 'none', does[action]]
}

function bodySection(id: string, shape: BodyShape): readonly string[] {
  const { output } = shape
  return [
    `### \`${id}\``,
    '',
    '**Models**, all of them decided:',
    '',
    ...table(['pointer', 'must be there', 'mode'], shape.models.map(modelRow)),
    '',
    `**Output limit**: ${output === null ? 'none' : list(output.limits)}${output?.answers ? `, times \`${output.answers}\`` : ''}. ` +
      `**Streams**: ${shape.stream ? 'yes' : 'no'}. **Can be told not to store**: ${shape.store ? 'yes' : 'no such field'}.`,
    '',
    `**Free-form data**: ${list(shape.data)}. **Conversation**, where a model’s name is only text: ${list(shape.content)}.`,
    '',
    '**Accepted types**; others are refused:',
    '',
    ...table(
      ['pointer', 'types'],
      shape.types.map(({ at, accepted, untyped }) => [`\`${at}\``, typesOf(accepted, untyped)]),
    ),
    '',
    '**Refused**:',
    '',
    ...shape.refused.map(
      ({ at, value, reason, says }) =>
        `- \`${at}\`${value === undefined ? '' : ` = \`${value}\``}: \`${reason}\`; ${says}`,
    ),
    ...shape.carried.map(
      ({ at, type, member }) => `- \`${at}\` of type \`${type}\` without \`${member}\`: \`reference_unknown\``,
    ),
    `- ${list(shape.references)}, wherever they stand: \`reference_unknown\``,
    `- a URL other than \`data:\` in ${list(shape.urls.map(({ parent, key }) => (parent === null ? key : `${parent}/${key}`)))}: \`reference_unknown\``,
    '',
  ]
}

function modelRow({ at, required, mode }: ModelRow): readonly string[] {
  const when =
    required === 'always'
      ? 'always'
      : required === 'with-its-object'
        ? 'wherever its object stands'
        : required.length === 0
          ? 'no'
          : `in type ${list(required)}`
  return [`\`${at}\``, when, mode === null ? 'none' : `\`${mode.path.join('.')}\``]
}

function typesOf(accepted: readonly string[], untyped: 'refused' | 'accepted' | { readonly with: string }): string {
  const without =
    untyped === 'accepted' ? ', or none' : untyped === 'refused' ? '' : `, or none beside \`${untyped.with}\``
  return `${list(accepted)}${without}`
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}
