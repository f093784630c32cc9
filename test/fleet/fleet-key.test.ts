import { randomBytes } from 'node:crypto'
import t from 'tap'
import { gateCredential } from '../../src/fleet/fleet-key.ts'
import { gateCredentialCheck } from '../../src/fleet/index.ts'

t.test('control admits gates of its key, and of the other one while it is changed', async (t) => {
  const [key, previousKey, another] = [randomBytes(32), randomBytes(32), randomBytes(32)]
  const during = gateCredentialCheck({ key, previousKey })
  t.equal(during(gateCredential(key)), true)
  t.equal(during(gateCredential(previousKey)), true)
  for (const value of [gateCredential(another), '', undefined, 'Bearer fleet.']) t.equal(during(value), false)
  const after = gateCredentialCheck({ key, previousKey: null })
  t.equal(after(gateCredential(key)), true)
  t.equal(after(gateCredential(previousKey)), false)
})
