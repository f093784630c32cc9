// Look-up of a path in the route table: whole paths by their text, templates by their first segments and their length. Which rows
// fit does not depend on their order: the table has no two rows for one path and method (route-faults.ts).

import { matchSteps, type Step, segmentsOf, stepsOf, type Values } from './path-template.ts'
import type { Route } from './route.ts'

export interface IndexedRoute {
  readonly route: Route
  readonly steps: readonly Step[]
}

export interface Candidate extends IndexedRoute {
  readonly values: Values
}

export interface Candidates {
  /** Rows of any method whose path this is. */
  readonly fitting: readonly Candidate[]
  /** Rows whose path this would be, but for a value; asked only where none fits. */
  readonly misnamed: readonly { readonly route: Route; readonly name: string }[]
}

export interface RouteIndex {
  /** For a path and a method that stand in the table as they are, the look-up ends there. */
  find(path: string, method: string): Candidates
}

const none: readonly never[] = []

export function indexRoutes(routes: readonly Route[]): RouteIndex {
  const whole = new Map<string, Candidate[]>()
  const templates = new Map<string, IndexedRoute[]>()
  for (const route of routes) {
    const steps = stepsOf(route)
    if (steps.every((step) => typeof step === 'string')) {
      add(whole, route.path, { route, steps, values: {} })
    } else {
      const [first, second] = steps
      if (typeof first !== 'string') throw new Error(`\`${route.path}\` must begin with a literal`)
      add(templates, keyOf(steps.length, first, typeof second === 'string' ? second : undefined), { route, steps })
    }
  }

  return {
    find(path, method) {
      const exact = whole.get(path) ?? none
      if (exact.some(({ route }) => route.method === method && route.whenClient === null)) {
        return { fitting: exact, misnamed: none }
      }
      const fitting = [...exact]
      const segments = segmentsOf(path)
      const [first = '', second] = segments
      const misnamed: { route: Route; name: string }[] = []
      for (const key of [keyOf(segments.length, first, second), keyOf(segments.length, first, undefined)]) {
        for (const { route, steps } of templates.get(key) ?? none) {
          const reading = matchSteps(steps, segments)
          if (reading?.kind === 'values') fitting.push({ route, steps, values: reading.values })
          else if (reading !== null) misnamed.push({ route, name: reading.name })
        }
      }
      return { fitting, misnamed }
    },
  }
}

/** Templates share a bucket if they have as many segments and begin alike. */
function keyOf(length: number, first: string, second: string | undefined): string {
  return second === undefined ? `${length}/${first}` : `${length}/${first}/${second}`
}

function add<Row>(rows: Map<string, Row[]>, key: string, row: Row): void {
  const held = rows.get(key)
  if (held === undefined) rows.set(key, [row])
  else held.push(row)
}
