// Front of the room of time: whether the wall clock stands, what time it is by one that nobody sets, and waits that end in time or not.
export { type ClockWatch, watchClock } from './clock-watch.ts'
export { createDeadlines, type Deadline, type Deadlines } from './deadlines.ts'
export { together } from './together.ts'
