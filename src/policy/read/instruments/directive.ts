// Directives: restriction, embargo, internal-policy (what is prohibited, limb by limb), program (open to members alone) and
// evaluation-window (closed but for those it admits, while it is open).

import type { Role } from '../../../vocabulary/party.ts'
import type { Directive, EvaluationWindow, Limb, RestrictingDirective } from '../../bundle/bundle.ts'
import { type Context, type Fault, faultOf, siteOf, type Written } from '../context.ts'
import { type PolicyFile, topKeys } from '../fault.ts'
import { type AboutKeys, aboutShape, compileAbout } from '../fields/about.ts'
import { type ChoiceKeys, choicesShape, evidenceDemand, inFlight, placeDemand } from '../fields/choices.ts'
import { examplesField, type RawExamples, readExamples } from '../fields/examples.ts'
import {
  compileLimb,
  type LimbKeys,
  limbField,
  type Meaning,
  meaningField,
  type RegisterKeys,
  registerField,
  registerTests,
  rolesField,
} from '../fields/limb.ts'
import { obligationsField } from '../fields/obligations.ts'
import { choice, count, ends, identifier, instant } from '../fields/scalars.ts'
import { compileScope, type ScopeKeys, scopeField } from '../fields/scope.ts'
import { closed, type Field, optional, readShape, type Shape, someOf } from '../fields/shape.ts'
import { below, positionOf, type Site } from '../written.ts'

interface HeadKeys extends AboutKeys {
  readonly kind: string
  readonly id: string
  readonly version: number
  readonly supersedes: readonly number[] | undefined
  readonly 'applies-to': ScopeKeys
  readonly obligations: RestrictingDirective['obligations'] | undefined
  readonly 'examples-at': number | undefined
  readonly examples: RawExamples
}

const head = (kind: string): Shape<HeadKeys> => ({
  ...aboutShape,
  kind: choice<string>(kind),
  id: identifier,
  version: count,
  supersedes: optional(someOf(count, 'versions')),
  'applies-to': scopeField,
  obligations: optional(obligationsField),
  'examples-at': optional(instant),
  examples: examplesField,
})

interface RestrictingKeys extends HeadKeys {
  readonly effective: number
  readonly ends: number | null
  readonly meaning: Meaning | undefined
  readonly 'license-required-when'?: readonly LimbKeys[]
  readonly 'prohibited-when'?: readonly LimbKeys[]
  readonly 'opens-to'?: RegisterKeys
  readonly 'any-of'?: readonly Role[] | undefined
  readonly 'we-chose': ChoiceKeys
}

const restricting = (kind: string, own: Partial<Shape<Required<RestrictingKeys>>>): Field<RestrictingKeys> =>
  closed({
    ...head(kind),
    effective: instant,
    ends,
    meaning: optional(meaningField),
    'we-chose': closed<Shape<ChoiceKeys>>(choicesShape),
    ...own,
  }) as unknown as Field<RestrictingKeys>

const someLimbs: Field<readonly LimbKeys[]> = someOf(limbField, 'limbs')

const shapes: Readonly<Record<RestrictingDirective['kind'], Field<RestrictingKeys>>> = {
  restriction: restricting('restriction', { 'license-required-when': someLimbs }),
  embargo: restricting('embargo', { 'prohibited-when': someLimbs }),
  'internal-policy': restricting('internal-policy', { 'prohibited-when': someLimbs }),
  program: restricting('program', { 'opens-to': registerField, 'any-of': optional(rolesField) }),
}

/** A regulator's instrument rests on law; our own on somebody's decision. */
const isOwn = (kind: Directive['kind']): boolean =>
  kind === 'program' || kind === 'internal-policy' || kind === 'evaluation-window'

export const restrictingKinds: readonly RestrictingDirective['kind'][] = [
  'restriction',
  'embargo',
  'internal-policy',
  'program',
]

export function readDirective(
  file: PolicyFile,
  kind: RestrictingDirective['kind'],
  context: Context,
): Written<RestrictingDirective> | undefined {
  const site = siteOf(file, context)
  const fault = faultOf(context)
  checkHead(kind, site, fault)
  const examples = readExamples(file, context.issuers, context.report)
  const keys = readShape(shapes[kind], file, context.report)
  if (keys === undefined) return undefined
  checkSupersedes(keys, site, fault)
  const chosen = keys['we-chose']
  if (kind === 'program' && keys.ends !== null) {
    fault(
      below(site, 'ends'),
      'opens-by-ending',
      'a program must not open its resource by ending: say `ends: when-withdrawn`',
    )
  }
  if (chosen.enforcement !== undefined && !isOwn(kind)) {
    const message = `\`report-only-until\` would leave a regulator's instrument unenforced: only our own may have it`
    fault(below(site, 'we-chose', 'enforcement'), 'report-only-elsewhere', message)
  }
  const noun: RestrictingDirective = {
    ...compileHead(keys, site),
    kind,
    effective: keys.effective,
    ends: keys.ends,
    limbs: limbsOf(keys, kind, site, fault),
    statusEvidence: evidenceDemand(chosen['status-evidence']),
    residenceEvidence: evidenceDemand(chosen['residence-evidence']),
    placeEvidence: placeDemand(chosen['place-evidence']),
    onUnknown: chosen['on-unknown'] ?? 'deny',
    inFlight: inFlight(chosen['in-flight']),
    reportOnlyUntil: chosen.enforcement?.['report-only-until'] ?? null,
    ...caller(chosen),
    whenFreshnessIsUnknown: chosen['when-freshness-is-unknown'] ?? (kind === 'embargo' ? 'hold' : 'refuse'),
  }
  return { noun, file, examples }
}

function limbsOf(keys: RestrictingKeys, kind: Directive['kind'], site: Site, fault: Fault): readonly Limb[] {
  if (keys['opens-to'] !== undefined) {
    const tests = registerTests(keys['opens-to'], false, below(site, 'opens-to'))
    const is = tests.length === 1 && tests[0] !== undefined ? tests[0] : { test: 'all' as const, of: tests }
    return [
      {
        id: 'member',
        anyOf: keys['any-of'] ?? ['subject', 'actor'],
        is,
        reason: 'membership_absent',
        whenUnknown: null,
      },
    ]
  }
  const key = keys['license-required-when'] !== undefined ? 'license-required-when' : 'prohibited-when'
  return (keys[key] ?? []).map((limb, index) =>
    compileLimb(limb, kind === 'embargo', keys.meaning, below(site, key, index), fault),
  )
}

type Head = Omit<
  EvaluationWindow,
  'kind' | 'admission' | 'admits' | 'tellTheCaller' | 'callerText' | 'whenFreshnessIsUnknown'
>

function compileHead(keys: HeadKeys, site: Site): Head {
  return {
    id: keys.id,
    version: keys.version,
    title: keys.title,
    about: compileAbout(keys),
    scope: compileScope(keys['applies-to'], below(site, 'applies-to')),
    supersedes: keys.supersedes ?? [],
    obligations: keys.obligations ?? [],
    position: positionOf(site),
  }
}

const caller = (chosen: Pick<ChoiceKeys, 'tell-the-caller' | 'caller-text'>) => ({
  tellTheCaller: chosen['tell-the-caller'],
  callerText: chosen['caller-text'] ?? null,
})

/** On the raw keys, so that it is said beside whatever else is wrong in the file. */
function checkHead(kind: Directive['kind'], site: Site, fault: Fault): void {
  const keys = Object.keys(topKeys(site.file.document.value))
  if (isOwn(kind) && !keys.includes('decided-by')) {
    fault(site, 'decision-missing', '`decided-by` is missing: this is our own instrument, say who decided it')
  }
  if (!isOwn(kind) && !keys.includes('authority')) {
    fault(site, 'authority-missing', '`authority` is missing: cite the law or order that it rests on')
  }
  // A file that was cut short loses its examples first and is refused for it; it never passes for a directive with fewer limbs.
  if (keys.includes('examples') && keys.at(-1) !== 'examples') {
    const message =
      '`examples` must be the last key: a file that was cut short then never passes for a shorter directive'
    fault(below(site, 'examples'), 'examples-not-last', message)
  }
}

function checkSupersedes({ version, supersedes = [] }: HeadKeys, site: Site, fault: Fault): void {
  for (const [index, earlier] of supersedes.entries()) {
    if (earlier < version) continue
    fault(below(site, 'supersedes', index), 'supersedes-later', `version ${version} can only supersede earlier ones`)
  }
}

type WindowChoices = Pick<ChoiceKeys, 'tell-the-caller' | 'caller-text' | 'when-freshness-is-unknown'>

interface WindowKeys extends HeadKeys {
  readonly opens: number
  readonly closes: number
  readonly admits: RegisterKeys
  readonly 'we-chose': WindowChoices
}

const windowShape: Field<WindowKeys> = closed<Shape<WindowKeys>>({
  ...head('evaluation-window'),
  opens: instant,
  closes: instant,
  admits: registerField,
  'we-chose': closed<Shape<WindowChoices>>({
    'tell-the-caller': choicesShape['tell-the-caller'],
    'caller-text': choicesShape['caller-text'],
    'when-freshness-is-unknown': choicesShape['when-freshness-is-unknown'],
  }),
})

export function readWindow(file: PolicyFile, context: Context): Written<EvaluationWindow> | undefined {
  const site = siteOf(file, context)
  const fault = faultOf(context)
  checkHead('evaluation-window', site, fault)
  const examples = readExamples(file, context.issuers, context.report)
  const keys = readShape(windowShape, file, context.report)
  if (keys === undefined) return undefined
  checkSupersedes(keys, site, fault)
  if (keys.closes <= keys.opens) fault(below(site, 'closes'), 'interval-empty', '`closes` must be later than `opens`')
  const noun: EvaluationWindow = {
    ...compileHead(keys, site),
    kind: 'evaluation-window',
    admission: { from: keys.opens, to: keys.closes },
    admits: registerTests(keys.admits, true, below(site, 'admits')),
    ...caller(keys['we-chose']),
    whenFreshnessIsUnknown: keys['we-chose']['when-freshness-is-unknown'] ?? 'refuse',
  }
  return { noun, file, examples }
}
