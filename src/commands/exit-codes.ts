/** What a command's exit tells a script: one table for all of them. */
export const exitCodes = {
  /** Done and fine. */
  done: 0,
  /** Bad usage, bad settings, I/O. */
  fault: 1,
  /** Answered "no": denied, an example failed, a claim refuted. */
  no: 2,
  /** The log is not intact. */
  logNotIntact: 3,
  /** The policy does not compile. */
  policyFaulty: 4,
  /** The log's disk failed under a gate or a fleet's control. */
  logLost: 74,
} as const
