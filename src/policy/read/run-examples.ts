// Runs the examples through the engine itself. Those in an instrument's file are decided by that instrument alone, with the grants
// and withdrawals that name it, so that another directive cannot hide what it does; those beside are decided by the whole policy.
import type { JsonValue } from '../../json/index.ts'
import type { Decision } from '../../vocabulary/decision.ts'
import type { Bundle, Directive } from '../bundle/bundle.ts'
import { answerOf, differences, factsOf } from '../case/case.ts'
import { decide } from '../engine/decide.ts'
import { loadPolicy } from '../engine/load.ts'
import type { Context, Written } from './context.ts'
import type { Example } from './examples.ts'
import type { Folder } from './folder.ts'

export interface ExampleResult {
  readonly file: string
  readonly line: number
  readonly sentence: string
  readonly passed: boolean
  /** What was decided: `permit` or `deny <reason>`. */
  readonly answer: string
  /** How it differs from what was expected; [] where it passed. */
  readonly differences: readonly string[]
}

interface Run extends ExampleResult {
  readonly decision: Decision
}

/** Reports each example that fails, and each limb that has no example on one of its sides. */
export function runExamples(bundle: Bundle, folder: Folder, context: Context): readonly ExampleResult[] {
  const results: ExampleResult[] = []
  const run = (examples: readonly Example[], policy: Bundle): readonly Run[] => {
    if (examples.length === 0) return []
    const loaded = loadPolicy(policy as unknown as JsonValue)
    const runs = examples.map((example): Run => {
      const decision = decide(loaded, factsOf(example.case), example.case.when, { clockUncertaintyMs: 0 })
      const found = differences(example.case, decision)
      for (const difference of found) {
        context.report.error(example.file, example.path, 'example-failed', `the example fails: ${difference}`, 'key')
      }
      const { line } = example.file.document.positionOf(example.path, 'key')
      const answer = answerOf(decision)
      const passed = found.length === 0
      return { file: example.file.path, line, sentence: example.sentence, passed, answer, differences: found, decision }
    })
    results.push(...runs.map(({ decision: _, ...result }) => result))
    return runs
  }

  for (const written of folder.directives) {
    const runs = run(written.examples, concerning(bundle, [written.noun]))
    checkCoverage(written, runs, context)
  }
  for (const { noun, file, examples } of folder.grants) {
    const named = bundle.directives.filter((one) => noun.discharges.some(({ directive }) => directive === one.id))
    const runs = run(examples, { ...concerning(bundle, named), grants: [noun] })
    if (runs.every(({ passed, decision }) => passed && decision.reason !== 'permitted_under_grant')) {
      context.report.error(file, ['examples'], 'example-missing', 'no example is permitted under this grant: add one')
    }
  }
  for (const { noun, examples } of folder.withdrawals) {
    run(
      examples,
      concerning(
        bundle,
        bundle.directives.filter(({ id }) => id === noun.directive),
      ),
    )
  }
  run(folder.examples, bundle)
  return results
}

function concerning(bundle: Bundle, directives: readonly Directive[]): Bundle {
  const names = (directive: string, versions: readonly number[]): boolean =>
    directives.some((one) => one.id === directive && versions.includes(one.version))
  return {
    ...bundle,
    directives,
    grants: bundle.grants.filter((grant) => grant.discharges.some((one) => names(one.directive, one.versions))),
    withdrawals: bundle.withdrawals.filter((one) => names(one.directive, one.versions)),
  }
}

/** Both sides of each limb: one example that it prohibits, one that it lets through. */
function checkCoverage({ noun, file }: Written<Directive>, runs: readonly Run[], { report }: Context): void {
  // What a failing example shows is not known yet.
  if (runs.length === 0 || runs.some(({ passed }) => !passed)) return
  const missing = (message: string): void => report.error(file, ['examples'], 'example-missing', message)
  if (noun.kind === 'evaluation-window') {
    for (const effect of ['permit', 'deny'] as const) {
      if (!runs.some(({ decision }) => decision.effect === effect)) missing(`no example shows a ${effect}: add one`)
    }
    return
  }
  for (const limb of noun.limbs) {
    const values = runs.flatMap(({ decision }) =>
      decision.determinations
        .filter((one) => one.directive === noun.id && one.version === noun.version)
        .flatMap((one) =>
          one.limbs.filter(({ limb: id }) => id === limb.id).map(({ value }) => `${decision.effect} ${value}`),
        ),
    )
    if (!values.includes('deny true')) missing(`no example is denied by limb \`${limb.id}\`: add one`)
    if (!values.includes('permit false')) missing(`no example is permitted past limb \`${limb.id}\`: add one`)
  }
}
