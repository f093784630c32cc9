// The front of control: the authority of a fleet, as one process.
export { type Control, openControl } from './open-control.ts'
