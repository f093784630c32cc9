// docs/definitions/*.md: one page for each definition of "foreign person", printed from its table; what it makes of evidence is decided
// while it is printed, by the letter of 12 June read under it.
import type { DefinitionId, Organization } from '../src/policy/bundle/bundle.ts'
import { definitions } from '../src/policy/definitions/index.ts'
import {
  citizenAndOther,
  citizenOnly,
  isWithin,
  noStanding,
  permanentResident,
  refugeeOrAsylee,
  type Standings,
  standingOfStatus,
  statusWords,
  temporaryResident,
} from '../src/policy/definitions/standing.ts'
import { implies } from '../src/policy/engine/predicates/foreign-person.ts'
import { definitionWords } from './definition-words.ts'
import { type Bench, type Trial, tried } from './trials.ts'

const ids = Object.keys(definitions) as DefinitionId[]

const standings: readonly (readonly [Standings, string])[] = [
  [citizenOnly, 'citizen or national of the United States, and of no other country'],
  [citizenAndOther, 'citizen or national of the United States and of another country'],
  [permanentResident, 'lawful permanent resident'],
  [refugeeOrAsylee, 'refugee admitted, or asylum granted (8 USC 1157, 1158)'],
  [temporaryResident, 'temporary resident (8 USC 1160(a), 1255a(a)(1))'],
  [noStanding, 'none of these'],
]

const company: Organization = {
  id: 'one',
  name: 'One',
  kind: 'company',
  incorporatedIn: 'US',
  organizedIn: [],
  ownedBy: [],
  branchOf: null,
  from: 0,
  to: null,
}
const organizations: readonly (readonly [string, Organization])[] = [
  ['company incorporated in the United States, whoever owns it', { ...company, ownedBy: ['a French company'] }],
  ['the same, organized in another country as well', { ...company, organizedIn: ['FR'] }],
  [
    'company incorporated abroad, organized to do business in the United States',
    { ...company, incorporatedIn: 'FR', organizedIn: ['US'] },
  ],
  ['foreign subsidiary of a US company', { ...company, incorporatedIn: 'FR', ownedBy: ['a US company'] }],
  ['foreign branch of a US company', { ...company, incorporatedIn: 'FR', branchOf: 'head' }],
  ['mission of a foreign government in the United States', { ...company, kind: 'mission' }],
  ['international organization in the United States', { ...company, kind: 'international-organization' }],
]

const true_ = (basis?: string, definition?: string): object => ({
  us_person: {
    value: true,
    ...(basis === undefined ? {} : { basis }),
    ...(definition === undefined ? {} : { definition }),
  },
})

const statements = (id: DefinitionId): readonly (readonly [string, object])[] => [
  ['nothing', {}],
  ['US person, without a basis', true_()],
  ['US person, as a citizen or national', true_('citizen-or-national')],
  ['US person, as a permanent resident', true_('permanent-resident')],
  ['US person, as a protected individual', true_('protected')],
  ['US person, said under this definition', true_(undefined, id)],
  ['US citizen, by their own word', { verified: false, ...true_('citizen-or-national') }],
  ['no US person', { us_person: false }],
  ['no US person, by their own word', { verified: false, us_person: false }],
  ['status `permanent-resident`', { status: 'permanent-resident' }],
  ['status `asylee`', { status: 'asylee' }],
  ['status `asylum-applicant`', { status: 'asylum-applicant' }],
  ['status `h-1b`', { status: 'h-1b' }],
  ['nationality US, said to be the only one', { nationalities: ['US'], nationalities_complete: true }],
  ['nationalities US and IR, said to be all', { nationalities: ['US', 'IR'], nationalities_complete: true }],
  ['nationality FR, said to be the only one', { nationalities: ['FR'], nationalities_complete: true }],
  ['nationality FR, and perhaps others', { nationalities: ['FR'] }],
  ['stateless, said to be all', { nationalities: ['XXA'], nationalities_complete: true }],
  [
    'US citizen, and nationality FR said to be the only one',
    { ...true_('citizen-or-national'), nationalities: ['FR'], nationalities_complete: true },
  ],
]

/** The head of a branch is a company of the United States here. */
const isUs = (id: DefinitionId, one: Organization): boolean =>
  definitions[id].admitsOrganization(one, one.branchOf === null ? undefined : company)

const foreign = (is: boolean): string => (is ? 'foreign' : 'not foreign')
const list = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ')

const index = (): string => `# Definitions of "foreign person"

Printed by \`npm run pages\`. There is no built-in meaning of "foreign": a directive names the definition that its own authority uses
(\`meaning: { foreign-person: … }\`). What counts as evidence of it: [semantics](../semantics.md#status-and-nationality).
Facts of law come from secondary copies; compare them with the source.

| | ${ids.map((id) => `[\`${id}\`](${id}.md)`).join(' | ')} |
|---|${ids.map(() => '---').join('|')}|
${standings.map(([one, words]) => `| ${words} | ${ids.map((id) => foreign(!isWithin(one, definitions[id].admits))).join(' | ')} |`).join('\n')}
| whoever is in the United States | ${ids.map((id) => (definitions[id].admitsPresence ? 'not foreign' : 'by status')).join(' | ')} |
${organizations.map(([words, one]) => `| ${words} | ${ids.map((id) => foreign(!isUs(id, one))).join(' | ')} |`).join('\n')}

Citizens, residents, refugees and asylees are never told apart inside one definition: the same age limits, the same challenge. Birthplace, name,
language and ethnicity are never asked.
`

function page(id: DefinitionId): string {
  const { title, citations, admits, admitsPresence, claimNames } = definitions[id]
  const implied = ids.filter((other) => other !== id && implies(definitions[id], definitions[other]))
  const impliedBy = ids.filter((other) => other !== id && implies(definitions[other], definitions[id]))
  const links = (some: readonly DefinitionId[]): string =>
    some.map((one) => `[\`${one}\`](${one}.md)`).join(', ') || 'none'
  const places = admitsPresence ? ['in the United States', 'in Germany'] : ['what follows']
  return `# \`${id}\`

Printed by \`npm run pages\`. [All definitions](README.md)

**${title}** (${citations.join(', ')})

${definitionWords[id]}

## Persons

| standing toward the United States | |
|---|---|
${standings.map(([one, words]) => `| ${words} | ${foreign(!isWithin(one, admits))} |`).join('\n')}

${admitsPresence ? 'Any person who is in the United States is not foreign either, by the place of the address.' : 'Where the person is does not matter.'}

## Organizations

| organization | |
|---|---|
${organizations.map(([words, one]) => `| ${words} | ${foreign(!isUs(id, one))} |`).join('\n')}

## What evidence settles it

Verified a month ago, unless said otherwise, under the evidence that \`us-bis-2026-06-12\` demands. Decided while this page was printed.

| what is said of a person | ${places.join(' | ')} |
|---|${places.map(() => '---').join('|')}|
${statements(id)
  .map(
    ([said, who]) =>
      `| ${said} | ${(admitsPresence ? ['US', 'DE'] : ['US']).map((where) => result(id, said, who, where)).join(' | ')} |`,
  )
  .join('\n')}

Status words that say ${foreign(false)}: ${list(wordsOf(admits, true)) || 'none'}.

Status words that say ${foreign(true)}: ${list(wordsOf(admits, false))}.

Any other word says nothing.

## Among the others

| | |
|---|---|
| a claim may name it | ${list(claimNames)} |
| nobody foreign here is nobody foreign under | ${links(implied)} |
| nobody foreign here follows from nobody foreign under | ${links(impliedBy)} |
`
}

const wordsOf = (admits: Standings, isAdmitted: boolean): readonly string[] =>
  statusWords.filter((word) => {
    const standing = standingOfStatus(word)
    if (standing === undefined) throw new Error(`the status word ${word} is not understood as it stands in its table`)
    return isWithin(standing, admits) === isAdmitted
  })

function result(id: DefinitionId, said: string, who: object, where: string): string {
  const bench: Bench = {
    predicate: 'foreign-person',
    directive: 'us-bis-2026-06-12',
    at: '2026-06-20T12:00:00Z',
    ...(id === 'ear-772.1-foreign-person' ? {} : { change: readUnder(id) }),
  }
  const trial: Trial = { said, case: { who, asks: 'fable-5', where } }
  const { value, gap } = tried(trial, bench)
  return gap === null ? foreign(value === 'true') : `unknown: [\`${gap}\`](../reasons/${gap}.md)`
}

const readUnder = (id: DefinitionId): NonNullable<Bench['change']> => ({
  file: 'policies/directives/us-bis-2026-06-12.yaml',
  was: 'foreign-person: ear-772.1-foreign-person',
  is: `foreign-person: ${id}`,
})

export const definitionPages: Readonly<Record<string, () => string>> = {
  'docs/definitions/README.md': index,
  ...Object.fromEntries(ids.map((id) => [`docs/definitions/${id}.md`, () => page(id)])),
}
