// The tests of which a condition is made.

import type { Condition, Test } from './directives.ts'

export function testsOf(condition: Condition): readonly Test[] {
  return 'of' in condition ? condition.of.flatMap(testsOf) : [condition]
}

const personal: ReadonlySet<Test['test']> = new Set<Test['test']>(['foreign-person', 'nationality', 'residence'])

/** It asks who somebody is, not where they are nor what a register says of them. */
export const testsPersons = (condition: Condition): boolean => testsOf(condition).some(({ test }) => personal.has(test))
