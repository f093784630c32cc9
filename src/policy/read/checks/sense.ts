// Checks on what the files mean together: that each instrument can match something, says what its tests need, opens nothing by
// accident, and gives back what it seems to give back.
import type { Context } from '../context.ts'
import type { Folder } from '../folder.ts'
import { checkCatalogue } from './catalogue.ts'
import { checkGrant } from './grants.ts'
import { knownIn } from './known.ts'
import { checkLimbs } from './limbs.ts'
import { checkObligations } from './obligations.ts'
import { warnOfReview } from './reviews.ts'
import { checkScope, checkWindow } from './scopes.ts'
import { checkVersions, checkWithdrawal } from './versions.ts'

export function checkSense(folder: Folder, context: Context, now: number | undefined): void {
  const known = knownIn(folder)
  checkCatalogue(folder, context)
  for (const directive of folder.directives) {
    checkScope(directive.noun.scope, directive, known, context)
    checkObligations(directive, known, context)
    if (directive.noun.kind === 'evaluation-window') checkWindow(directive.noun, directive.file, known, context)
    else checkLimbs(directive.noun, directive.file, known, context)
  }
  checkVersions(folder, known, context)
  for (const grant of folder.grants) {
    checkScope(grant.noun.scope, grant, known, context)
    checkObligations(grant, known, context)
    checkGrant(grant, known, context)
  }
  for (const withdrawal of folder.withdrawals) checkWithdrawal(withdrawal, known, context)
  if (now !== undefined) warnOfReview(folder, now, context)
}
