// The table as the gate has it: the bundle that compiling its files gave, loaded, and the facts of each request as the gate hands them over.
import type { JsonValue } from '../../src/json/index.ts'
import { decide, loadPolicy } from '../../src/policy/index.ts'
import type { Decision, Facts } from '../../src/vocabulary/decision.ts'
import type { Evidence } from '../../src/vocabulary/evidence.ts'
import { day, issuer, now, type TableRequest } from './table.ts'

/** Gives, for each request, a function that decides it. */
export function gateOn(bundle: JsonValue, requests: readonly TableRequest[]): readonly (() => Decision)[] {
  const policy = loadPolicy(bundle)
  const options = { clockUncertaintyMs: 0 }
  return requests.map((request) => {
    const facts = factsOf(request)
    return () => decide(policy, facts, now, options)
  })
}

function factsOf({ person, model, status, residence, country, databaseDays }: TableRequest): Facts {
  const evidence: Evidence[] = []
  const source = `token:${issuer}`
  if (status !== null) {
    const { basis, daysOld } = status
    const value = { value: basis !== 'none', definition: null, basis }
    evidence.push({ name: 'us-person', value, state: 'verified', source, verifiedAt: now - daysOld * day })
  }
  if (residence !== null) {
    const value = { country: residence, region: null }
    evidence.push({ name: 'residence', value, state: 'verified', source, verifiedAt: now - 30 * day })
  }
  return {
    caller: {
      subject: { id: { issuer, subject: person.id }, kind: 'person', evidence },
      actor: null,
      priorActors: [],
      organization: null,
      organizationExpected: false,
      token: {
        issuer,
        jti: null,
        sid: null,
        issuedAt: now / 1_000 - 60,
        expiresAt: now / 1_000 + 3_540,
        audience: ['https://gate.bench.example'],
        digest: 'bench',
        keyThumbprint: 'bench',
        stepUp: { acrValues: ['urn:bench:verified'] },
      },
    },
    place: {
      state: country === null ? 'not-found' : 'located',
      address: '192.0.2.1',
      country,
      region: null,
      resolvesRegions: false,
      source: 'database',
      databaseBuiltAt: now - databaseDays * day,
      databaseDigest: 'sha256:bench',
      anonymizer: 'none',
    },
    operation: {
      id: 'openai.chat.completions.create',
      dialect: 'openai',
      action: 'infer',
      phase: 'admit',
      stream: false,
      maxOutputTokens: 512,
      models: [{ pointer: '/model', name: model, mode: null }],
    },
    remaining: {},
  }
}

/** The bundle with so many more licenses for the same limbs, whose holders never ask. */
export function withLicenses(bundle: JsonValue, count: number): JsonValue {
  const whole = bundle as unknown as { readonly grants: readonly { readonly id: string }[] }
  const [first] = whole.grants
  const more = Array.from({ length: count }, (_, index) => ({
    ...first,
    id: `license-${index}`,
    covers: ['organization', 'employees-of'].map((cover) => ({ cover, organization: `holder-${index}` })),
  }))
  return { ...whole, grants: [...more, ...whole.grants] }
}
