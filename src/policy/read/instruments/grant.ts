// Grants: what gives something back from what a directive prohibits. A grant names the directive, the versions and the limbs that it
// discharges; it can never say "everything".
import type { Cover, Grant, GrantKind, PlaceDemand } from '../../bundle/bundle.ts'
import { grantKinds } from '../../bundle/grants.ts'
import { type Context, type Fault, faultOf, siteOf, type Written } from '../context.ts'
import type { PolicyFile } from '../fault.ts'
import { type AboutKeys, citedShape, compileAbout } from '../fields/about.ts'
import { placeDemand, placeEvidenceField } from '../fields/choices.ts'
import { examplesAtField, examplesField, type RawExamples, readExamples } from '../fields/examples.ts'
import { placeNames } from '../fields/limb.ts'
import { obligationsField } from '../fields/obligations.ts'
import { readShape } from '../fields/read-shape.ts'
import { choice, count, identifier, instant, type SubjectName, subject, until } from '../fields/scalars.ts'
import { compileScope, type ScopeKeys, scopeField } from '../fields/scope.ts'
import { closed, type Field, key, named, optional, type Shape, someKeyOf, someOf } from '../fields/shape.ts'
import { below, codeSet, positionOf, refer, type Site } from '../written.ts'
import { checkHead } from './head.ts'

interface DischargeKeys {
  readonly directive: string
  readonly versions: readonly number[]
  readonly limbs: readonly string[]
}

interface CoverKeys {
  readonly organizations: readonly string[] | undefined
  readonly 'employees-of': readonly string[] | undefined
  readonly 'members-of': readonly string[] | undefined
  readonly evaluators: readonly string[] | undefined
  readonly staff: readonly string[] | undefined
  readonly subjects: readonly SubjectName[] | undefined
  readonly 'anyone-in-tier': readonly string[] | undefined
}

type PlaceEvidence = typeof placeEvidenceField extends Field<infer Keys> ? Keys : never

interface GrantKeys extends AboutKeys {
  readonly kind: string
  readonly id: string
  readonly from: number
  readonly until: number | null
  readonly 'revoked-from': number | undefined
  readonly discharges: readonly DischargeKeys[]
  readonly covers: CoverKeys
  readonly 'applies-to': ScopeKeys
  readonly 'only-at': { readonly within: readonly string[]; readonly evidence: PlaceEvidence } | undefined
  readonly quantity: { readonly 'output-tokens': number } | undefined
  readonly obligations: Grant['obligations'] | undefined
  readonly 'examples-at': number | undefined
  readonly examples: RawExamples
}

const coversField: Field<CoverKeys> = someKeyOf<CoverKeys>({
  organizations: optional(
    key(someOf(identifier, 'organizations'), 'These organizations and the services that they run.', ['northgate-labs']),
  ),
  'employees-of': optional(
    key(someOf(identifier, 'organizations'), 'Whom the register names as their employees. A contractor is none.', [
      'northgate-labs',
    ]),
  ),
  'members-of': optional(
    key(someOf(identifier, 'programs'), 'Members of these programs now, with services and employees.', ['glasswing']),
  ),
  evaluators: optional(key(someOf(identifier, 'lists of evaluators'), 'Evaluators on these lists.', ['next-1-review'])),
  staff: optional(key(someOf(identifier, 'lists of staff'), 'Staff on these lists.', ['next-1-review'])),
  subjects: optional(
    key(someOf(subject, 'subjects'), 'These persons or services, as `issuer-id/sub`.', ['demo/partner-us']),
  ),
  'anyone-in-tier': optional(
    key(someOf(identifier, 'tiers'), 'Whoever was verified for one of these tiers.', ['cyber']),
  ),
})

export const grantShape: Field<GrantKeys> = named(
  closed<Shape<GrantKeys>>({
    kind: key(choice(...grantKinds) as Field<string>, 'Which kind of authorization it is.', 'specific-license'),
    id: key(identifier, 'Its name for good: records cite it.', 'us-bis-2026-06-26-annex'),
    ...citedShape,
    from: key(instant, 'From which instant it helps, that instant included.', '2026-06-26T21:00:00Z'),
    until: key(
      until,
      'Until which instant it helps, that instant excluded; `further-notice`: without end.',
      'further-notice',
    ),
    'revoked-from': optional(
      key(instant, 'It was revoked, and helps no more from this instant on.', '2026-07-01T00:00:00Z'),
    ),
    discharges: key(
      someOf(
        closed<Shape<DischargeKeys>>({
          directive: key(identifier, 'The directive.', 'us-bis-2026-06-12'),
          versions: key(
            someOf(count, 'versions'),
            'Its versions: a later one needs to be named to be discharged.',
            [1],
          ),
          limbs: key(someOf(identifier, 'limbs'), 'Its limbs: each is discharged only where it is named.', [
            'person',
            'destination',
          ]),
        }),
        'directives (directive, versions, limbs)',
      ),
      'What it gives back.',
      [{ directive: 'us-bis-2026-06-12', versions: [1], limbs: ['person', 'destination'] }],
    ),
    covers: key(
      coversField,
      'Whom it helps. Every party that makes the limb match, or leaves it unknown, must be covered by some grant.',
      { organizations: ['northgate-labs'] },
    ),
    'applies-to': key(scopeField, 'For what it helps.', { models: ['mythos-5'], operations: 'any', phases: 'any' }),
    'only-at': optional(
      key(
        closed({
          within: key(placeNames, 'Places: ids of lists, or single codes.', ['ear-772.1-united-states']),
          evidence: key(placeEvidenceField, 'How well the place must be known.', {
            'database-not-older-than': '30d',
            anonymizers: 'unknown',
            'where-anonymizers-are-unknown': 'unknown',
          }),
        }),
        'It helps only at these places.',
      ),
    ),
    quantity: optional(
      key(
        closed({ 'output-tokens': key(count, 'Output tokens in all.', 1_000_000) }),
        'The licensed amount. A gate alone counts what is left of it; to the gates of a fleet its control hands it out.',
        { 'output-tokens': 1_000_000 },
      ),
    ),
    obligations: optional(obligationsField),
    'examples-at': optional(examplesAtField),
    examples: examplesField,
  }),
  'grant',
  'Gives back, to those it covers, named limbs of named versions of a directive. It never permits by itself.',
)

export function readGrant(file: PolicyFile, context: Context): Written<Grant> | undefined {
  const site = siteOf(file, context)
  const fault = faultOf(context)
  checkHead(site, fault)
  const examples = readExamples(file, context.issuers, context.report)
  const keys = readShape(grantShape, file, context.report)
  if (keys === undefined) return undefined
  checkInterval(keys, site, fault)
  const noun: Grant = {
    id: keys.id,
    kind: keys.kind as GrantKind,
    title: keys.title,
    about: compileAbout(keys),
    from: keys.from,
    to: keys.until,
    discharges: keys.discharges.map((one, index) => ({
      directive: refer(below(site, 'discharges', index, 'directive'), 'directive', one.directive),
      versions: one.versions,
      limbs: one.limbs,
    })),
    covers: coversOf(keys.covers, below(site, 'covers'), context.issuers),
    scope: compileScope(keys['applies-to'], below(site, 'applies-to')),
    places: placesOf(keys['only-at'], below(site, 'only-at')),
    quantity: keys.quantity === undefined ? null : { outputTokens: keys.quantity['output-tokens'] },
    revokedFrom: keys['revoked-from'] ?? null,
    obligations: keys.obligations ?? [],
    position: positionOf(site),
  }
  return { noun, file, examples }
}

function checkInterval({ from, until: to, 'revoked-from': revoked }: GrantKeys, site: Site, fault: Fault): void {
  if (to !== null && to <= from) fault(below(site, 'until'), 'interval-empty', '`until` must be later than `from`')
  if (revoked !== undefined && revoked <= from) {
    const message = 'it was revoked before it began, so that it never helps: check `from` and `revoked-from`'
    fault(below(site, 'revoked-from'), 'interval-empty', message)
  }
}

function coversOf(keys: CoverKeys, site: Site, issuers: ReadonlyMap<string, string>): readonly Cover[] {
  const each = (key: Exclude<keyof CoverKeys, 'subjects'>, make: (name: string, at: Site) => Cover): readonly Cover[] =>
    (keys[key] ?? []).map((name, index) => make(name, below(site, key, index)))
  return [
    ...each('organizations', (name, at) => ({ cover: 'organization', organization: refer(at, 'organization', name) })),
    ...each('employees-of', (name, at) => ({ cover: 'employees-of', organization: refer(at, 'organization', name) })),
    ...each('members-of', (name, at) => ({ cover: 'members-of', program: refer(at, 'program', name) })),
    ...each('evaluators', (name, at) => ({ cover: 'evaluators', list: refer(at, 'evaluators', name) })),
    ...each('staff', (name, at) => ({ cover: 'staff', list: refer(at, 'staff', name) })),
    ...each('anyone-in-tier', (name, at) => {
      return { cover: 'anyone-who', is: { test: 'tier', tier: refer(at, 'tier', name), holds: true } }
    }),
    ...(keys.subjects ?? []).map((one, index): Cover => {
      refer(below(site, 'subjects', index), 'issuer', one.issuer)
      return { cover: 'subject', subject: { issuer: issuers.get(one.issuer) ?? one.issuer, subject: one.subject } }
    }),
  ]
}

function placesOf(keys: GrantKeys['only-at'], site: Site): Grant['places'] {
  const evidence: PlaceDemand | null = placeDemand(keys?.evidence)
  if (keys === undefined || evidence === null) return null
  return { within: codeSet(below(site, 'within'), keys.within), evidence }
}
