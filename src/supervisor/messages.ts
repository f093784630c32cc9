// What a supervisor and its workers say to each other, over the channel that node:cluster gives them. Nobody else is on it.
import type { Check } from '../admin/index.ts'
import type { Settings } from '../vocabulary/settings.ts'

/** What a gate says of itself, of which every worker has a part. */
export interface Reports {
  readonly checks: readonly Check[]
  /** Values of metrics, as prom-client writes them. */
  readonly metrics: readonly object[]
}

export type Topic = keyof Reports

/** What all of them say as one. */
export interface Answers {
  readonly checks: readonly Check[]
  /** OpenMetrics text. */
  readonly metrics: string
}

/** All that a worker needs to begin: it reads no settings itself, so that all have the same. */
export interface Beginning {
  /** From 1. */
  readonly number: number
  /** The gate's name in its fleet. */
  readonly gate: string
  readonly settings: Settings
  /** Checks without which it does not listen: those that the worker passes whose place it is to take. */
  readonly mustPass: readonly string[]
}

/** `leave`: no new connection, and those that are open end by themselves. `end`: open answers have a moment. */
export type HowToEnd = 'leave' | 'end'

export type ToWorker =
  | { readonly kind: 'begin'; readonly beginning: Beginning }
  | { readonly kind: 'report'; readonly id: number; readonly topic: Topic }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answers[Topic] }
  | { readonly kind: 'end'; readonly how: HowToEnd }

export type FromWorker =
  /** It listens to this channel from now on. */
  | { readonly kind: 'here' }
  | { readonly kind: 'serving'; readonly data: string; readonly admin: string }
  /** `isLasting`: trying again would not help. */
  | { readonly kind: 'failed'; readonly why: string; readonly isLasting: boolean }
  | { readonly kind: 'report'; readonly id: number; readonly report: Reports[Topic] }
  | { readonly kind: 'ask'; readonly id: number; readonly topic: Topic }
  | { readonly kind: 'log-lost' }
  /** What it counted, when all is closed. */
  | { readonly kind: 'last'; readonly metrics: readonly object[] }
