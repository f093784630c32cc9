// What an append can fail with. Its callers answer 503 `log_unavailable`, whatever the cause.

/**
 * `slow`: not durable within the append timeout · `queue_full`: too many records wait for the disk · `no_space`: the disk is
 * full or there is no descriptor for the next segment, the log goes on by itself when there is room · `poisoned`: the disk or the file cannot be trusted any more, the process
 * must end · `closed`: after `close` · `record_fault`: the record holds what no record may.
 */
export type UnavailableCause = 'slow' | 'queue_full' | 'no_space' | 'poisoned' | 'closed' | 'record_fault'

export class LogUnavailable extends Error {
  readonly code = 'log_unavailable'
  readonly why: UnavailableCause

  constructor(why: UnavailableCause, detail: string) {
    super(`the decision log cannot record: ${detail}`)
    this.why = why
  }
}

/** Start-up found what recovery must not touch. People decide; until then nothing is served. */
export class LogDamaged extends Error {
  readonly code = 'log_damaged'
}

/** @param directory of the log */
export function damaged(directory: string, what: string): LogDamaged {
  return new LogDamaged(
    `${what}: keep \`${directory}\` as it is for whoever audits it; put it back from a copy, or let \`log.path\` name a new directory, ` +
      'with copies of the files that stand beside the logs',
  )
}
