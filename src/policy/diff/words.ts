// Words: a change in sentences, with its plainest example.

import { instantText } from '../../vocabulary/instant-text.ts'
import { reasons } from '../../vocabulary/reason.ts'
import { describe, type Interval } from '../space/index.ts'
import type { Change, Example } from './changes.ts'
import type { Flip } from './flips.ts'

/** `from 2026-06-26T21:00:00Z until 2026-06-30T23:00:00Z`. */
export const changeTimes = (during: readonly Interval[]): string => during.map(spanText).join(', and ')

/** What becomes of it, and through what: `permitted under us-bis-2026-06-26-annex; was denied person_restricted …`. */
export function changeCause({ turn, denied, grants, obligations }: Change): string {
  const under = grants.length === 0 ? '' : ` under ${grants.join(', ')}`
  switch (turn) {
    case 'gains':
      return `permitted${under}; was ${deniedText(denied)}`
    case 'loses':
      return `${deniedText(denied)}; was permitted${under}`
    case 'eased':
      return `permitted as before, without ${obligations.join(', ')}`
    case 'bound':
      return `permitted as before, with ${obligations.join(', ')}`
  }
}

/** Who, from where, asks for what, and when. */
export const changeExample = ({ facts, instant }: Example): string =>
  `${describe(facts, instant)} at ${instantText(instant)}`

/** What somebody gains, as one sentence: for whoever must approve it. */
export function openingText(opening: Flip | string): string {
  if (typeof opening === 'string') return opening
  const { turn, facts, asked } = opening
  const what = turn === 'gains' ? 'is permitted, and was not' : 'is permitted under less than before'
  return `from ${instantText(asked.slice.instant)}: ${describe(facts, asked.slice.instant)}: ${what}`
}

function deniedText(denied: Change['denied']): string {
  if (denied === null) return 'denied'
  const by = denied.by.length === 0 ? '' : `, by ${denied.by.join('; ')}`
  return `denied ${denied.reason} (${reasons[denied.reason].says})${by}`
}

function spanText({ from, to }: Interval): string {
  if (from === null) return to === null ? 'at all times' : `until ${instantText(to)}`
  return to === null ? `from ${instantText(from)} on` : `from ${instantText(from)} until ${instantText(to)}`
}
