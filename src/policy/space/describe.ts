// Describe: one request in words, for people who read a counter-example or a difference.

import type { Facts } from '../../vocabulary/decision.ts'
import type { Evidence, UsPersonBasis } from '../../vocabulary/evidence.ts'
import type { ModelReference, Operation, Phase } from '../../vocabulary/operation.ts'
import type { Caller, Subject } from '../../vocabulary/party.ts'
import type { Place } from '../../vocabulary/place.ts'
import { unregistered, unregisteredOrganization } from './registers.ts'

const day = 86_400_000

/** Who, from where and what: `a person, of whom nothing is said, at a US address, asks for fable-5`. Without the instant. */
export function describe({ caller, place, operation }: Facts, instant: number): string {
  const who = [subjectWords(caller.subject, instant), ...companyWords(caller, instant)].join(' ')
  return `${who}, ${placeWords(place, instant)}, ${operationWords(operation)}`
}

function companyWords(
  { actor, priorActors, organization, organizationExpected }: Caller,
  instant: number,
): readonly string[] {
  return [
    ...(actor === null ? [] : [`through an actor, ${subjectWords(actor, instant)},`]),
    ...priorActors.map((one) => `through an earlier actor, ${subjectWords(one, instant)},`),
    ...(organization === null ? [] : [`with a token that names ${organizationWords(organization)}`]),
    ...(organization === null && organizationExpected ? ['of an issuer that names no organization this time'] : []),
  ]
}

const organizationWords = (id: string): string =>
  id === unregisteredOrganization ? 'an organization that no register has' : `the organization \`${id}\``

function subjectWords({ id, kind, evidence }: Subject, instant: number): string {
  const isRegistered = id.subject !== unregistered.subject || id.issuer !== unregistered.issuer
  const name = isRegistered ? ` \`${id.subject}\` of ${id.issuer}` : ''
  if (evidence.length === 0) return `a ${kind}${name} of whom nothing is said`
  return `a ${kind}${name} with ${evidence.map((one) => evidenceWords(one, instant)).join(' and ')}`
}

const bases: Readonly<Record<UsPersonBasis, string>> = {
  'citizen-or-national': 'as citizen or national',
  'permanent-resident': 'as permanent resident',
  protected: 'as protected individual',
  entity: 'as entity',
  none: 'with no basis',
}

function evidenceWords(evidence: Evidence, instant: number): string {
  return `${stateWords(evidence, instant)} ${valueWords(evidence)}`
}

function valueWords(evidence: Evidence): string {
  switch (evidence.name) {
    case 'us-person': {
      const { value, basis, definition } = evidence.value
      const how = basis === null ? '' : ` ${bases[basis]}`
      return `word of being ${value ? 'a' : 'no'} US person${how}${definition === null ? '' : ` under ${definition}`}`
    }
    case 'immigration-status':
      return `status ${evidence.value}`
    case 'nationalities':
      return `list of nationalities [${evidence.value.join(', ')}]${evidence.complete ? ' that says it is complete' : ''}`
    case 'residence': {
      const { country, region } = evidence.value
      return `residence ${country === '' ? 'without a country' : (region ?? country)}`
    }
  }
}

function stateWords({ state, verifiedAt }: Evidence, instant: number): string {
  const age = verifiedAt === null ? 'undated' : agoWords(instant - verifiedAt)
  switch (state) {
    case 'verified':
      return `a verified (${age})`
    case 'asserted':
      return verifiedAt === null ? 'a self-asserted' : `a self-asserted (${age})`
    case 'inferred':
      return `an inferred (${age})`
    case 'invalid':
      return 'an unreadable'
    case 'revoked':
      return 'a revoked'
    case 'unavailable':
      return 'a source that does not answer for a'
  }
}

const agoWords = (ms: number): string => {
  if (ms < 0) return 'a time that has not come'
  const days = Math.floor(ms / day)
  return days === 1 ? '1 day ago' : `${days} days ago`
}

function placeWords(place: Place, instant: number): string {
  switch (place.state) {
    case 'not-found':
      return 'from an address that no database places'
    case 'address-unknown':
      return 'from an unknown address'
    case 'unavailable':
      return 'while no place database answers'
    case 'located': {
      const where = place.country === 'US' ? 'at a US address' : `from ${place.region ?? place.country}`
      return [where, ...doubtWords(place, instant)].join(' ')
    }
  }
}

function doubtWords(
  { anonymizer, source, databaseBuiltAt, region, resolvesRegions }: Place,
  instant: number,
): string[] {
  const age = databaseBuiltAt === null ? null : instant - databaseBuiltAt
  return [
    ...(source === 'operator' ? ['(as the operator says)'] : []),
    ...(anonymizer === null
      ? ['(without data on anonymizers)']
      : anonymizer === 'none'
        ? []
        : [`behind a ${anonymizer}`]),
    ...(age === null ? ['(by a database without a date)'] : age > day ? [`(by a database of ${agoWords(age)})`] : []),
    ...(resolvesRegions && region === null ? ['(by a database that tells regions apart)'] : []),
    ...(!resolvesRegions && region !== null ? ['(by a database that does not tell regions apart)'] : []),
  ]
}

const phaseWords: Readonly<Record<Phase, string>> = {
  admit: '',
  start: ', when its work starts',
  continue: ', while its answer is open',
  deliver: ', when its stored answer is fetched',
}

function operationWords({ action, phase, models }: Operation): string {
  const verb = action === 'count-tokens' ? 'counts tokens of' : 'asks for'
  return `${verb} ${models.map(modelWords).join(' and ')}${phaseWords[phase]}`
}

function modelWords({ name, mode }: ModelReference): string {
  const said = mode === null ? [] : [mode, ...(mode.beside ?? [])].filter(({ value }) => value !== null)
  if (said.length === 0) return name
  if (mode?.field === 'mode') return `${name} in mode ${mode.value}`
  return `${name} with ${said.map(({ field, value }) => `${field} ${value}`).join(' and ')}`
}
