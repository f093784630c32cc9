// The front of the decision log: what other rooms may use.
export type { Disk } from './durable.ts'
export { LogLocked } from './lock.ts'
export { type DecisionLog, type LogOptions, type LogStatus, openLog } from './log.ts'
export { LogDamaged, LogUnavailable, type UnavailableCause } from './unavailable.ts'
export { type LogReport, type VerifyOptions, type VerifyReport, verifyLog } from './verify.ts'
