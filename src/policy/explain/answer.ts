// Answer: the whole decision in one sentence, for whoever reads nothing else.

import { flagRest } from '../../vocabulary/flags.ts'
import type { Basis } from '../../vocabulary/reason.ts'
import { reasons } from '../../vocabulary/reason.ts'
import type { Account } from './account.ts'
import { asideOf, instrumentText } from './directive-node.ts'
import type { Decisive } from './explanation.ts'
import { listed, oneLine, partyText } from './phrase.ts'
import type { Source } from './source.ts'

const openings: Readonly<Record<Exclude<Basis, 'permit'>, readonly [verdict: string, why: string]>> = {
  prohibited: ['Not permitted', ''],
  not_entitled: ['Not permitted', ''],
  grant: ['Not permitted', ''],
  review: ['Not permitted', ' before somebody has reviewed it'],
  evidence: ['Not permitted', ' for want of evidence'],
  session: ['Refused', ' before any directive was asked'],
  request: ['Refused', ' before any directive was asked'],
  system: ['Refused', ', since the service cannot decide'],
}

export function answerText(account: Account, decisive: Decisive | null, source: Source): string {
  const { basis } = account
  if (basis === 'permit') return permitText(account, source)
  const [verdict, why] = openings[basis]
  if (decisive === null) {
    const detail = account.detail === null ? '' : `: ${oneLine(account.detail)}`
    return `${verdict} (${account.reason})${why}: ${sentenceOf(account)}${detail}`
  }
  const mend =
    account.stepUp === true ? '; the caller can mend it by showing better evidence of themselves (401, a step-up)' : ''
  return `${verdict} (${account.reason})${why}: ${decisive.says}${mend}`
}

function sentenceOf({ reason }: Account): string {
  const { says } = reasons[reason]
  return `${says.charAt(0).toLowerCase()}${says.slice(1).replace(/\.$/, '')}`
}

function permitText(account: Account, source: Source): string {
  const models = listed(
    account.models.map(({ name, model }) => (model === null || model === name ? name : `${name} (${model})`)),
  )
  if (account.determinations.length === 0) return `Permitted: no directive in force concerns ${models}`
  const counted = account.determinations.filter((one) => asideOf(one, account) === null)
  const instruments = [
    ...new Set(counted.map(({ directive, version }) => instrumentText(directive, version, undefined))),
  ]
  const opening =
    account.reason === 'permitted_under_grant'
      ? `Permitted under a grant: ${listed(dischargesOf(account, source))}`
      : `Permitted: ${noneProhibits(instruments, models)}`
  return [opening, ...reservations(account)].join('; ')
}

function noneProhibits(instruments: readonly string[], models: string): string {
  if (instruments.length === 0) return `no directive that counts here concerns ${models}`
  if (instruments.length === 1) return `${instruments[0]}, all that concerns ${models}, does not prohibit it`
  return `none of the ${instruments.length} directives in force that concern ${models} prohibits it (${listed(instruments)})`
}

function dischargesOf({ determinations }: Account, source: Source): readonly string[] {
  const found = determinations.flatMap(({ directive, version, limbs }) =>
    limbs.flatMap(({ limb, grants }) =>
      grants.flatMap(({ grant, party, result }) => {
        if (result !== 'discharged') return []
        const authority = source.grant(grant)?.about.authority ?? []
        const named = authority.length === 0 ? grant : `${grant} (${authority.map(oneLine).join(', ')})`
        return [
          `${named} discharges the limb \`${limb}\` of ${instrumentText(directive, version, undefined)} for ${partyText(party)}`,
        ]
      }),
    ),
  )
  return [...new Set(found)]
}

/** What a permit rests on that somebody may one day ask about. */
function reservations(account: Account): readonly string[] {
  const said: string[] = []
  for (const one of account.determinations) {
    const name = instrumentText(one.directive, one.version, undefined)
    for (const { flags } of one.limbs) {
      for (const flag of flags) {
        if (flag.startsWith('accepted_risk'))
          said.push(`it relies on the accepted risk of the limb \`${flagRest(flag)}\` of ${name}`)
      }
    }
    if (asideOf(one, account) === 'report-only') said.push(`${name} would stand in the way, and is report-only`)
  }
  for (const obligation of account.obligations) {
    if (obligation.kind === 'force-mode') said.push(`the mode is fixed to \`${obligation.mode}\``)
  }
  return [...new Set(said)]
}
