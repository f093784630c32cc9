// semantics.md §3, the table: "who is *not* foreign", of persons and of entities. A word of a claim may name the definition that it
// was made under.

import { unitedStatesPlaces } from '../../vocabulary/country.ts'
import type { DefinitionId, Organization } from '../bundle/bundle.ts'

/** Every way in which a person can stand toward the United States, told apart as finely as any definition needs. */
export const standings = [
  'citizen-only',
  'citizen-of-others-too',
  'permanent-resident',
  'refugee-or-asylee',
  // 8 USC 1160(a), 1255a(a)(1)
  'temporary-resident',
  'none',
] as const
export type Standing = (typeof standings)[number]

export const citizens: readonly Standing[] = ['citizen-only', 'citizen-of-others-too']
/** 8 USC 1324b(a)(3): what a claim calls `protected`. */
export const protectedIndividuals: readonly Standing[] = ['refugee-or-asylee', 'temporary-resident']

export interface Definition {
  readonly notForeign: readonly Standing[]
  /** "or any person in the US" */
  readonly presenceSuffices: boolean
  readonly isUsEntity: (one: Organization, head: Organization | undefined) => boolean
  readonly words: readonly string[]
}

const isUs = (country: string): boolean => unitedStatesPlaces.has(country)
/** "Foreign governments, missions, international organizations are foreign." */
const isUsCompany = ({ kind, incorporatedIn }: Organization): boolean => kind === 'company' && isUs(incorporatedIn)
const isUsCompanyOrOrganizedThere = (one: Organization): boolean =>
  isUsCompany(one) || (one.kind === 'company' && one.organizedIn.some(isUs))

const statutory: Omit<Definition, 'words'> = {
  notForeign: [...citizens, 'permanent-resident', ...protectedIndividuals],
  presenceSuffices: false,
  isUsEntity: isUsCompanyOrOrganizedThere,
}
const citizensAlone: Omit<Definition, 'words'> = {
  notForeign: citizens,
  presenceSuffices: false,
  isUsEntity: isUsCompany,
}

export const definitions: Readonly<Record<DefinitionId, Definition>> = {
  'ear-772.1-foreign-person': {
    ...statutory,
    words: ['ear-772.1-foreign-person', 'ear-772.1', 'ear', '50-usc-4801', '15-cfr-772.1'],
  },
  'itar-120.62': { ...statutory, words: ['itar-120.62', 'itar', '22-cfr-120.62'] },
  'cfius-800': { ...citizensAlone, words: ['cfius-800', 'cfius'] },
  'nispom-117': { ...citizensAlone, words: ['nispom-117', 'nispom'] },
  'doj-202.256': {
    notForeign: [...citizens, 'permanent-resident', 'refugee-or-asylee'],
    presenceSuffices: true,
    // "US entity with its foreign branches"
    isUsEntity: (one, head) => isUsCompany(one) || (one.kind === 'company' && head !== undefined && isUsCompany(head)),
    words: ['doj-202.256', 'doj'],
  },
  'ofac-589.317-a': {
    notForeign: ['citizen-only'],
    presenceSuffices: false,
    isUsEntity: (one) => isUsCompany(one) && one.organizedIn.every(isUs),
    words: ['ofac-589.317-a', 'ofac-589.317', 'ofac'],
  },
}

/** null: none that we know. */
export function definitionCalled(word: string): Definition | null {
  const sought = word.trim().toLowerCase()
  return Object.values(definitions).find(({ words }) => words.includes(sought)) ?? null
}

/** Where nobody is foreign under `one`, nobody is under `other`. */
export const implies = (one: Definition, other: Definition): boolean =>
  one === other || (!one.presenceSuffices && one.notForeign.every((standing) => other.notForeign.includes(standing)))
