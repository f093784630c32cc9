// The bounds of one process of a gate (its files), as limits.ts has those of what comes from outside.

/** Counts. */
export const processLimits = {
  /** Open connections on the admin listener: consoles, scrapes and enforcement points; idle ones give way to new ones. */
  adminConnections: 256,
  /**
   * Files that are open for a moment beside all connections: the log's next segment, checkpoint and roster, the policy's files and its
   * compiler with six pipes, journals, issuers' keys, Redis.
   */
  descriptorsKept: 16,
} as const
