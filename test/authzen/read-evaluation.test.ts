// One reading of an AuthZEN request, whether it comes as JSON or as YAML.
import t from 'tap'
import { readEvaluation, type Surroundings } from '../../src/authzen/index.ts'
import type { Place } from '../../src/vocabulary/place.ts'
import { readYaml } from '../../src/yaml/index.ts'

const now = Date.parse('2026-06-20T12:00:00Z')
const located: Place = {
  state: 'located',
  address: '192.0.2.1',
  country: 'DE',
  region: null,
  resolvesRegions: false,
  source: 'database',
  databaseBuiltAt: null,
  databaseDigest: null,
  anonymizer: null,
}
const surroundings: Surroundings = {
  now,
  catalogue: [
    {
      names: [
        { name: 'next-1', variant: null, mode: null },
        { name: 'next-1-safe', variant: 'safe', mode: null },
      ],
    },
  ],
  issuer: (issuer) =>
    issuer === 'https://id.example' ? { organizationExpected: true, stepUp: { acrValues: ['urn:x'] } } : undefined,
  locate: (address) => (address === null ? { ...located, state: 'address-unknown', country: null } : located),
}

const typed = {
  subject: {
    type: 'service',
    id: 'bot',
    properties: {
      evidence: [
        { name: 'us-person', value: { value: true }, state: 'verified', verified_at: '2026-06-01T00:00:00Z' },
        { name: 'nationalities', value: ['US', 'NO'], complete: true },
      ],
    },
  },
  action: { name: 'infer', properties: { stream: true, max_output_tokens: 500 } },
  resource: { type: 'model', id: 'next-1', properties: { variant: 'safe' } },
  context: {
    time: '2026-06-12T21:20:59Z',
    address: '192.0.2.1',
    prior_actors: [{ type: 'person', id: 'earlier' }],
    token: { iss: 'https://id.example', iat: 1_781_000_000 },
  },
}

t.test('a request in YAML is the same request', async (t) => {
  // JSON is YAML; the strict reader gives its scalars as their source text, `true` and `500` included.
  const document = readYaml(JSON.stringify(typed, null, 2))
  if (document.kind === 'faults') throw new Error(JSON.stringify(document.faults))
  const fromJson = readEvaluation(typed, surroundings)
  t.strictSame(readEvaluation(document.value, surroundings, 'text'), fromJson)
  t.match(fromJson, {
    kind: 'evaluation',
    instant: Date.parse('2026-06-12T21:20:59Z'),
    statesVerified: true,
    facts: {
      caller: {
        subject: { kind: 'service', id: { issuer: 'https://id.example', subject: 'bot' } },
        priorActors: [{ id: { subject: 'earlier' } }],
        organizationExpected: true,
        token: { issuedAt: 1_781_000_000, stepUp: { acrValues: ['urn:x'] } },
      },
      place: { country: 'DE' },
      operation: { stream: true, maxOutputTokens: 500, models: [{ name: 'next-1-safe' }] },
    },
  })
})

t.test('neither form takes the scalars of the other', async (t) => {
  const faultsOf = (body: unknown, scalars: 'typed' | 'text'): unknown => {
    const reading = readEvaluation(body, surroundings, scalars)
    return reading.kind === 'faults' ? reading.faults.map(({ path }) => path.join('.')) : []
  }
  t.strictSame(faultsOf(typed, 'text'), [
    'subject.properties.evidence.0.value.value',
    'subject.properties.evidence.1.complete',
    'action.properties.stream',
    'action.properties.max_output_tokens',
    'context.token.iat',
  ])
  const texts = { ...typed, action: { name: 'infer', properties: { stream: 'true' } } }
  t.strictSame(faultsOf(texts, 'typed'), ['action.properties.stream'])
})

t.test('faults stand where they are: what is missing, what is not known, what has not come yet', async (t) => {
  const { subject: _, ...without } = typed
  t.match(readEvaluation({ ...without, extra: 1, resource: { type: 'model' } }, surroundings), {
    kind: 'faults',
    faults: [
      { path: ['subject'], message: 'is missing' },
      { path: ['resource', 'id'], message: 'is missing' },
      { path: ['extra'], message: 'is not known here' },
    ],
  })
  const ahead = {
    ...typed,
    context: {
      ...typed.context,
      address: null,
      place: { country: 'US', database_built_at: '2030-01-01T00:00:00Z' },
      actor: {
        type: 'person',
        id: 'a',
        properties: {
          evidence: [{ name: 'residence', value: { country: 'US' }, verified_at: '2030-01-01T00:00:00Z' }],
        },
      },
    },
  }
  t.strictSame(readEvaluation(ahead, surroundings), {
    kind: 'faults',
    faults: [
      { path: ['context', 'place', 'database_built_at'], message: 'is later than now' },
      { path: ['context', 'actor', 'properties', 'evidence', 0, 'verified_at'], message: 'is later than now' },
    ],
  })
})
