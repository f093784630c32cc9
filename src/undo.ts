// Undo: what was opened, to be closed in reverse order, once, whatever fails on the way: the log's last checkpoint must not hang
// on a listener that could not close.

export class Undo {
  readonly #steps: (() => Promise<unknown>)[] = []
  #running: Promise<void> | undefined

  push(step: () => Promise<unknown>): void {
    this.#steps.push(step)
  }

  /** Remembers to close the part, and gives it back. */
  keep<Part extends { close(): unknown }>(part: Part): Part {
    this.push(async () => part.close())
    return part
  }

  /** Runs every step; rejects with all their errors once the last one has run. */
  all(): Promise<void> {
    this.#running ??= this.#run()
    return this.#running
  }

  async #run(): Promise<void> {
    const errors: unknown[] = []
    for (const step of this.#steps.toReversed()) await step().catch((error: unknown) => errors.push(error))
    if (errors.length > 0) throw new AggregateError(errors, 'not everything could be closed')
  }
}
