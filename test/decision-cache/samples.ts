// Samples: facts with every member filled, a decision with every kind of part, and the bindings they were made under.

import type { Bindings, Cached } from '../../src/decision-cache/index.ts'
import type { Decision, Facts } from '../../src/vocabulary/decision.ts'

export const thumbprint = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'

export const facts: Facts = {
  caller: {
    subject: {
      id: { issuer: 'https://idp.example', subject: 'alice' },
      kind: 'person',
      evidence: [
        {
          name: 'us-person',
          value: { value: true, definition: 'ear-772.1-foreign-person', basis: 'citizen-or-national' },
          state: 'verified',
          source: 'token:https://idp.example',
          verifiedAt: 1_781_000_000_000,
        },
        {
          name: 'nationalities',
          value: ['USA', 'DEU'],
          complete: true,
          state: 'verified',
          source: 'token:https://idp.example',
          verifiedAt: 1_781_000_000_000,
        },
        {
          name: 'residence',
          value: { country: 'US', region: 'US-CA' },
          state: 'asserted',
          source: 'token:https://idp.example',
          verifiedAt: 1_781_000_000_000,
        },
      ],
    },
    actor: { id: { issuer: 'https://idp.example', subject: 'agent-7' }, kind: 'service', evidence: [] },
    priorActors: [{ id: { issuer: 'https://idp.example', subject: 'agent-3' }, kind: 'service', evidence: [] }],
    organization: 'acme',
    organizationExpected: true,
    token: {
      issuer: 'https://idp.example',
      jti: 'jti-1',
      sid: 'sid-1',
      issuedAt: 1_781_900_000,
      expiresAt: 1_781_903_600,
      audience: ['https://gate.example'],
      digest: 'Xk6Yt1WbC3k4bA5yq0n1mZ8m0mXn1r8b3mJ6mD0X3aE',
      keyThumbprint: thumbprint,
      stepUp: { acrValues: ['urn:example:verified'] },
    },
  },
  place: {
    state: 'located',
    address: '192.0.2.7',
    country: 'US',
    region: 'US-CA',
    resolvesRegions: true,
    source: 'database',
    databaseBuiltAt: 1_781_800_000_000,
    databaseDigest: `sha256:${'a'.repeat(64)}`,
    anonymizer: 'none',
  },
  operation: {
    id: 'openai.chat.completions.create',
    dialect: 'openai',
    action: 'infer',
    phase: 'admit',
    stream: true,
    maxOutputTokens: 512,
    models: [{ pointer: '/model', name: 'muse-spark', mode: { field: 'reasoning-effort', value: 'high' } }],
  },
  remaining: { g2: 500 },
}

export const decision: Decision = {
  effect: 'permit',
  basis: 'permit',
  reason: 'permitted_under_grant',
  tellReason: false,
  stepUp: false,
  resources: [
    {
      pointer: '/model',
      name: 'muse-spark',
      model: 'muse-spark',
      family: 'muse',
      version: '1',
      variant: null,
      modes: ['instant', 'thinking'],
      released: true,
      listing: 'shown',
    },
  ],
  determinations: [
    {
      directive: 'r1-foreign-persons',
      version: 2,
      resource: '/model',
      result: 'satisfied',
      limbs: [
        {
          limb: 'persons',
          value: 'false',
          reason: 'evidence_stale',
          grants: [{ grant: 'g2', party: 'subject', result: 'discharged' }],
          flags: ['over_included'],
          predicates: [
            {
              predicate: 'foreign-person(subject)',
              value: 'unknown',
              evidence: [
                {
                  name: 'us-person',
                  state: 'stale',
                  source: 'token:https://idp.example',
                  verifiedAt: 1_781_000_000_000,
                },
              ],
            },
          ],
        },
      ],
    },
  ],
  obligations: [
    { kind: 'force-mode', pointer: '/reasoning_effort', mode: 'minimal' },
    { kind: 'cap-output-tokens', max: 512 },
    { kind: 'no-store' },
    { kind: 'log-full' },
  ],
  validUntil: null,
}

export const bindings: Bindings = {
  policyDigest: `sha256:${'1'.repeat(64)}`,
  policySerial: 7,
  suspensionsDigest: null,
  isConfirmed: true,
  settingsDigest: `sha256:${'2'.repeat(64)}`,
  geoDigest: `sha256:${'3'.repeat(64)}`,
  revocationsDigest: null,
}

/** The same state of the gate but for one thing at a time. */
export const otherBindings: readonly (readonly [string, Bindings])[] = [
  ['policy digest', { ...bindings, policyDigest: `sha256:${'9'.repeat(64)}` }],
  ['policy serial', { ...bindings, policySerial: 8 }],
  ['what is suspended', { ...bindings, suspensionsDigest: `sha256:${'9'.repeat(64)}` }],
  ['a policy that cannot be confirmed', { ...bindings, isConfirmed: false }],
  ['settings digest', { ...bindings, settingsDigest: `sha256:${'9'.repeat(64)}` }],
  ['digest of the place databases', { ...bindings, geoDigest: `sha256:${'9'.repeat(64)}` }],
  ['presence of a place database', { ...bindings, geoDigest: null }],
  ['what is revoked', { ...bindings, revocationsDigest: `sha256:${'9'.repeat(64)}` }],
]

export function cached(change: Partial<Decision> = {}): Cached {
  return { decision: { ...decision, ...change }, of: '0197a3f0-0000-7000-8000-000000000001', keyThumbprint: thumbprint }
}

/** 2026-06-20T12:00:00Z: the instant of most tests. */
export const noon = 1_781_956_800_000

type Path = readonly (string | number)[]

/** Every copy of a value in which one leaf or one container differs, with the path that differs. */
export function* mutants(value: unknown, path: Path = []): Generator<readonly [string, unknown]> {
  const name = path.join('.')
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const [where, other] of mutants(item, [...path, index])) yield [where, value.with(index, other)]
    }
    yield [`${name}: one more`, [...value, value[0] ?? 'more']]
    if (value.length > 0) yield [`${name}: one less`, value.slice(1)]
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      for (const [where, other] of mutants(member, [...path, key])) yield [where, { ...value, [key]: other }]
      const { [key]: _, ...rest } = value as Record<string, unknown>
      yield [`${[...path, key].join('.')}: absent`, rest]
    }
    yield [`${name}: a further member`, { ...value, further: 1 }]
    yield [`${name}: null`, null]
  } else if (typeof value === 'string') {
    yield [`${name}: longer`, `${value}x`]
    yield [`${name}: empty`, '']
    const otherCase = [value.toUpperCase(), value.toLowerCase()].find((text) => text !== value)
    if (otherCase !== undefined) yield [`${name}: other case`, otherCase]
    yield [`${name}: null`, null]
  } else if (typeof value === 'number') {
    yield [`${name}: one more`, value + 1]
    yield [`${name}: as text`, String(value)]
  } else if (typeof value === 'boolean') {
    yield [`${name}: the contrary`, !value]
    yield [`${name}: as text`, String(value)]
  } else {
    yield [`${name}: not null`, 'something']
  }
}
