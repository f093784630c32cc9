// Control's folder put back from a copy, with real processes: gates follow nothing that is older than what they have enforced.
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { startFleet, until } from '../support/fleet.ts'

t.setTimeout(120_000)

t.test('gates do not go back with control, and say why they are shut', async (t) => {
  const fleet = await startFleet(t, { lease: '5s' })
  const [folder, copy] = [join(fleet.folder, 'control'), join(fleet.folder, 'copy')]
  const before = await fleet.control()
  t.equal((await fleet.publish(fleet.build(1))).code, 0)
  await before.end('SIGTERM')
  await cp(folder, copy, { recursive: true })

  const after = await fleet.control()
  const gate = await fleet.gate('one')
  await fleet.restrict(Date.now() - 60_000)
  t.equal((await fleet.publish(fleet.build(2))).code, 0)
  await until('the second is enforced', async () => (await gate.ask('fable-5', 'foreign-national')).startsWith('403'))
  await after.end('SIGKILL')
  await rm(folder, { recursive: true })
  await cp(copy, folder, { recursive: true })

  await fleet.control()
  t.equal((await fleet.status()).policy?.serial, 1)
  await until('the gate says why', async () => {
    const { ok = true, detail = '' } = (await gate.check('fleet')) ?? {}
    return !ok && /what it says is not followed: it is older than what was enforced here/.test(detail)
  })
  t.equal(await gate.ask('fable-5'), '503 policy_stale')
  t.equal((await fleet.publish(fleet.build(3))).code, 0)
  await until('it opens with what is newer', async () => (await gate.ask('fable-5')) === '200')
})
