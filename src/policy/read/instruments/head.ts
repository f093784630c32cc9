// What every directive has, whatever its kind: who it is, what it covers, which versions it replaces, what it tells the caller.
import type { Directive, EvaluationWindow, RestrictingDirective } from '../../bundle/bundle.ts'
import type { Fault } from '../context.ts'
import { topKeys } from '../fault.ts'
import { type AboutKeys, citedShape, compileAbout, decidedShape } from '../fields/about.ts'
import type { ChoiceKeys } from '../fields/choices.ts'
import { examplesAtField, examplesField, type RawExamples } from '../fields/examples.ts'
import { obligationsField } from '../fields/obligations.ts'
import { choice, count, identifier } from '../fields/scalars.ts'
import { compileScope, type ScopeKeys, scopeField } from '../fields/scope.ts'
import { key, optional, type Shape, someOf } from '../fields/shape.ts'
import { below, positionOf, type Site } from '../written.ts'

export interface HeadKeys extends AboutKeys {
  readonly kind: string
  readonly id: string
  readonly version: number
  readonly supersedes: readonly number[] | undefined
  readonly 'applies-to': ScopeKeys
  readonly obligations: RestrictingDirective['obligations'] | undefined
  readonly 'examples-at': number | undefined
  readonly examples: RawExamples
}

/** A regulator's instrument rests on law; our own on somebody's decision. */
export const isOwn = (kind: Directive['kind']): boolean =>
  kind === 'program' || kind === 'internal-policy' || kind === 'evaluation-window'

export const head = (kind: Directive['kind']): Shape<HeadKeys> => ({
  kind: key(choice<string>(kind), 'What the file is.', kind),
  id: key(identifier, 'Its name for good: versions, grants, withdrawals and records cite it.', 'us-bis-2026-06-12'),
  version: key(count, 'Counts up: what changes a directive in force is a new version, in a file of its own.', 1),
  supersedes: optional(
    key(someOf(count, 'versions'), 'Earlier versions that leave force when this one takes effect.', [1]),
  ),
  ...(isOwn(kind) ? decidedShape : citedShape),
  'applies-to': key(scopeField, 'What it covers.', { models: 'all', operations: 'any', phases: 'any' }),
  obligations: optional(obligationsField),
  'examples-at': optional(examplesAtField),
  examples: examplesField,
})

type Head = Omit<
  EvaluationWindow,
  'kind' | 'admission' | 'admits' | 'tellTheCaller' | 'callerText' | 'whenFreshnessIsUnknown'
>

export function compileHead(keys: HeadKeys, site: Site): Head {
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

export function caller(
  chosen: Pick<ChoiceKeys, 'tell-the-caller' | 'caller-text'>,
  site: Site,
  fault: Fault,
): Pick<Directive, 'tellTheCaller' | 'callerText'> {
  const { 'tell-the-caller': tellTheCaller, 'caller-text': callerText = null } = chosen
  if (tellTheCaller === 'nothing' && callerText !== null) {
    const message = '`caller-text` is told to nobody beside `tell-the-caller: nothing`: take one of them out'
    fault(below(site, 'we-chose', 'caller-text'), 'unused', message)
  }
  return { tellTheCaller, callerText }
}

/** On the raw keys, so that it is said beside whatever else is wrong in the file. */
export function checkHead(site: Site, fault: Fault): void {
  const keys = Object.keys(topKeys(site.file.document.value))
  // A file that was cut short loses its examples first and is refused for it; it never passes for a directive with fewer limbs.
  if (keys.includes('examples') && keys.at(-1) !== 'examples') {
    const message =
      '`examples` must be the last key: a file that was cut short then never passes for a shorter directive'
    fault(below(site, 'examples'), 'examples-not-last', message)
  }
}

export function checkSupersedes({ version, supersedes = [] }: HeadKeys, site: Site, fault: Fault): void {
  for (const [index, earlier] of supersedes.entries()) {
    if (earlier < version) continue
    fault(below(site, 'supersedes', index), 'supersedes-later', `version ${version} can only supersede earlier ones`)
  }
}
