// The route table against the types of the official SDKs: every field of a request that is served, at any depth, whose name tells of a
// model, a mode, a store, a tool or another place, is named by a row, refused, passed as data, or said to be harmless with a reason.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { forwardedHeaders } from '../../src/request/forwarded-headers.ts'
import { routes } from '../../src/request/index.ts'
import type { Route } from './asking.ts'
import { type DeclaredValue, withDeclaredBodies } from './declared-fields.ts'
import type { SentBeside } from './declared-types.ts'
import { harmless } from './harmless-fields.ts'
import { isTelling, unclassified, unclassifiedParts } from './unclassified-fields.ts'

/** Of which no SDK declares the body: read by the vendor’s documentation. */
const undeclared: readonly string[] = ['bedrock.invokeModel', 'bedrock.invokeModelWithResponseStream']

/** Other paths of the same operation, whose bodies are of the same type. */
const shared: readonly (readonly [id: RegExp, declared: string])[] = [
  [/^(?:azure(?:\.v1|\.deployments)?|google-openai)\./, 'openai.'],
  [/^google\.v1\./, 'google.'],
  [/^vertex\.v1beta1\./, 'vertex.'],
  [/^vertex\.models\.generateContentStream$/, 'vertex.models.generateContent'],
  [/^vertex-anthropic\.(?:v1beta1\.)?/, 'anthropic.'],
  [/^anthropic\.messages\.stream$/, 'anthropic.messages.create'],
]

function declaredFor(id: string): string {
  return shared.reduce((name, [from, to]) => name.replace(from, to), id)
}

/** A request of a batch is what it would be alone. */
const alone = (pointer: string): string => pointer.replace(/^\/requests\/\*\/params/, '')
const isHarmless = (pointer: string, field: string): boolean =>
  field.startsWith('/') ? alone(pointer) === field : pointer.endsWith(field)

function fieldsOf({ json, multipart }: NonNullable<Route['body']>, body: DeclaredValue): readonly string[] {
  return [
    ...(json === undefined ? [] : unclassified(json, body)),
    ...(multipart === undefined ? [] : unclassifiedParts(multipart, body)),
  ]
}

/** By operation: the fields to be accounted for; undefined where nothing declares its body. */
const fields = withDeclaredBodies((bodies) => {
  const taken = routes.flatMap(({ id, body }) => (body === null ? [] : [{ id, body }]))
  const known = [...bodies.keys()].filter((id) => !taken.some((route) => route.id === id))
  t.strictSame(known, [], 'types of operations that are served')
  return taken.map(({ id, body }) => {
    const declared = bodies.get(declaredFor(id))
    return { id, fields: declared === undefined ? undefined : fieldsOf(body, declared) }
  })
})

for (const { id, fields: all } of fields) {
  if (undeclared.includes(id)) continue
  t.test(`${id}: every telling field that its SDK declares is classified`, async (t) => {
    t.ok(all, 'name the type of its body in test/request/declared-types.ts')
    for (const field of all ?? []) {
      t.ok(
        harmless.some((row) => row.fields.some((each) => isHarmless(field, each))),
        `\`${field}\` is not classified: read what the API does with it, then name it in the shape of \`${id}\` (a model, ` +
          'a mode, a reference, refused, data), or say in test/request/harmless-fields.ts why it chooses nothing',
      )
    }
  })
}

t.test('no row says of a field that is not there that it is harmless', async (t) => {
  const all = fields.flatMap((each) => each.fields ?? [])
  const stale = harmless.flatMap((row) => row.fields).filter((field) => !all.some((each) => isHarmless(each, field)))
  t.strictSame(stale, [])
  for (const { why } of harmless) t.match(why, /^\S.{15,}$/)
})

t.test('a field that is new, at any depth, is noticed', async (t) => {
  const shape = routes.find(({ id }) => id === 'openai.responses.create')?.body?.json
  if (shape === undefined) throw new Error('no such operation')
  const word = valueWith({})
  const tools = listOf(
    valueWith({ runner_profile: word }, ['function']),
    valueWith({ server_agent: word }, ['web_search']),
  )
  const reasoning = valueWith({ effort: word, thinking_tier: word })
  const invented = valueWith({ draft_model: word, tools, metadata: valueWith({ model: word }), reasoning })
  t.strictSame(unclassified(shape, invented), ['/draft_model', '/reasoning/thinking_tier', '/tools/*/runner_profile'])
  t.ok(['modelId', 'deployment', 'engine', 'inferenceProfileArn', 'previous_response_id', 'mode'].every(isTelling))
})

t.test(
  'every header of Bedrock’s that its client can send is forwarded by a row, refused, or left behind knowingly',
  async (t) => {
    const path = join(import.meta.dirname, '..', '..', 'node_modules/@aws-sdk/client-bedrock-runtime/dist-es/schemas')
    const code = readFileSync(join(path, 'schemas_0.js'), 'utf8')
    const declared = [...code.matchAll(/"(X-Amzn-Bedrock-[A-Za-z-]+)"/g)].map(([, name = '']) => name.toLowerCase())
    const rows = forwardedHeaders.map(({ name }) => name)
    t.strictSame([...new Set(declared)].filter((name) => !rows.includes(name)).sort(), [
      'x-amzn-bedrock-accept',
      'x-amzn-bedrock-content-type',
      // Labels of invocations in the account's own logs.
      'x-amzn-bedrock-request-metadata',
      // What a guardrail did, of which none is served.
      'x-amzn-bedrock-trace',
    ])
  },
)

t.test('what Google’s client sends beside `generationConfig` is what the declared types say', async (t) => {
  const path = join(import.meta.dirname, '..', '..', 'node_modules', '@google/genai/dist/node/index.mjs')
  const code = readFileSync(path, 'utf8')
  const written = [...code.matchAll(/^function generateContentConfigTo(?:Mldev|Vertex)\(.*?^}/gms)].flatMap(([text]) =>
    [...text.matchAll(/setValueByPath\(parentObject, \[\s*'(\w+)'/g)].map(([, name]) => name),
  )
  const beside: Readonly<Record<SentBeside, true>> = {
    cachedContent: true,
    continuationToken: true,
    labels: true,
    modelArmorConfig: true,
    safetySettings: true,
    serviceTier: true,
    store: true,
    toolConfig: true,
  }
  const others = ['outputConfig', 'systemInstruction', 'tools']
  t.strictSame([...new Set(written)].sort(), [...Object.keys(beside), ...others].sort())
})

function valueWith(members: Readonly<Record<string, DeclaredValue>>, types: readonly string[] = []): DeclaredValue {
  const object = { types, members: new Map(Object.entries(members)) }
  return { key: JSON.stringify([Object.keys(members), types]), objects: () => [object], items: () => [] }
}

function listOf(...items: readonly DeclaredValue[]): DeclaredValue {
  return { key: 'list', objects: () => [], items: () => items }
}
