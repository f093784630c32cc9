// The front of acts: what officers do by hand in a process that keeps a decision log, be it a gate or a fleet's control, on record in the
// same words; and how such a process notes whatever else happens.
export { createNotes, type Notes } from './notes.ts'
export { openRevoking } from './revoking.ts'
export { openSuspending } from './suspending.ts'
