// The front of the fleet room: what a fleet's control says and hands out, and a gate that follows it.
export {
  type Allotment,
  type AllotmentRequest,
  allotmentRequestSchema,
  givenSchema,
  signAllotment,
} from './allotment.ts'
export type { Farewell, Report } from './control-client.ts'
export type { FleetCounters } from './counters.ts'
export { gateCredentialCheck } from './fleet-key.ts'
export { type Follower, type FollowerEvent, openFollower } from './follower.ts'
export { fromControl } from './from-control.ts'
export { gateNameIn, inheritMemory, workerFolder } from './inherit.ts'
export { createLease, type Lease } from './lease.ts'
export { type LeasedSource, leasedSource } from './leased-source.ts'
export { recallFleet } from './memory.ts'
export { nothingRevoked, type RevokedList, revokedList } from './revoked-list.ts'
export { digestOfStanding } from './standing-list.ts'
export { type FleetStatement, type Numbers, signStatement } from './statement.ts'
export { openStatementChannel, type StatementChannel } from './statement-channel.ts'
