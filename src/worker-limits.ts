// The bounds of several workers of one gate, as limits.ts has those of a gate.
import assert from 'node:assert'
import { limits } from './limits.ts'

/** Milliseconds (`Ms`) or counts, as the name's end says. */
export const workerLimits = {
  /** Workers of one gate: each holds the policy, caches and connections of its own, and no machine has more cores to spare. */
  most: 128,
  /** What a worker says of itself for `/readyz` and `/metrics` is waited for so long; a probe gives up after a few seconds. */
  reportMs: 1_500,
  /** A worker that died is started again after this, then after twice as long, and so on; one that has served for a while begins anew. */
  againMs: 250,
  againMostMs: 30_000,
  steadyMs: 60_000,
  /** So many starts of one worker may fail in a row: some twenty seconds, within which a full disk or a short network passes. */
  starts: 7,
  /** From its start to its listening: the longest log that recovery reads takes some seconds of it. */
  startMs: 300_000,
  /** A worker that a reload begins is not listening before it is as ready as the one before it; later than this, it is given up. */
  readyMs: 30_000,
  /** On a reload the old worker lets its connections end for so long: idle ones end themselves before, and so do nearly all answers. */
  leaveMs: 300_000,
  /** A worker that was told to end and has not, although all its own times are over, is killed. */
  endMs: 20_000,
} as const

assert(limits.keepAliveMs < workerLimits.leaveMs, 'idle connections end before a worker leaves')
assert(limits.drainMs + 4 * limits.drainLastMs < workerLimits.endMs, 'no worker is killed while it drains')
assert(workerLimits.readyMs < workerLimits.startMs, 'a worker that is not ready says so itself')
