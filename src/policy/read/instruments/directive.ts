// Directives that prohibit: restriction, embargo, internal-policy (limb by limb) and program (open to members alone).
import type { Role } from '../../../vocabulary/party.ts'
import type { Directive, Limb, RestrictingDirective } from '../../bundle/bundle.ts'
import { type Context, type Fault, faultOf, siteOf, type Written } from '../context.ts'
import type { PolicyFile } from '../fault.ts'
import { type ChoiceKeys, choicesShape, evidenceDemand, inFlight, placeDemand } from '../fields/choices.ts'
import { readExamples } from '../fields/examples.ts'
import {
  type LimbKeys,
  limbField,
  type Meaning,
  meaningField,
  type RegisterKeys,
  registerField,
  rolesField,
} from '../fields/limb.ts'
import { readShape } from '../fields/read-shape.ts'
import { ends, instant } from '../fields/scalars.ts'
import { closed, type Field, key, named, optional, type Shape, someOf } from '../fields/shape.ts'
import { below, type Site } from '../written.ts'
import { caller, checkHead, checkSupersedes, compileHead, type HeadKeys, head, isOwn } from './head.ts'
import { compileLimb, registerTests } from './limbs.ts'

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

type Kind = RestrictingDirective['kind']

/** What an editor refuses beside the form: only our own instruments may hold back, and only embargoes accept a risk. */
const without = <T>(field: Field<T>, name: string): Field<T> => field.meta({ not: { required: [name] } })

const choices: Field<ChoiceKeys> = key(
  named(closed<Shape<ChoiceKeys>>(choicesShape), 'choices', 'What is not in the letter.'),
  'What is not in the letter: how good evidence must be, what a gap answers, what becomes of open answers, what the caller is told.',
  { 'in-flight': 'terminate', 'tell-the-caller': 'reason' },
)

const restricting = (
  kind: Kind,
  about: string,
  own: Partial<Shape<Required<RestrictingKeys>>>,
): Field<RestrictingKeys> =>
  named(
    closed({
      ...head(kind),
      effective: key(instant, 'From which instant it holds, that instant included.', '2026-06-12T21:21:00Z'),
      ends: key(
        kind === 'program' ? ends.meta({ title: '`when-withdrawn`', anyOf: [{ const: 'when-withdrawn' }] }) : ends,
        'Until which instant it holds, that instant excluded; `when-withdrawn`: until a withdrawal or a superseding version.',
        'when-withdrawn',
      ),
      meaning: optional(meaningField),
      ...own,
      'we-chose': isOwn(kind) ? choices : without(choices, 'enforcement'),
    }) as unknown as Field<RestrictingKeys>,
    kind,
    about,
  )

const someLimbs = (
  description: string,
  limb: Field<LimbKeys> = without(limbField, 'when-unknown'),
): Field<readonly LimbKeys[]> =>
  key(someOf(limb, 'limbs'), description, [{ limb: 'location', place: { within: ['ofac-comprehensive'] } }])

export const restrictingShapes: Readonly<Record<Kind, Field<RestrictingKeys>>> = {
  restriction: restricting(
    'restriction',
    "A regulator's instrument: what needs a license. Only a grant gives it back.",
    {
      'license-required-when': someLimbs('Conditions, each of which alone requires a license.'),
    },
  ),
  embargo: restricting('embargo', 'Places and residents that are not served at all.', {
    'prohibited-when': someLimbs('Conditions, each of which alone prohibits.', limbField),
  }),
  'internal-policy': restricting('internal-policy', 'What we ourselves prohibit.', {
    'prohibited-when': someLimbs('Conditions, each of which alone prohibits.'),
  }),
  program: restricting('program', 'A model that is open to members alone. It opens nothing by ending.', {
    'opens-to': key(registerField, 'To whom it is open; everybody else is refused.', { 'member-of': ['glasswing'] }),
    'any-of': optional(rolesField),
  }),
}

export function readDirective(
  file: PolicyFile,
  kind: Kind,
  context: Context,
): Written<RestrictingDirective> | undefined {
  const site = siteOf(file, context)
  const fault = faultOf(context)
  checkHead(site, fault)
  const examples = readExamples(file, context.issuers, context.report)
  const keys = readShape(restrictingShapes[kind], file, context.report)
  if (keys === undefined) return undefined
  checkSupersedes(keys, site, fault)
  checkChoices(keys, kind, site, fault)
  const chosen = keys['we-chose']
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
    ...caller(chosen, site, fault),
    whenFreshnessIsUnknown: chosen['when-freshness-is-unknown'] ?? (kind === 'embargo' ? 'hold' : 'refuse'),
  }
  return { noun, file, examples }
}

function limbsOf(keys: RestrictingKeys, kind: Directive['kind'], site: Site, fault: Fault): readonly Limb[] {
  if (keys['opens-to'] !== undefined) {
    const tests = registerTests(keys['opens-to'], false, below(site, 'opens-to'))
    const is = tests.length === 1 && tests[0] !== undefined ? tests[0] : { test: 'all' as const, of: tests }
    const anyOf = keys['any-of'] ?? ['subject', 'actor']
    return [{ id: 'member', anyOf, is, reason: 'membership_absent', whenUnknown: null }]
  }
  const name = keys['license-required-when'] !== undefined ? 'license-required-when' : 'prohibited-when'
  return (keys[name] ?? []).map((limb, index) =>
    compileLimb(limb, kind === 'embargo', keys.meaning, below(site, name, index), fault),
  )
}

/** What a kind may not choose, and instants that leave nothing over. */
function checkChoices(
  { effective, ends: end, 'we-chose': chosen }: RestrictingKeys,
  kind: Kind,
  site: Site,
  fault: Fault,
): void {
  const at = (...steps: string[]): Site => below(site, 'we-chose', ...steps)
  if (kind === 'program' && end !== null) {
    const message = 'a program must not open its resource by ending: say `ends: when-withdrawn`'
    fault(below(site, 'ends'), 'opens-by-ending', message)
  }
  if (end !== null && end <= effective)
    fault(below(site, 'ends'), 'interval-empty', '`ends` must be later than `effective`')
  const reportOnly = chosen.enforcement?.['report-only-until']
  if (reportOnly !== undefined && !isOwn(kind)) {
    const message = `\`report-only-until\` would leave a regulator's instrument unenforced: only our own may have it`
    fault(at('enforcement'), 'report-only-elsewhere', message)
  } else if (reportOnly !== undefined && reportOnly <= effective) {
    const message = '`report-only-until` is not later than `effective`, so that it does nothing: take it out'
    fault(at('enforcement', 'report-only-until'), 'interval-empty', message)
  } else if (reportOnly !== undefined && end !== null && reportOnly >= end) {
    const message = 'it would end before anything of it was enforced: let `report-only-until` be earlier than `ends`'
    fault(at('enforcement', 'report-only-until'), 'never-enforced', message)
  }
  const flight = chosen['in-flight']
  if (typeof flight === 'object' && flight['drain-until'] <= effective) {
    const message = '`drain-until` is not later than `effective`: say `terminate`, or a later instant'
    fault(at('in-flight', 'drain-until'), 'interval-empty', message)
  }
}
