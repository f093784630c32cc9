// Deadlines: waits of one length, of which nearly all end before it is over. One timer looks after all of them, at most once in a tick,
// so that a wait that begins and ends costs two steps on a roll; a deadline is found up to a tick late.
import { type Member, Roll } from '../vocabulary/roll.ts'

const tickMs = 250

interface Wait {
  readonly at: number
  readonly pass: () => void
}

export type Deadline = Member<Wait>

export interface Deadlines {
  /** @param pass called once, when the wait was not ended in time */
  begin(pass: () => void): Deadline
  end(deadline: Deadline): void
}

export function createDeadlines(ms: number): Deadlines {
  // Invariant: in the order in which they began, and so in that in which they are over.
  const open = new Roll<Wait>()
  let timer: NodeJS.Timeout | undefined

  const look = (): void => {
    timer = undefined
    const now = performance.now()
    for (let wait = open.first; wait !== undefined && wait.at <= now; wait = open.first) {
      open.leaveFirst()
      wait.pass()
    }
    if (open.size > 0) watch()
  }
  const watch = (): void => {
    timer = setTimeout(look, Math.min(tickMs, ms))
    timer.unref()
  }

  return {
    begin(pass) {
      if (timer === undefined) watch()
      return open.enter({ at: performance.now() + ms, pass })
    },
    end: (deadline) => open.leave(deadline),
  }
}
