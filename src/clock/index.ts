// Front of the clock watch: whether the wall clock stands, and what time it is by one that nobody sets.
export { type ClockWatch, watchClock } from './clock-watch.ts'
