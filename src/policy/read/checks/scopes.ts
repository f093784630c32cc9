// What an instrument covers: each line of its scope names something, and all lines together cover a model.
import type { EvaluationWindow, Scope } from '../../bundle/bundle.ts'
import type { Context, Written } from '../context.ts'
import type { FaultPath, PolicyFile } from '../fault.ts'
import { covered, inTier, type Known, namedBy } from './known.ts'

export function checkScope(
  scope: Scope,
  { file }: Pick<Written<unknown>, 'file'>,
  known: Known,
  { report }: Context,
): void {
  let said = false
  const never = (path: FaultPath, message: string): void => {
    said = true
    report.error(file, ['applies-to', ...path], 'matches-nothing', `${message}, so that this could never match`)
  }
  if (scope.models !== 'all' && scope.models.families.length + scope.models.ids.length === 0) {
    never([], 'no family and no model is named')
  }
  const reached = namedBy(scope, known)
  // Where nothing is reached, the names were unknown and have been reported.
  if (reached.length === 0) return
  for (const [index, variant] of listed(scope.variants)) {
    const exists = variant === null || reached.some((model) => model.variants.some((one) => one.id === variant))
    if (!exists) never(['variants', index], `none of these models has the variant \`${variant}\``)
  }
  for (const [index, mode] of listed(scope.modes)) {
    if (reached.some((model) => model.modes.includes(mode))) continue
    never(['modes', index], `none of these models has the mode \`${mode}\``)
  }
  for (const [index, risk] of listed(scope.risks)) {
    if (reached.some((model) => inTier(model, risk, known))) continue
    never(['risk-tiers', index], `the catalogue puts none of these models in \`${risk.domain}/${risk.tier}\``)
  }
  if (!said && covered(scope, known).length === 0) {
    never([], 'no model has what these lines ask for together')
  }
}

const listed = <T>(line: 'any' | readonly T[]): readonly [number, T][] => (line === 'any' ? [] : [...line.entries()])

export function checkWindow({ scope }: EvaluationWindow, file: PolicyFile, known: Known, { report }: Context): void {
  const open = namedBy(scope, known).filter(
    (model) =>
      model.release === 'released' &&
      (scope.variants === 'any' ||
        scope.variants.some(
          (id) => id === null || model.variants.some((one) => one.id === id && one.release === 'released'),
        )),
  )
  for (const model of open) {
    const message = `\`${model.id}\` is released: a window admits to what the catalogue calls unreleased`
    report.error(file, ['applies-to'], 'window-over-released', message)
  }
}
