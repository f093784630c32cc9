// residence: whether a party ordinarily resides where a limb prohibits. A stated residence there counts at any assurance and age.

import { readCountry } from '../../../vocabulary/country.ts'
import type { ResidenceEvidence } from '../../../vocabulary/evidence.ts'
import { gapOf, isGood, isUsable, stateUnder, used } from '../evidence-state.ts'
import { both, excusable, type Finding, flagged, known, none, or, type UsedEvidence, unknown } from '../finding.ts'
import { type Party, runnersOf, type SubjectParty } from '../parties.ts'
import { earlierGap, type Gap } from '../reason-order.ts'
import { demanded, isOwn, type Question } from '../situation.ts'
import { containsCode, type PlaceSet } from './place.ts'

export function residence(places: PlaceSet, party: Party, question: Question): Finding {
  const label = party.labels.residence
  // Of the people behind a service no attestation states a residence.
  if (party.kind === 'end-users') return excusable(label, gapOf('missing', false))
  if (party.kind === 'organization') return seatOf(party.id, places, label, question)
  const stated = statedResidence(places, party, label, question)
  const runners = runnersOf(party)
  if (party.kind === 'person' || runners.length === 0) return stated
  const seat = or(runners.map((id) => seatOf(id, places, label, question)))
  // A service resides where the entity that runs it has its seat; its own word can only add to that. It stands for one entity that
  // nobody registered, not for the rest of several.
  return stated.value === 'true' || (seat.excusable && runners.length === 1) ? stated : seat
}

function statedResidence(places: PlaceSet, party: SubjectParty, label: string, question: Question): Finding {
  const own = isOwn(party)
  const demand = demanded(question.demands.residence, 'a residence')
  let record: readonly UsedEvidence[] = none
  let found: 'adverse' | 'adverse, but weak' | 'elsewhere' | null = null
  let gap: Gap | null = null
  // What says nothing, or says it too weakly, is no worse than silence, and none of it outweighs what is said well.
  let silence: Gap | null = null
  let [isOverIncluded, isWithdrawn, isUnavailable] = [false, false, false]
  for (const evidence of party.subject.evidence) {
    if (evidence.name !== 'residence') continue
    const state = stateUnder(evidence, demand, question.situation.horizon)
    record = both(record, [used(evidence, state)])
    const inside = isUsable(evidence) ? whereIs(evidence, places) : 'no'
    if (inside === 'yes') {
      if (found !== 'adverse') found = isGood(state) ? 'adverse' : 'adverse, but weak'
    } else if (state === 'invalid' || state === 'revoked' || inside === 'invalid') {
      gap = earlierGap(gap, gapOf(state === 'revoked' ? 'revoked' : 'invalid', own))
    } else if (inside === 'perhaps' || inside === 'withdrawn' || inside === 'stateless') {
      isOverIncluded ||= inside === 'perhaps'
      isWithdrawn ||= inside === 'withdrawn'
      gap = earlierGap(gap, gapOf('insufficient', own))
    } else if (inside === 'unstated') silence = earlierGap(silence, gapOf('missing', own))
    else if (isGood(state)) found ??= 'elsewhere'
    else {
      silence = earlierGap(silence, gapOf(state, own))
      isUnavailable ||= state === 'unavailable'
    }
  }
  if (found === 'adverse') return known(label, true, record)
  if (found === 'adverse, but weak') return flagged(known(label, true, record), 'adverse_assertion')
  if (gap !== null) {
    const open = unknown(label, gap, record)
    const flaggedOnce = isOverIncluded ? flagged(open, 'over_included') : open
    return isWithdrawn ? flagged(flaggedOnce, 'withdrawn_country_code') : flaggedOnce
  }
  if (found === 'elsewhere') return known(label, false, record)
  if (silence === null) return excusable(label, gapOf('missing', own))
  return (isUnavailable ? unknown : excusable)(label, silence, record)
}

/** A code of no country leaves the same kind of gap as in a list of nationalities. */
type Whereabouts = 'yes' | 'no' | 'perhaps' | 'unstated' | 'withdrawn' | 'stateless' | 'invalid'

function whereIs({ value }: ResidenceEvidence, places: PlaceSet): Whereabouts {
  const reading = readCountry(value.country)
  if (reading.kind === 'country') {
    const region = value.region?.trim().toUpperCase() ?? ''
    // Regions come as `UA-43` or, within an address, as `43`. A name in words is no region's code, nor is silence: as good as none.
    return containsCode(places, region.startsWith(`${reading.code}-`) ? region : `${reading.code}-${region}`)
  }
  return reading.kind === 'missing' ? 'unstated' : reading.kind
}

/** Excusable where nobody registered it: nobody stated where the organization has its seat. */
function seatOf(id: string | null, places: PlaceSet, label: string, { situation }: Question): Finding {
  const facts = id === null ? undefined : situation.registers.organization(id, situation.horizon)
  if (facts === undefined) return excusable(label, gapOf('missing', false))
  const record = [{ name: 'organization', state: 'verified', source: `register:${facts.id}`, verifiedAt: null }]
  const inside = containsCode(places, facts.incorporatedIn)
  return inside === 'perhaps'
    ? flagged(unknown(label, gapOf('insufficient', false), record), 'over_included')
    : known(label, inside === 'yes', record)
}
