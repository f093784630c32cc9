// foreign-by-status: whether a person is foreign by what is said of their standing toward the United States.
//
// Asymmetry: an adverse statement (every standing that it leaves is foreign) counts at any assurance and age, a favourable one (none
// is) only at the directive's. Two favourable statements that differ are both favourable: together they prove nothing adverse.
// Conflict only where semantics lists one; what merely differs is weighed statement by statement.

import { areApart, isWithin, type Standings } from '../../definitions/standing.ts'
import { gapOf, isGood } from '../evidence-state.ts'
import { type Finding, flagged, known, type UsedEvidence, unknown } from '../finding.ts'
import { earlierGap, type Gap } from '../reason-order.ts'
import { turnsOnCitizenship } from '../statements.ts'
import { haveConflictingLists, type Said, type Weighed, type Weighing } from './weighing.ts'

/** @param admits standings that are not foreign; @param own the evidence is the caller's own */
export function foreignByStatus(weighing: Weighing, admits: Standings, own: boolean, label: string): Finding {
  const { weighed, said, statuses, words, record } = weighing

  // A status that excludes the person settles it beside anything else; and where every word does, it does not matter which is true.
  if (someExcludes(statuses, admits)) return adverse(label, said, admits, record)
  if (words.length > 0 && everyExcludes(words, admits)) return adverse(label, words, admits, record)
  if (weighing.areWordsContradictory) return unknown(label, gapOf('conflicting', own), record)

  // Lists that contradict each other are worth nothing. What else is said may settle it, unless one of them is adverse.
  const listsConflict = haveConflictingLists(said, admits)
  const believable = listsConflict ? said.filter(({ evidence }) => evidence.name !== 'nationalities') : said
  if (someExcludes(believable, admits)) return adverse(label, believable, admits, record)
  if (someExcludes(said, admits)) return unknown(label, gapOf('conflicting', own), record)

  const spoilt = spoiltBy(weighed, admits, own)
  if (spoilt !== null) return unknown(label, spoilt, record)
  // A word of no US person under another definition may not exclude the person here, and yet gainsay a status.
  if (weighing.isSaidContradictory) return unknown(label, gapOf('conflicting', own), record)
  let weak: Gap | null = null
  for (const { standings, state } of believable) {
    if (!isWithin(standings, admits)) continue
    if (isGood(state)) return known(label, false, record)
    weak = earlierGap(weak, gapOf(state, own))
  }
  // Enough is said, but not well enough.
  if (weak !== null) return unknown(label, weak, record)
  return unknown(label, listsConflict ? gapOf('conflicting', own) : whyOpen(weighed, admits, own), record)
}

function someExcludes(said: readonly Said[], admits: Standings): boolean {
  for (const { standings } of said) if (areApart(standings, admits)) return true
  return false
}

function everyExcludes(said: readonly Said[], admits: Standings): boolean {
  for (const { standings } of said) if (!areApart(standings, admits)) return false
  return true
}

/** @param said at least one of them excludes the person */
function adverse(label: string, said: readonly Said[], admits: Standings, record: readonly UsedEvidence[]): Finding {
  const finding = known(label, true, record)
  for (const { standings, state } of said) if (areApart(standings, admits) && isGood(state)) return finding
  return flagged(finding, 'adverse_assertion')
}

/** Evidence that was taken back or cannot be read. Nationality is looked at only where it can settle the definition. */
function spoiltBy(weighed: readonly Weighed[], admits: Standings, own: boolean): Gap | null {
  let first: Gap | null = null
  for (const { evidence, state } of weighed) {
    if (state !== 'invalid' && state !== 'revoked') continue
    if (evidence.name === 'nationalities' && !turnsOnCitizenship(admits)) continue
    first = earlierGap(first, gapOf(state, own))
  }
  return first
}

function whyOpen(weighed: readonly Weighed[], admits: Standings, own: boolean): Gap {
  let without: Gap | null = null
  for (const { standings, state } of weighed) {
    if (standings === null && !isGood(state)) without = earlierGap(without, gapOf(state, own))
  }
  if (without !== null) return without
  // Something is said of the very fact, but it does not reach this definition: it needs a basis, or a complete list.
  const touches = weighed.some(
    ({ evidence }) =>
      evidence.name === 'us-person' || (evidence.name === 'nationalities' && turnsOnCitizenship(admits)),
  )
  return gapOf(touches ? 'insufficient' : 'missing', own)
}
