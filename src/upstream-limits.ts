// The bounds of connections to model APIs, as limits.ts has those of what clients send. How long an answer may take is a setting.

/** Bytes or milliseconds (`Ms`), as the name's end says. */
export const upstreamLimits = {
  /** Read of a connection at once. */
  readBytes: 65_536,
  /** Of the head of an answer, and of the trailers behind it: providers send two KiB. */
  headBytes: 16_384,
  /** Of a line that says how long a chunk is, or of one trailer. */
  lineBytes: 4_096,
  /** A connection that nobody uses is ended after this, unless the model API said for how long it keeps it. */
  idleMs: 4_000,
  /** Never kept longer, whatever it said. */
  idleMostMs: 600_000,
  /** Ended so long before the model API would: what is sent while it ends the connection is lost. */
  idleMarginMs: 2_000,
  /** How often is looked for connections that have grown old. */
  sweepMs: 1_000,
  /** For so long a TLS session spares the next connection the proof of who the model API is. */
  sessionMs: 3_600_000,
  /** A connection on which nothing is said is probed by the kernel after this. */
  probeMs: 60_000,
} as const
