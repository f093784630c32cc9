// Reminders: what should have been looked at by now. A passed review warns and relaxes nothing.
import type { Context, Written } from '../context.ts'
import type { FaultPath } from '../fault.ts'
import type { Folder } from '../folder.ts'

export function warnOfReview(folder: Folder, now: number, { report }: Context): void {
  const remind = (reviewBy: number, { file }: Pick<Written<unknown>, 'file'>, path: FaultPath): void => {
    if (reviewBy > now) return
    const on = new Date(reviewBy).toISOString().slice(0, 10)
    const message = `should have been looked at by ${on}; it stays in force as it is`
    report.warning(file, path, 'review-passed', message)
  }
  for (const written of [...folder.directives, ...folder.grants, ...folder.withdrawals]) {
    remind(written.noun.about.reviewBy, written, ['review-by'])
  }
  for (const written of folder.directives) {
    if (written.noun.kind === 'evaluation-window') continue
    for (const [index, { whenUnknown }] of written.noun.limbs.entries()) {
      if (whenUnknown !== null) remind(whenUnknown.reviewBy, written, ['prohibited-when', index, 'review-by'])
    }
  }
  for (const [list, file] of folder.lists) remind(list.reviewBy, { file }, ['review-by'])
}
