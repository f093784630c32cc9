// Phrase: the small change of sentences: lists, quotations, parties as subjects of a verb.

/** Text from a bundle inside a sentence: on one line, in typographic quotes. */
export const quoted = (text: string): string => `“${oneLine(text)}”`

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

export function listed(items: readonly string[], word: 'and' | 'or' = 'and'): string {
  if (items.length < 2) return items[0] ?? ''
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`
}

/** Party of a label: `subject`, `actor`, `prior-actor`, `organization`, `end-user`. */
export const partyWords: Readonly<Record<string, string>> = {
  subject: 'the subject',
  actor: 'the actor',
  'prior-actor': 'an earlier actor',
  organization: 'the organization',
  'end-user': 'an end user of the service',
}

export const partyText = (party: string): string => partyWords[party] ?? `the ${party}`

/** A verb with what belongs to it, as it is said and as it is denied: `is a foreign person`, `is not a foreign person`. */
export interface Verb {
  readonly is: string
  readonly isNot: string
}

export function clause(party: string, verb: Verb, affirmed: boolean): string {
  if (affirmed) return `${partyText(party)} ${verb.is}`
  // Of the end users something is denied only if it is denied of each.
  return party === 'end-user' ? `no end user of the service ${verb.is}` : `${partyText(party)} ${verb.isNot}`
}
