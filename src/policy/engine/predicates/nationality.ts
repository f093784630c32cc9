// nationality: whether a party holds a nationality of the named countries, under one of three attributions.
//
// Holding one is provable from a single entry; not holding one only from a list that says it is complete. No element is ever
// dropped: a code that is no country leaves its own kind of gap.

import { type CountryReading, readCountry } from '../../../vocabulary/country.ts'
import type { NationalitiesEvidence } from '../../../vocabulary/evidence.ts'
import type { Attribution } from '../../bundle/bundle.ts'
import { gapOf, isGood, isUsable, stateUnder } from '../evidence-state.ts'
import { type Finding, flagged, known, or, unknown } from '../finding.ts'
import { type Party, runnersOf, type SubjectParty } from '../parties.ts'
import { prevailing, type Statement, saysAnything } from '../prevailing.ts'
import { firstGap, type Gap } from '../reason-order.ts'
import { demanded, isOwn, type Question } from '../situation.ts'
import { areContrary, haveTwoCompleteLists } from '../statements.ts'

export function nationality(
  countries: ReadonlySet<string>,
  attribution: Attribution,
  party: Party,
  question: Question,
): Finding {
  const label = party.labels.nationality
  switch (party.kind) {
    case 'person':
      return ofPerson(countries, attribution, party, label, question)
    case 'organization':
      return ofOrganization(countries, party.id, label, question)
    case 'service': {
      const runners = runnersOf(party)
      if (runners.length === 0) return unknown(label, gapOf('missing', false))
      return or(runners.map((id) => ofOrganization(countries, id, label, question)))
    }
    case 'end-users':
      // No attestation lists nationalities.
      return unknown(label, gapOf('missing', false))
  }
}

interface Entry extends Statement {
  readonly evidence: NationalitiesEvidence
  readonly readings: readonly CountryReading[]
}

function ofPerson(
  countries: ReadonlySet<string>,
  attribution: Attribution,
  party: SubjectParty,
  label: string,
  { situation, demands }: Question,
): Finding {
  const demand = demanded(demands.status, 'a nationality')
  const own = isOwn(party)
  const all: Entry[] = party.subject.evidence
    .filter((evidence): evidence is NationalitiesEvidence => evidence.name === 'nationalities')
    .map((evidence) => ({
      evidence,
      state: stateUnder(evidence, demand, situation.horizon),
      readings: isUsable(evidence) ? evidence.value.map(readCountry) : [],
    }))
  const { read: entries, record } = prevailing(all, demand.whenConflicting, saysAnything, (one, other) =>
    areContrary(one.evidence, other.evidence),
  )
  const gap = (found: Gap): Finding => unknown(label, found, record)
  const usable = entries.filter(saysAnything)

  if (haveTwoCompleteLists(usable.map(({ evidence }) => evidence))) return gap(gapOf('conflicting', own))
  const isListed = (reading: CountryReading): boolean => reading.kind === 'country' && countries.has(reading.code)
  const holding = usable.filter(({ readings }) => readings.some(isListed))
  if (holding.length > 0) {
    // Most recent of several without dates: nobody can say which it is, unless every one of them is listed.
    const one = attribution !== 'ear-most-recent' || holding.every(({ readings }) => readings.every(isListed))
    if (!one) return gap(gapOf('insufficient', own))
    const finding = known(label, true, record)
    return holding.some(({ state }) => isGood(state)) ? finding : flagged(finding, 'adverse_assertion')
  }

  const broken = entries.filter(({ state }) => state === 'invalid' || state === 'revoked')
  if (broken.length > 0) return gap(firstGap(broken.map(({ state }) => gapOf(state as 'invalid' | 'revoked', own))))
  const unreadable = usable.flatMap(({ readings }) => readings.flatMap((reading) => gapOfReading(reading, own)))
  if (unreadable.length > 0) {
    const finding = gap(firstGap(unreadable))
    return usable.some(({ readings }) => readings.some(({ kind }) => kind === 'withdrawn'))
      ? flagged(finding, 'withdrawn_country_code')
      : finding
  }
  // What a list of today says of every nationality ever held is nothing.
  const proves =
    attribution === 'itar-ever-held'
      ? []
      : entries.filter(({ evidence }) => evidence.complete && evidence.value.length > 0)
  if (proves.some(({ state }) => isGood(state))) return known(label, false, record)
  const weak = proves.flatMap(({ state }) => (isGood(state) ? [] : [gapOf(state, own)]))
  if (weak.length > 0) return gap(firstGap(weak))
  if (usable.length > 0) return gap(gapOf('insufficient', own))
  return gap(gapOf(entries.length > 0 ? 'unavailable' : 'missing', own))
}

/** Invalid before insufficient before missing: the order of reasons makes it so. */
function gapOfReading({ kind }: CountryReading, own: boolean): readonly Gap[] {
  switch (kind) {
    case 'country':
      return []
    case 'stateless':
    case 'withdrawn':
      return [gapOf('insufficient', own)]
    case 'missing':
      return [gapOf('missing', own)]
    case 'invalid':
      return [gapOf('invalid', own)]
  }
}

/** An organization has the country under whose law it is incorporated. */
function ofOrganization(
  countries: ReadonlySet<string>,
  id: string | null,
  label: string,
  { situation }: Question,
): Finding {
  const facts = id === null ? undefined : situation.registers.organization(id, situation.horizon)
  return facts === undefined
    ? unknown(label, gapOf('missing', false))
    : known(label, countries.has(facts.incorporatedIn), [
        { name: 'organization', state: 'verified', source: `register:${facts.id}`, verifiedAt: null },
      ])
}
