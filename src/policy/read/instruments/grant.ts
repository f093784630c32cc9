// Grants and withdrawals: the instruments that take something back from what a directive prohibits. A grant names the directive,
// the versions and the limbs that it discharges; it can never say "everything".
import type { Cover, Grant, GrantKind, PlaceDemand, Withdrawal } from '../../bundle/bundle.ts'
import { grantKinds } from '../../bundle/grants.ts'
import { type Context, faultOf, siteOf, type Written } from '../context.ts'
import type { PolicyFile } from '../fault.ts'
import { type AboutKeys, aboutShape, compileAbout } from '../fields/about.ts'
import { placeDemand, placeEvidenceField } from '../fields/choices.ts'
import { examplesField, type RawExamples, readExamples } from '../fields/examples.ts'
import { placeNames } from '../fields/limb.ts'
import { obligationsField } from '../fields/obligations.ts'
import { choice, count, identifier, instant, type SubjectName, subject, until } from '../fields/scalars.ts'
import { compileScope, type ScopeKeys, scopeField } from '../fields/scope.ts'
import { closed, type Field, optional, readShape, type Shape, someOf } from '../fields/shape.ts'
import { below, codeSet, positionOf, refer, type Site } from '../written.ts'

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

const coverShape: Shape<CoverKeys> = {
  organizations: optional(someOf(identifier, 'organizations')),
  'employees-of': optional(someOf(identifier, 'organizations')),
  'members-of': optional(someOf(identifier, 'programs')),
  evaluators: optional(someOf(identifier, 'lists of evaluators')),
  staff: optional(someOf(identifier, 'lists of staff')),
  subjects: optional(someOf(subject, 'subjects')),
  'anyone-in-tier': optional(someOf(identifier, 'tiers')),
}

const grantShape: Field<GrantKeys> = closed<Shape<GrantKeys>>({
  ...aboutShape,
  kind: choice(...grantKinds) as Field<string>,
  id: identifier,
  from: instant,
  until,
  'revoked-from': optional(instant),
  discharges: someOf(
    closed<Shape<DischargeKeys>>({
      directive: identifier,
      versions: someOf(count, 'versions'),
      limbs: someOf(identifier, 'limbs'),
    }),
    'directives (directive, versions, limbs)',
  ),
  covers: closed<Shape<CoverKeys>>(coverShape).refine(
    (keys) => Object.values(keys).some((value) => value !== undefined),
    { error: `is empty: name at least one of ${Object.keys(coverShape).join(', ')}`, params: { code: 'empty' } },
  ),
  'applies-to': scopeField,
  'only-at': optional(closed({ within: placeNames, evidence: placeEvidenceField })),
  quantity: optional(closed({ 'output-tokens': count })),
  obligations: optional(obligationsField),
  'examples-at': optional(instant),
  examples: examplesField,
})

export function readGrant(file: PolicyFile, context: Context): Written<Grant> | undefined {
  const examples = readExamples(file, context.issuers, context.report)
  const keys = readShape(grantShape, file, context.report)
  if (keys === undefined) return undefined
  const site = siteOf(file, context)
  const fault = faultOf(context)
  if (keys.authority === undefined)
    fault(site, 'authority-missing', '`authority` is missing: cite what the grant rests on')
  if (keys.until !== null && keys.until <= keys.from) {
    fault(below(site, 'until'), 'interval-empty', '`until` must be later than `from`')
  }
  if (keys.quantity !== undefined) {
    const message =
      'the gates are not told yet what is left of an amount, and what they are not told counts as nothing left: this grant helps nobody'
    context.report.warning(file, ['quantity'], 'quantity-not-counted', message)
  }
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

interface WithdrawalKeys extends AboutKeys {
  readonly kind: string
  readonly id: string
  readonly withdraws: { readonly directive: string; readonly versions: readonly number[] }
  readonly effective: number
  readonly 'examples-at': number | undefined
  readonly examples: RawExamples | undefined
}

const withdrawalShape: Field<WithdrawalKeys> = closed<Shape<WithdrawalKeys>>({
  ...aboutShape,
  kind: choice('withdrawal') as Field<string>,
  id: identifier,
  withdraws: closed({ directive: identifier, versions: someOf(count, 'versions') }),
  effective: instant,
  'examples-at': optional(instant),
  examples: optional(examplesField),
})

export function readWithdrawal(file: PolicyFile, context: Context): Written<Withdrawal> | undefined {
  const examples = readExamples(file, context.issuers, context.report)
  const keys = readShape(withdrawalShape, file, context.report)
  if (keys === undefined) return undefined
  const site = siteOf(file, context)
  if (keys.authority === undefined && keys['decided-by'] === undefined) {
    faultOf(context)(
      site,
      'authority-missing',
      '`authority` is missing: cite the withdrawal, or for our own say `decided-by`',
    )
  }
  const noun: Withdrawal = {
    id: keys.id,
    title: keys.title,
    about: compileAbout(keys),
    directive: refer(below(site, 'withdraws', 'directive'), 'directive', keys.withdraws.directive),
    versions: keys.withdraws.versions,
    effective: keys.effective,
    position: positionOf(site),
  }
  return {
    noun,
    file,
    examples,
  }
}
