// A limb as people write it: one condition under which the instrument prohibits. Its tests hold together (and); limbs stand beside
// each other (or).
import { type Role, roles } from '../../../vocabulary/party.ts'
import type { Attribution, DefinitionId } from '../../bundle/bundle.ts'
import { attributions, definitionIds } from '../../bundle/directives.ts'
import { choice, day, identifier, placeName, text } from './scalars.ts'
import { closed, type Field, key, named, oneOrSome, optional, type Shape, someKeyOf, someOf, wordOr } from './shape.ts'

export const rolesField: Field<readonly Role[]> = key(
  someOf(choice(...roles), `roles (${roles.join(', ')})`),
  'Whom it tests: it matches where it holds for any party in one of these roles.',
  ['subject', 'actor', 'organization', 'end-user'],
)

/** Ids of named lists (lower case) and single codes (upper case). */
export const placeNames: Field<readonly string[]> = someOf(placeName, 'lists or codes')

export interface RegisterKeys {
  readonly 'member-of': readonly string[] | undefined
  readonly 'evaluator-of': readonly string[] | undefined
  readonly 'staff-of': readonly string[] | undefined
  readonly tier: readonly string[] | undefined
}

/** Who stands in which register; at least one of them. */
export const registerField: Field<RegisterKeys> = named(
  someKeyOf<RegisterKeys>({
    'member-of': optional(key(someOf(identifier, 'programs'), 'Members of these programs.', ['glasswing'])),
    'evaluator-of': optional(
      key(someOf(identifier, 'lists of evaluators'), 'Evaluators on these lists.', ['next-1-review']),
    ),
    'staff-of': optional(key(someOf(identifier, 'lists of staff'), 'Staff on these lists.', ['next-1-review'])),
    tier: optional(key(someOf(identifier, 'tiers'), 'Whoever was verified for one of these tiers.', ['cyber'])),
  }),
  'registers',
  'Who stands in which register; at least one key. Several add up.',
)

export interface WithinKeys {
  readonly within: readonly string[] | undefined
  readonly outside: readonly string[] | undefined
}

export interface LimbKeys {
  readonly limb: string
  readonly 'any-of': readonly Role[] | undefined
  readonly is: 'foreign-person' | undefined
  readonly nationality: { readonly of: readonly string[]; readonly counted: Attribution } | undefined
  readonly place: 'outside-united-states' | WithinKeys | undefined
  readonly residence: { readonly within: readonly string[] } | undefined
  readonly mode: readonly string[] | undefined
  readonly unless: RegisterKeys | undefined
  readonly 'when-unknown': 'not-met' | undefined
  readonly because: string | undefined
  readonly 'review-by': number | undefined
  readonly 'company-choice': string | undefined
}

const withinField: Field<WithinKeys> = closed<Shape<WithinKeys>>({
  within: optional(key(placeNames, 'At one of these places: ids of lists, or single codes.', ['ofac-comprehensive'])),
  outside: optional(key(placeNames, 'At any place but these.', ['ear-772.1-united-states'])),
})
  .refine((keys) => (keys.within === undefined) !== (keys.outside === undefined), {
    error: 'must have either `within` or `outside`',
  })
  .meta({ minProperties: 1, maxProperties: 1 })

export const limbField: Field<LimbKeys> = named(
  closed<Shape<LimbKeys>>({
    limb: key(identifier, 'Its name, by which grants discharge it and records cite it.', 'person'),
    'any-of': optional(rolesField),
    is: optional(
      key(choice('foreign-person'), 'Whoever is foreign under the definition that `meaning` names.', 'foreign-person'),
    ),
    nationality: optional(
      key(
        closed({
          of: key(placeNames, 'Countries: ids of lists, or single codes.', ['ear-d5']),
          counted: key(
            choice(...attributions),
            'Which citizenships count: any held, the most recent citizenship or permanent residency, or any ever held.',
            'any-held',
          ),
        }),
        'Whoever holds one of these nationalities.',
      ),
    ),
    place: optional(
      key(
        wordOr('outside-united-states', withinField, '`{ within: […] }` or `{ outside: […] }`'),
        'Where the request comes from, and where the attested end users of a service are.',
        'outside-united-states',
        { within: ['ofac-comprehensive'] },
      ),
    ),
    residence: optional(
      key(
        closed({ within: key(placeNames, 'Places: ids of lists, or single codes.', ['ofac-comprehensive']) }),
        'Whoever ordinarily resides there.',
      ),
    ),
    mode: optional(
      key(oneOrSome(identifier, 'modes'), 'The request can reach this mode, or one of these.', 'thinking'),
    ),
    unless: optional(key(registerField, 'Only whoever stands in none of these registers.', { tier: ['cyber'] })),
    'when-unknown': optional(
      key(
        choice('not-met'),
        'An accepted risk: a place that no database knows, or a residence that nobody stated, does not match. Only for a place or residence limb of an embargo, with `because` and `review-by`.',
        'not-met',
      ),
    ),
    because: optional(key(text, 'Why the risk is accepted.', 'few credentials state a residence')),
    'review-by': optional(key(day, 'By which day the accepted risk must be looked at again.', '2027-07-08')),
    'company-choice': optional(
      key(text, 'Why we name these countries although no cited authority lists them.', 'sanctions risk of the region'),
    ),
  }).meta({
    anyOf: ['is', 'nationality', 'place', 'residence', 'mode', 'unless'].map((test) => ({ required: [test] })),
    dependentRequired: {
      is: ['any-of'],
      nationality: ['any-of'],
      residence: ['any-of'],
      unless: ['any-of'],
      'when-unknown': ['because', 'review-by'],
      because: ['when-unknown'],
      'review-by': ['when-unknown'],
    },
  }),
  'limb',
  'One condition under which the instrument prohibits. Its tests (`is`, `nationality`, `place`, `residence`, `mode`, `unless`) hold together; limbs stand beside each other.',
)

/** The definitions that a directive's words follow. */
export interface Meaning {
  readonly 'foreign-person': DefinitionId | undefined
  readonly 'united-states': string | undefined
}

export const meaningField: Field<Meaning> = key(
  closed<Shape<Meaning>>({
    'foreign-person': optional(
      key(
        choice(...definitionIds),
        'Who is a foreign person. Needed where a limb says `is: foreign-person`.',
        'ear-772.1-foreign-person',
      ),
    ),
    'united-states': optional(
      key(
        identifier,
        'The list that says what the United States are. Needed where a limb says `outside-united-states`.',
        'ear-772.1-united-states',
      ),
    ),
  }),
  'Which definitions its words follow: no word has a meaning of its own.',
)
