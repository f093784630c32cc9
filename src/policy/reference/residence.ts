// Where a party ordinarily resides (semantics.md §2, facts; §7, `when-unknown`). A stated residence there counts at any assurance and age.

import { readCountry } from '../../vocabulary/country.ts'
import type { ResidenceEvidence, ResidenceValue } from '../../vocabulary/evidence.ts'
import type { EvidenceDemand } from '../bundle/bundle.ts'
import { faultOf, gapOf, hasValue } from './evidence.ts'
import { type Answer, excusable, flagged, type Gap, no, or, unknown, whether, yes } from './kleene.ts'
import type { Individual, Party } from './parties.ts'
import { within } from './place.ts'
import { organizationsNow } from './registers.ts'
import type { Situation } from './situation.ts'

export function residesIn(
  codes: ReadonlySet<string>,
  party: Party,
  demand: EvidenceDemand,
  situation: Situation,
): Answer {
  switch (party.kind) {
    case 'organization':
      return hasSeatIn(codes, party.id, situation)
    case 'end-users':
      // No attestation states the residence of the people behind a service.
      return nobodySaid(false)
    case 'individual': {
      const stated = states(codes, party, demand, situation)
      if (party.subject.kind === 'person' || party.runners.length === 0) return stated
      // A service resides where whoever runs it has its seat. Its own word can only add to that; it stands for one entity that
      // nobody registered, not for the rest of several.
      const seat = or(party.runners.map((id) => hasSeatIn(codes, id, situation)))
      return stated.value === 'true' || (seat.excusable && party.runners.length === 1) ? stated : seat
    }
  }
}

/** "a residence that nobody stated": what says nothing, or says it too weakly, is no worse, or removing it would permit (§7). */
const nobodySaid = (isOwn: boolean): Answer => excusable(unknown(gapOf('evidence_missing', isOwn)))

function states(
  codes: ReadonlySet<string>,
  { subject, label }: Individual,
  demand: EvidenceDemand,
  { instant }: Situation,
): Answer {
  const isOwn = label === 'subject'
  const all = subject.evidence.filter((one): one is ResidenceEvidence => one.name === 'residence')
  if (all.length === 0) return nobodySaid(isOwn)
  const there = all.filter((one) => hasValue(one) && locate(one.value, codes) === 'inside')
  if (there.length > 0) {
    const isWell = there.some((one) => faultOf(one, demand, instant) === null)
    return isWell ? yes : flagged(yes, 'adverse_assertion')
  }
  const gaps: Gap[] = []
  const weak: Gap[] = []
  const flags = new Set<string>()
  for (const one of all) {
    const fault = faultOf(one, demand, instant)
    if (fault === 'evidence_invalid' || fault === 'evidence_revoked') {
      gaps.push(gapOf(fault, isOwn))
      continue
    }
    const where = hasValue(one) ? locate(one.value, codes) : 'outside'
    if (where === 'missing') {
      weak.push(gapOf('evidence_missing', isOwn))
      continue
    }
    if (where === 'outside') {
      if (fault !== null) weak.push(gapOf(fault, isOwn))
      continue
    }
    if (where === 'perhaps') flags.add('over_included')
    if (where === 'withdrawn') flags.add('withdrawn_country_code')
    gaps.push(gapOf(where === 'invalid' ? 'evidence_invalid' : 'evidence_insufficient', isOwn))
  }
  if (gaps.length > 0) return [...flags].reduce(flagged, unknown(...gaps))
  if (weak.length < all.length) return no
  return all.every(hasValue) ? excusable(unknown(...weak)) : unknown(...weak)
}

type Located = ReturnType<typeof within> | 'missing' | 'stateless' | 'withdrawn' | 'invalid'

function locate(value: ResidenceValue, codes: ReadonlySet<string>): Located {
  const reading = readCountry(value.country)
  return reading.kind === 'country' ? within(reading.code, regionOf(reading.code, value.region), codes) : reading.kind
}

/** Regions come as `UA-43` or, within an address, as `43`; a name in words tells nothing apart. */
function regionOf(country: string, raw: string | null): string | null {
  const region = raw?.trim().toUpperCase() ?? ''
  if (region.startsWith(`${country}-`)) return region
  return /^[A-Z0-9]{1,3}$/.test(region) ? `${country}-${region}` : null
}

/** Where nobody registered it, nobody stated its seat. */
function hasSeatIn(codes: ReadonlySet<string>, id: string | null, situation: Situation): Answer {
  const known = id === null ? [] : organizationsNow(id, situation)
  if (known.length === 0) return nobodySaid(false)
  return or(
    known.map(({ incorporatedIn }) => {
      const where = within(incorporatedIn, null, codes)
      if (where !== 'perhaps') return whether(where === 'inside')
      return flagged(unknown(gapOf('evidence_insufficient', false)), 'over_included')
    }),
  )
}
