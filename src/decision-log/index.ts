// The front of the decision log. Writing: `openLog`, one per process. Reading, also while it is written to: `queryLog`,
// `showRecord`, `pseudonymOf`. Proving: `verifyLog`. Errors are told apart by `code`: `log_unavailable` (an append, answer 503),
// `log_locked` and `log_damaged` (opening; serve nothing).
export type { Disk } from './durable.ts'
export { openSigningKey, type SigningKey } from './keys.ts'
export { controlOrigin, processOrigin } from './layout.ts'
export { lockGate, takeLock } from './lock.ts'
export { type DecisionLog, type LogOptions, type LogStatus, openLog } from './log.ts'
export {
  type Condition,
  conditions,
  directivesIn,
  kindsThatHave,
  kindsToAsk,
  modelsIn,
  namesNotAllModels,
  subjectsIn,
} from './names-in.ts'
export { pseudonymOf } from './pseudonym-of.ts'
export { type LogQuery, queryLog } from './query.ts'
export type { FoundRecord } from './read-committed.ts'
export { type ShownRecord, showRecord } from './show.ts'
export type { LogUnavailable, UnavailableCause } from './unavailable.ts'
export { type LogReport, type VerifyOptions, type VerifyReport, verifyLog } from './verify.ts'
