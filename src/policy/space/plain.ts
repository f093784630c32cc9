// Plain facts: those of a request about which nothing unusual is said. Shaped as src/policy/case shapes them, so that what is found
// here can be written down as a case.

import type { Evidence } from '../../vocabulary/evidence.ts'
import type { Caller, Subject } from '../../vocabulary/party.ts'
import type { Place } from '../../vocabulary/place.ts'
import { reference } from './statements.ts'

export const plainIssuer = 'https://id.portcullis.example'
const day = 86_400_000

/** @param party of whom everything that is not said is plain */
export function subjectOf(party: Partial<Subject>): Subject {
  return { id: { issuer: plainIssuer, subject: 'somebody' }, kind: 'person', evidence: [], ...party }
}

/** Nothing is said of them but who they are. */
export const plainSubject = (id: Subject['id']): Subject => ({ id, kind: 'person', evidence: [] })

export function callerOf(party: Partial<Subject> & { readonly evidence: readonly Evidence[] }): Caller {
  return callerWith(subjectOf(party), reference)
}

export function callerWith(subject: Subject, instant: number): Caller {
  return {
    subject,
    actor: null,
    priorActors: [],
    organization: null,
    organizationExpected: false,
    token: {
      issuer: subject.id.issuer,
      jti: null,
      sid: null,
      issuedAt: Math.floor(instant / 1000) - 60,
      expiresAt: Math.floor(instant / 1000) + 3_540,
      audience: ['https://gate.portcullis.example'],
      digest: 'case',
      keyThumbprint: 'case',
      stepUp: { acrValues: ['urn:portcullis:verified'] },
    },
  }
}

export const located: Place = {
  state: 'located',
  address: '192.0.2.1',
  country: 'US',
  region: null,
  resolvesRegions: false,
  source: 'database',
  databaseBuiltAt: reference - day,
  databaseDigest: 'sha256:case',
  anonymizer: 'none',
}

/** Surely outside the United States. */
export const abroad: Place = { ...located, country: 'DE' }
