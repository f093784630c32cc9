// Parse claim: from one line of controlled English to the tree. A word that is not of the language is a fault with its column and
// what could stand there, never guessed at.

import type { Claim, ClaimFault, During, Persons, What, Where } from './claim.ts'
import { ClaimError, ClaimReader } from './claim-reader.ts'

export type ClaimReading =
  | { readonly kind: 'claim'; readonly claim: Claim }
  | { readonly kind: 'fault'; readonly fault: ClaimFault }

export function parseClaim(text: string): ClaimReading {
  const reader = new ClaimReader(text)
  try {
    const claim = claimOf(reader, text.trim())
    if (!reader.isAtEnd) reader.fail()
    return { kind: 'claim', claim }
  } catch (error) {
    if (error instanceof ClaimError) return { kind: 'fault', fault: error.fault }
    throw error
  }
}

function claimOf(reader: ClaimReader, text: string): Claim {
  if (reader.takes('nobody')) return nobody(reader, text, { kind: 'anybody' })
  if (reader.takes('no')) return nobody(reader, text, persons(reader))
  if (reader.takes('everybody')) return every(reader, text, { kind: 'anybody' })
  if (reader.takes('every')) return every(reader, text, persons(reader))
  if (reader.takes('adding')) return adding(reader, text)
  return reader.fail()
}

function nobody(reader: ClaimReader, text: string, who: Persons): Claim {
  const but = exceptions(reader)
  const reach = reachOf(reader)
  const exceptUnderGrant = reader.takes('except under a grant')
  return { kind: 'nobody', text, who, but, ...reach, exceptUnderGrant }
}

function every(reader: ClaimReader, text: string, who: Persons): Claim {
  const but = exceptions(reader)
  const nothingElseSaid = reader.takes('of whom nothing else is said')
  return { kind: 'every', text, who, but, nothingElseSaid, ...reachOf(reader) }
}

/** The place may stand before the verb or after the model. */
function reachOf(reader: ClaimReader): Pick<Extract<Claim, { kind: 'nobody' }>, 'where' | 'what' | 'during'> {
  const before = whereOf(reader)
  const isReached = reader.takes('reaches|reach')
  const isAdmission = !isReached && reader.takes('is|are admitted to')
  if (!isReached && !isAdmission) reader.fail()
  const what = { ...whatOf(reader), isAdmission }
  const where = before.kind === 'anywhere' ? whereOf(reader) : before
  return { where, what, during: duringOf(reader) }
}

function adding(reader: ClaimReader, text: string): Claim {
  const directive = reader.name('the id of a directive')
  const kind = reader.takes('takes nothing from') ? 'takes-nothing' : 'gives-nothing'
  if (kind === 'gives-nothing') reader.needs('gives nothing to')
  const who = persons(reader)
  const but = exceptions(reader)
  const where = whereOf(reader)
  return { kind, text, directive, who, but, where, during: duringOf(reader) }
}

function exceptions(reader: ClaimReader): readonly Persons[] {
  if (!reader.takes('but')) return []
  const found = [persons(reader)]
  while (reader.takes('or')) found.push(persons(reader))
  return found
}

function persons(reader: ClaimReader): Persons {
  const { column } = reader
  for (const [kind, phrase] of [
    ['known-foreign', 'known foreign person|persons'],
    ['foreign', 'foreign person|persons'],
    ['us', 'verified us person|persons'],
  ] as const) {
    if (reader.takes(phrase)) return { kind, definition: definitionOf(reader), column }
  }
  for (const [kind, phrase] of [
    ['national', 'national|nationals of'],
    ['resident', 'resident|residents of'],
  ] as const) {
    if (reader.takes(phrase)) return { kind, of: reader.names('a country code or the id of a list') }
  }
  for (const [kind, phrase, what] of [
    ['member', 'member|members of', 'a program'],
    ['employee', 'employee|employees of', 'the id of an organization'],
    ['organization', 'organization', 'the id of an organization'],
    ['evaluator', 'evaluator|evaluators', 'the id of a list of evaluators'],
    ['staff', 'staff', 'the id of a list of staff'],
    ['tier', 'tier', 'the id of a tier'],
  ] as const) {
    if (reader.takes(phrase)) return { kind, of: reader.name(what) }
  }
  if (reader.takes('service|services')) return { kind: 'service' }
  if (reader.takes('person|persons')) return { kind: 'person' }
  if (reader.takes('anybody|everybody')) return { kind: 'anybody' }
  return reader.fail()
}

function definitionOf(reader: ClaimReader): { readonly text: string; readonly column: number } | null {
  if (!reader.takes('(')) return null
  const name = reader.name('the id of a definition')
  reader.needs(')')
  return name
}

function whereOf(reader: ClaimReader): Where {
  if (reader.takes('at home')) return { kind: 'at-home' }
  const what = 'a country or region code or the id of a list'
  if (reader.takes('surely outside')) return { kind: 'surely-outside', of: reader.names(what) }
  // After these words an instant can stand too, where a claim says nothing of places.
  for (const kind of ['from', 'outside'] as const) {
    if (!reader.isInstantAfterNext() && reader.takes(kind)) return { kind, of: reader.names(what) }
  }
  return { kind: 'anywhere' }
}

function whatOf(reader: ClaimReader): Omit<What, 'isAdmission'> {
  const models = reader.takes('every model') ? null : reader.names('the name of a model, of a family, or `every model`')
  const mode = reader.takes('in mode') ? reader.name('a mode') : null
  return { models, mode }
}

function duringOf(reader: ClaimReader): During {
  const { column } = reader
  const during = (...ranges: During['ranges']): During => ({ ranges, column })
  if (reader.takes('at')) {
    const at = reader.instant()
    return during({ from: at, to: at + 1 })
  }
  if (reader.takes('before')) return during({ from: null, to: reader.instant() })
  if (reader.takes('from')) {
    const from = reader.instant()
    if (reader.takes('on')) return during({ from, to: null })
    reader.needs('to')
    return during(notEmpty(from, reader.instant(), column))
  }
  if (reader.takes('outside')) {
    const from = reader.instant()
    reader.needs('to')
    const { to } = notEmpty(from, reader.instant(), column)
    return during({ from: null, to: from }, { from: to, to: null })
  }
  return during({ from: null, to: null })
}

function notEmpty(from: number, to: number, column: number): { readonly from: number; readonly to: number } {
  if (from < to) return { from, to }
  throw new ClaimError(column, 'the interval is empty: its end must lie after its beginning')
}
