// The front of the space room: the finite set of requests that policies can tell apart, each with one concrete request.

export { describe } from './describe.ts'
export type { Interval } from './moments.ts'
export type { Asides, Predicate } from './predicates.ts'
export { answer, type Detail } from './profiles.ts'
export type { ResourceClass } from './resources.ts'
export {
  type Asker,
  askedAlone,
  askedInCompany,
  type Companion,
  hostKey,
  type RequestClass,
  requestOf,
  type Slice,
  type Space,
  type SpaceOptions,
  spaceOf,
} from './space.ts'
export { SpaceError } from './space-error.ts'
export { factsText, type WrittenCase, writtenCase } from './written-case.ts'
