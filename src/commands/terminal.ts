// The terminal that a command writes to: its width, and whether it shows colours (node reads NO_COLOR and its kin for us).

export interface Terminal {
  readonly width: number
  readonly colour: boolean
}

/** Where standard output is no terminal, lines are as wide as a page and plain. */
export function terminal(): Terminal {
  const { stdout } = process
  const width = stdout.isTTY ? stdout.columns : pageWidth
  return { width: Math.max(leastWidth, Math.min(width, mostWidth)), colour: stdout.isTTY && stdout.hasColors() }
}

const pageWidth = 100
const leastWidth = 40
/** Longer lines are hard to read. */
const mostWidth = 120
