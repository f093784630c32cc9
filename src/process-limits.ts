// The bounds of one process of a gate (its files, its clock), as limits.ts has those of what comes from outside.

/** Counts or milliseconds (`Ms`), as the name's end says. */
export const processLimits = {
  /** Open connections on the admin listener: consoles, scrapes and enforcement points; idle ones give way to new ones. */
  adminConnections: 256,
  /**
   * Files that are open for a moment beside all connections: the log's next segment, checkpoint and roster, the policy's files and its
   * compiler with six pipes, journals, issuers' keys, Redis.
   */
  descriptorsKept: 16,
  /** A clock that moved by more than this beside one that only grows was set: a leap second is half of it (semantics.md §8). */
  clockStepMs: 2_000,
  /** How often is looked, beside every request. */
  clockLookMs: 1_000,
  /** After a step nothing is decided for so long: whoever corrects a clock may do it in more steps than one. */
  clockStableMs: 5_000,
  /**
   * Of a turn of the event loop, to decide open answers again and to end those that are denied: nobody is held up by thousands. What
   * follows in the same turn (writes, records) takes two or three times as long.
   */
  reviewTurnMs: 3,
  /** An outcome record, which nobody waits for, waits so long for a decision to share its group with. */
  outcomeRideMs: 10,
} as const
