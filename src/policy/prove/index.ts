// The front of the prove room: claims in controlled English, and whether they hold of a policy.

export { factsText } from '../space/index.ts'
export type { Claim, ClaimFault } from './claim.ts'
export type { CounterExample } from './counter-example.ts'
export { type ClaimReading, parseClaim } from './parse-claim.ts'
export { type Covered, type Proof, type ProveOptions, prove } from './prove.ts'
