// Assumptions: what a proof rests on beside the text of the directives, so that nobody takes it for more than it says.

import { digestOf } from '../../json/index.ts'
import { instantText } from '../../vocabulary/instant-text.ts'
import { type CompiledDirective, type CompiledGrant, grantsOf, type Policy } from '../engine/policy.ts'
import { oneLine } from '../explain/phrase.ts'
import type { Meaning } from './meaning.ts'

export function assumptionsOf(meaning: Meaning, policy: Policy, uncertainty: number): readonly string[] {
  const { covering, readings } = meaning
  return [
    ...readings,
    ...grantsDuring(meaning).map(grantWords),
    ...covering.flatMap(riskWords),
    ...covering.flatMap((one) => reportWords(one, meaning)),
    `registers as they stand in bundle ${policy.bundle.serial} (${digestOf(policy.bundle.registers)})`,
    `the clock is exact to ${uncertainty} ms`,
    'evidence that is verified and false, and an address that the database misplaces, are not seen',
  ]
}

function grantsDuring({ covering, ranges }: Meaning): readonly CompiledGrant[] {
  const found = new Set(covering.flatMap(grantsOf))
  return [...found].filter(({ source }) => {
    const end = Math.min(source.to ?? Number.POSITIVE_INFINITY, source.revokedFrom ?? Number.POSITIVE_INFINITY)
    return ranges.some(({ from, to }) => (to === null || source.from < to) && (from === null || from < end))
  })
}

function grantWords({ source: { id, from, to, revokedFrom, quantity } }: CompiledGrant): string {
  const ends = [to, revokedFrom].filter((end) => end !== null)
  const until = ends.length === 0 ? 'without end' : `until ${instantText(Math.min(...ends))}`
  const amount = quantity === null ? '' : '; tried with enough left of it and with nothing'
  return `grant ${id} is in force from ${instantText(from)} ${until}${amount}`
}

const riskWords = ({ source }: CompiledDirective): readonly string[] =>
  source.limbs.flatMap(({ id, whenUnknown }) =>
    whenUnknown === null
      ? []
      : [
          `${source.id}@${source.version} accepts a risk: what is unknown to limb \`${id}\` is not met (${oneLine(whenUnknown.reason)})`,
        ],
  )

function reportWords({ source }: CompiledDirective, { ranges }: Meaning): readonly string[] {
  const { reportOnlyUntil: until } = source
  if (until === null || !ranges.some(({ from }) => from === null || from < until)) return []
  return [`${source.id}@${source.version} is report-only until ${instantText(until)}: it denies nothing before`]
}
