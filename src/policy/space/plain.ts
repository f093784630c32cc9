// Plain facts: those of a request about which nothing unusual is said, as a case has them, so that what is found here can be written
// down as one.

import type { Evidence } from '../../vocabulary/evidence.ts'
import type { Caller, Subject } from '../../vocabulary/party.ts'
import type { Place } from '../../vocabulary/place.ts'
import { plainIssuer, plainPlace, plainToken } from '../case/plain.ts'
import { reference } from './statements.ts'

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
    token: plainToken(subject.id.issuer, instant, true),
  }
}

export const located: Place = { ...plainPlace, country: 'US', databaseBuiltAt: reference - day }

/** Surely outside the United States. */
export const abroad: Place = { ...located, country: 'DE' }
