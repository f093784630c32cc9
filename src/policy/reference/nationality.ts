// semantics.md §2 (completeness), §3 (country attribution), §4 (codes): "Never drop an element."

import { readCountry } from '../../vocabulary/country.ts'
import type { NationalitiesEvidence } from '../../vocabulary/evidence.ts'
import type { Attribution, EvidenceDemand } from '../bundle/bundle.ts'
import { cannotBothBeTrue, differ, faultOf, gapOf, hasValue, readUnder } from './evidence.ts'
import { type Answer, flagged, no, or, unknown, whether, yes } from './kleene.ts'
import type { Individual, Party } from './parties.ts'
import { organizationsNow } from './registers.ts'
import type { Situation } from './situation.ts'

export function isNational(
  countries: ReadonlySet<string>,
  attribution: Attribution,
  party: Party,
  demand: EvidenceDemand,
  situation: Situation,
): Answer {
  const missing = unknown(gapOf('evidence_missing', false))
  // An organization has the country under whose law it is incorporated.
  const isOrganized = (id: string | null): Answer => {
    const known = id === null ? [] : organizationsNow(id, situation)
    return known.length === 0 ? missing : or(known.map((one) => whether(countries.has(one.incorporatedIn))))
  }
  switch (party.kind) {
    case 'organization':
      return isOrganized(party.id)
    case 'end-users':
      // No attestation lists nationalities.
      return missing
    case 'individual':
      if (party.subject.kind === 'person') return isPersonNational(countries, attribution, party, demand, situation)
      return party.runners.length === 0 ? missing : or(party.runners.map(isOrganized))
  }
}

function isPersonNational(
  countries: ReadonlySet<string>,
  attribution: Attribution,
  { subject, label }: Individual,
  demand: EvidenceDemand,
  { instant }: Situation,
): Answer {
  const isOwn = label === 'subject'
  const lists = subject.evidence.filter((one): one is NationalitiesEvidence => one.name === 'nationalities')
  const read = readUnder(lists, demand, cannotBothBeTrue)
  const open = (reason: Parameters<typeof gapOf>[0]): Answer => unknown(gapOf(reason, isOwn))
  const withValue = read.filter(hasValue)
  if (differ(withValue)) return open('evidence_conflict')

  const isListed = (raw: string): boolean => {
    const reading = readCountry(raw)
    return reading.kind === 'country' && countries.has(reading.code)
  }
  // "Holding one is provable from one entry", at any assurance and age.
  const holding = withValue.filter(({ value }) => value.some(isListed))
  if (holding.length > 0) {
    // "most recent citizenship; two without dates: unknown", unless every one of them is listed.
    const isSettled = attribution !== 'ear-most-recent' || holding.every(({ value }) => value.every(isListed))
    if (!isSettled) return open('evidence_insufficient')
    const isWell = holding.some((one) => faultOf(one, demand, instant) === null)
    return isWell ? yes : flagged(yes, 'adverse_assertion')
  }

  const faults = read.map((one) => faultOf(one, demand, instant))
  const spoilt = faults.filter((one) => one === 'evidence_invalid' || one === 'evidence_revoked')
  if (spoilt.length > 0) return unknown(...spoilt.map((one) => gapOf(one, isOwn)))
  const kinds = withValue.flatMap(({ value }) => value.map((raw) => readCountry(raw).kind))
  const unread = kinds.flatMap((kind) => (kind === 'country' ? [] : [gapOf(meaning[kind], isOwn)]))
  if (unread.length > 0) {
    const answer = unknown(...unread)
    return kinds.includes('withdrawn') ? flagged(answer, 'withdrawn_country_code') : answer
  }
  // "not holding one is unknown unless the evidence says that the list is complete"; and no list of today says what was *ever* held.
  const proving = read.filter((one) => one.complete && one.value.length > 0 && attribution !== 'itar-ever-held')
  const weak = proving.flatMap((one) => faultOf(one, demand, instant) ?? [])
  if (weak.length < proving.length) return no
  if (weak.length > 0) return unknown(...weak.map((one) => gapOf(one, isOwn)))
  if (withValue.length > 0) return open('evidence_insufficient')
  return open(read.length > 0 ? 'identity_unavailable' : 'evidence_missing')
}

/** §4: what each code that is no country leaves open. */
const meaning = {
  stateless: 'evidence_insufficient',
  withdrawn: 'evidence_insufficient',
  missing: 'evidence_missing',
  invalid: 'evidence_invalid',
} as const
