// What became of the statements that a gate heard, by Redis or from control, and of lists that none of them names; counters only grow.
import type { Objection } from './statement.ts'

export type FleetCounters = Record<'accepted' | 'unreadable' | 'forged' | Objection | 'unsigned-list', number>

export const newFleetCounters = (): FleetCounters => ({
  accepted: 0,
  unreadable: 0,
  forged: 0,
  expired: 0,
  ahead: 0,
  replayed: 0,
  conflicting: 0,
  'unsigned-list': 0,
})
