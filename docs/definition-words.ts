// What a page says of a definition beyond its table in src/policy/definitions.
import type { DefinitionId } from '../src/policy/bundle/bundle.ts'

export const definitionWords: Readonly<Record<DefinitionId, string>> = {
  'ear-772.1-foreign-person':
    'Whoever is neither a citizen or national of the United States, nor a lawful permanent resident, nor a protected individual. Wherever they are: a permanent resident in Berlin is no foreign person, a visitor in Ohio is one. It is not the "U.S. person" of the same section, which counts anyone in the United States. Applicants, parolees, TPS and DACA are not protected individuals.',
  'itar-120.62': 'The same idea as under the Export Administration Regulations, in the words of the arms regulations.',
  'cfius-800':
    'Only citizens and nationals of the United States are not foreign. A permanent resident is. Since it turns on citizenship, a complete list of nationalities settles it.',
  'nispom-117':
    'Only citizens and nationals of the United States are not foreign, for access to classified contracts. Since it turns on citizenship, a complete list of nationalities settles it.',
  'doj-202.256':
    'Whoever is not a "U.S. person" of the rule on bulk data. Any person who is in the United States is none either, whatever their status, so that the place of the address decides with. A foreign branch of a US entity is that entity.',
  'ofac-589.317-a':
    'A citizen with another nationality, or an entity with another law of organization, is foreign too. Only for the sections of 31 CFR part 589 that use it.',
}
