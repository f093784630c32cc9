// What a policy that cannot be enforced says for itself: three faults, and that there are more.

import t from 'tap'
import { PolicyError } from '../../src/policy/index.ts'

t.test('the message names three faults at most, and the error carries all', async (t) => {
  const message = (...faults: readonly string[]): string => {
    const error = new PolicyError(faults)
    t.same(error.faults, faults)
    t.equal(error.name, 'PolicyError')
    t.equal(error.code, 'policy_invalid')
    return error.message
  }
  t.equal(message('a'), 'the policy cannot be enforced: a')
  t.equal(message('a', 'b', 'c'), 'the policy cannot be enforced: a; b; c')
  t.equal(message('a', 'b', 'c', 'd'), 'the policy cannot be enforced: a; b; c; …')
})
