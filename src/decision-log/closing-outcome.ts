// Outcomes that the log writes itself, because nobody else can any more (P6: two records per request).
import type { OutcomeRecord } from '../vocabulary/record.ts'

/** The decision became durable after its caller had given up and refused: without this the record would claim a passage. */
export function refusedOutcome(id: string, at: string): OutcomeRecord {
  return { ...closing(id, at), ending: 'refused', reason: 'log_unavailable', status: 503 }
}

/** The process ended between the decision and its outcome. */
export function crashOutcome(id: string, at: string): OutcomeRecord {
  return closing(id, at)
}

function closing(id: string, at: string): OutcomeRecord {
  return {
    k: 'outcome',
    id,
    at,
    ending: 'unknown_crash',
    reason: null,
    upstreamStatus: null,
    status: null,
    bytes: 0,
    outputTokens: null,
    servedModel: null,
    lastByteAt: null,
  }
}
