// The bounds of a fleet, as limits.ts has those of a gate.

/** Bytes, milliseconds (`Ms`) or counts, as the name's end says. */
export const fleetLimits = {
  /** The shortest lease of a fleet: a third of it must leave time for a word over a slow network. */
  leaseLeastMs: 3_000,
  /** A gate whose policy is not confirmed asks `control` this often. */
  askAgainMs: 1_000,
  /** A gate waits this long for an answer of `control`, and for a bundle, which may be large. */
  callMs: 2_000,
  bundleMs: 20_000,
  /** A signed statement, and what is suspended, as `control` sends them. */
  statementBytes: 4_096,
  suspensionsBytes: 4_194_304,
  /** Of one command, by a Redis Cluster whose slots have moved: after more of them it does not know itself. */
  redisRedirections: 3,
  /** Between two alarms about what is in Redis: whoever can write there must not fill the log. */
  redisAlarmMs: 60_000,
  /** Grants that one call to `control` asks for, and the signed answer. */
  allotmentGrants: 100,
  allotmentBytes: 65_536,
  /** Of a licensed amount that is used up a gate asks again this often: another one may have given something back. */
  usedUpMs: 1_000,
  /** A gate gives back what it had at hand for so long beyond a portion. */
  surplusMs: 10_000,
  /** What is revoked: as many as may stand, each with an issuer and a name as long as they may be. */
  revocationsBytes: 33_554_432,
  /** A gate that reports is given a statement no older than this, so that it has its whole lease before it. */
  statementAgeMs: 500,
  /** Gates of which `control` keeps what they enforce. */
  gates: 10_000,
  /** A gate that was not heard of for so long is no longer waited for: shut long since, and away for longer than a holiday. */
  gateForgottenMs: 1_209_600_000,
  /** When a gate was last heard of is written to the journal this often. */
  gateNotedMs: 86_400_000,
  /** Activations that the journal of `control` keeps: the newest ones. */
  activations: 1_000,
  /** An officer who publishes waits this long: control may have to compare two policies first. */
  publishCallMs: 150_000,
  /** A policy that is in force is signed after so long, written down or not. */
  unwrittenMs: 1_000,
} as const
