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
  let isWatching = false

  // A process that stood still reads first what came meanwhile: it may be what is waited for.
  const look = (): void => {
    const isOver = open.first !== undefined && open.first.at <= performance.now()
    if (isOver) setImmediate(passAll)
    else watch()
  }
  const passAll = (): void => {
    const now = performance.now()
    for (let wait = open.first; wait !== undefined && wait.at <= now; wait = open.first) {
      open.leaveFirst()
      wait.pass()
    }
    watch()
  }
  const watch = (): void => {
    isWatching = open.size > 0
    if (isWatching) setTimeout(look, Math.min(tickMs, ms)).unref()
  }

  return {
    begin(pass) {
      const deadline = open.enter({ at: performance.now() + ms, pass })
      if (!isWatching) watch()
      return deadline
    },
    end: (deadline) => open.leave(deadline),
  }
}
