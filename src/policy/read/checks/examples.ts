// Runs the examples through the engine itself. Those in an instrument's file are decided by that instrument alone, with the grants
// and withdrawals that name it, so that another directive cannot hide what it does; those beside are decided by the whole policy.
import type { Decision, Truth } from '../../../vocabulary/decision.ts'
import type { Bundle, Directive, Grant } from '../../bundle/bundle.ts'
import { answerOf, type Case, differences, factsOf } from '../../case/case.ts'
import { decide } from '../../engine/decide.ts'
import { accountOf } from '../../explain/account.ts'
import { decisive } from '../../explain/decisive.ts'
import { explain } from '../../explain/explain.ts'
import { type Instruments, partsOf } from '../../load/load.ts'
import type { Context, Written } from '../context.ts'
import type { Example } from '../fields/examples.ts'
import type { Folder } from '../folder.ts'

export interface ExampleResult {
  readonly file: string
  readonly line: number
  readonly sentence: string
  /** With the issuers that its short ids stand for. */
  readonly case: Case
  readonly passed: boolean
  /** What was decided: `permit` or `deny <reason>`. */
  readonly answer: string
  /** How it differs from what was expected; [] where it passed. */
  readonly differences: readonly string[]
}

interface Run {
  readonly result: ExampleResult
  readonly decision: Decision
}

/** Reports each example that fails, and each limb that has no example on one of its sides. */
export function runExamples(bundle: Bundle, folder: Folder, context: Context): readonly ExampleResult[] {
  const results: ExampleResult[] = []
  const policyOf = partsOf(bundle)
  const run = (examples: readonly Example[], part: Instruments): readonly Run[] => {
    if (examples.length === 0) return []
    const policy = policyOf(
      part,
      examples.flatMap((example) => example.case.asks.model),
    )
    const runs = examples.map((example): Run => {
      const facts = factsOf(example.case)
      const decision = decide(policy, facts, example.case.when, { clockUncertaintyMs: 0 })
      const found = differences(example.case, decision)
      if (found.length > 0) {
        const why = decisive(
          explain(accountOf(decision, { instant: example.case.when, policy: null, facts }), policy.bundle),
        )
        const message = `the example fails: ${found.join('; ')}. ${why}`
        context.report.error(example.file, example.path, 'example-failed', message, 'key')
      }
      const answer = answerOf(decision)
      const passed = found.length === 0
      const { sentence, case: asked, file, line } = example
      const result = { file: file.path, line, sentence, case: asked, passed, answer, differences: found }
      return { result, decision }
    })
    results.push(...runs.map(({ result }) => result))
    return runs
  }

  const { directivesOf, concerning } = indexInstruments(bundle)
  for (const written of folder.directives) {
    const runs = run(written.examples, concerning([written.noun]))
    checkCoverage(written, runs, context)
  }
  for (const { noun, file, examples } of folder.grants) {
    const named = [...new Set(noun.discharges.map(({ directive }) => directive))].flatMap(directivesOf)
    const runs = run(examples, { ...concerning(named), grants: [noun] })
    if (runs.every(({ result, decision }) => result.passed && decision.reason !== 'permitted_under_grant')) {
      context.report.error(file, ['examples'], 'example-missing', 'no example is permitted under this grant: add one')
    }
  }
  for (const { noun, examples } of folder.withdrawals) run(examples, concerning(directivesOf(noun.directive)))
  run(folder.examples, bundle)
  return results
}

/** By the directive that they name: there are thousands of instruments, and a few speak of any one. */
function indexInstruments({ directives, grants, withdrawals }: Instruments): {
  readonly directivesOf: (id: string) => readonly Directive[]
  readonly concerning: (directives: readonly Directive[]) => Instruments
} {
  const versions = Map.groupBy(directives, ({ id }) => id)
  const withdrawing = Map.groupBy(withdrawals, ({ directive }) => directive)
  const granting = new Map<string, Set<Grant>>()
  for (const grant of grants) {
    for (const { directive } of grant.discharges) {
      granting.set(directive, (granting.get(directive) ?? new Set()).add(grant))
    }
  }
  const concerning = (part: readonly Directive[]): Instruments => {
    const ids = [...new Set(part.map(({ id }) => id))]
    const names = (directive: string, named: readonly number[]): boolean =>
      part.some((one) => one.id === directive && named.includes(one.version))
    return {
      directives: part,
      grants: [...new Set(ids.flatMap((id) => [...(granting.get(id) ?? [])]))].filter(({ discharges }) =>
        discharges.some((one) => names(one.directive, one.versions)),
      ),
      withdrawals: ids
        .flatMap((id) => withdrawing.get(id) ?? [])
        .filter(({ directive, versions: named }) => names(directive, named)),
    }
  }
  return { directivesOf: (id) => versions.get(id) ?? [], concerning }
}

/** Both sides of each limb: one example that it prohibits, one that it lets through. */
function checkCoverage({ noun, file }: Written<Directive>, runs: readonly Run[], { report }: Context): void {
  // What a failing example shows is not known yet.
  if (runs.length === 0 || runs.some(({ result }) => !result.passed)) return
  const missing = (message: string): void => report.error(file, ['examples'], 'example-missing', message)
  if (noun.kind === 'evaluation-window') {
    for (const effect of ['permit', 'deny'] as const) {
      if (!runs.some(({ decision }) => decision.effect === effect)) missing(`no example shows a ${effect}: add one`)
    }
    return
  }
  for (const limb of noun.limbs) {
    const shows = (effect: Decision['effect'], value: Truth): boolean =>
      runs.some(
        ({ decision }) =>
          decision.effect === effect &&
          decision.determinations.some(
            (one) =>
              one.directive === noun.id &&
              one.version === noun.version &&
              one.limbs.some((seen) => seen.limb === limb.id && seen.value === value),
          ),
      )
    if (!shows('deny', 'true')) missing(`no example is denied by limb \`${limb.id}\`: add one`)
    if (!shows('permit', 'false')) missing(`no example is permitted past limb \`${limb.id}\`: add one`)
  }
}
