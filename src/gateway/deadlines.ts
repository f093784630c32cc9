// Deadlines: waits of one length, of which nearly all end before it is over. One timer looks after all of them, at most once in a tick,
// so that a wait that begins and ends costs two steps on a set; a deadline is found up to a tick late.
const tickMs = 250

export interface Deadline {
  readonly at: number
  readonly pass: () => void
}

export interface Deadlines {
  /** @param pass called once, when the wait was not ended in time */
  begin(pass: () => void): Deadline
  end(deadline: Deadline): void
}

export function createDeadlines(ms: number): Deadlines {
  // Invariant: in the order in which they began, and so in that in which they are over.
  const open = new Set<Deadline>()
  let timer: NodeJS.Timeout | undefined

  const look = (): void => {
    timer = undefined
    const now = performance.now()
    for (const deadline of open) {
      if (deadline.at > now) break
      open.delete(deadline)
      deadline.pass()
    }
    if (open.size > 0) watch()
  }
  const watch = (): void => {
    timer = setTimeout(look, Math.min(tickMs, ms))
    timer.unref()
  }

  return {
    begin(pass) {
      const deadline = { at: performance.now() + ms, pass }
      open.add(deadline)
      if (timer === undefined) watch()
      return deadline
    },
    end: (deadline) => void open.delete(deadline),
  }
}
