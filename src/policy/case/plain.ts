// Plain: what a case has where it says nothing, and every concrete request that stands for a class of them.

import type { Caller } from '../../vocabulary/party.ts'
import type { Place } from '../../vocabulary/place.ts'

export const plainIssuer = 'https://id.portcullis.example'

/** A token a minute old, good for an hour. */
export const plainToken = (issuer: string, instant: number, canStepUp: boolean): Caller['token'] => ({
  issuer,
  jti: null,
  sid: null,
  issuedAt: Math.floor(instant / 1000) - 60,
  expiresAt: Math.floor(instant / 1000) + 3_540,
  audience: ['https://gate.portcullis.example'],
  digest: 'case',
  keyThumbprint: 'case',
  stepUp: canStepUp ? { acrValues: ['urn:portcullis:verified'] } : null,
})

/** Looked up, without what the database said. */
export const plainPlace: Place = {
  state: 'located',
  address: '192.0.2.1',
  country: null,
  region: null,
  resolvesRegions: false,
  source: 'database',
  databaseBuiltAt: null,
  databaseDigest: 'sha256:case',
  anonymizer: 'none',
}
