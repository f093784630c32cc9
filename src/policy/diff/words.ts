// Words: a change in one sentence, with its plainest example.

import { reasons } from '../../vocabulary/reason.ts'
import { describe } from '../space/index.ts'
import type { Change } from './changes.ts'
import type { Flip } from './flips.ts'

/** Without the example: `from 2026-06-26T21:00:00Z, mythos-5: permitted under us-bis-2026-06-26-annex; was denied person_restricted …`. */
export function changeText(change: Change): string {
  return `${change.during.map(spanText).join(', and ')}, ${change.resources.join(', ')}: ${whatText(change)}`
}

/** What somebody gains, as one sentence: for whoever must approve it. */
export function openingText(opening: Flip | string): string {
  if (typeof opening === 'string') return opening
  const { turn, facts, asked } = opening
  const what = turn === 'gains' ? 'is permitted, and was not' : 'is permitted under less than before'
  return `from ${instantText(asked.slice.instant)}: ${describe(facts, asked.slice.instant)}: ${what}`
}

function whatText({ turn, denied, grants, obligations }: Change): string {
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

function deniedText(denied: Change['denied']): string {
  if (denied === null) return 'denied'
  const by = denied.by.length === 0 ? '' : ` by ${denied.by.join('; ')}`
  return `denied ${denied.reason} (${reasons[denied.reason].says})${by}`
}

function spanText({ from, to }: Change['during'][number]): string {
  if (from === null && to === null) return 'at all times'
  if (from === null) return `until ${instantText(to)}`
  return to === null ? `from ${instantText(from)}` : `from ${instantText(from)} until ${instantText(to)}`
}

const instantText = (ms: number | null): string =>
  ms === null ? 'the end of time' : new Date(ms).toISOString().replace('.000Z', 'Z')
