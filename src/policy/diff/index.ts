// The front of the diff room.

export { SpaceError } from '../space/index.ts'
export { type Change, type Example } from './changes.ts'
export { type DiffOptions, diffOf, firstOpening, type PolicyDiff } from './diff.ts'
export type { Turn } from './flips.ts'
export type { InstrumentChange } from './instruments.ts'
export { changeCause, changeExample, changeTimes, openingText } from './words.ts'
