// What ends the start of control: a damaged journal, a folder that is older than its journal, a second control on the same folder.
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { startFleet } from '../support/fleet.ts'
import { keyFiles, runPolicy } from '../support/officers.ts'

t.setTimeout(600_000)

t.test('two officers publish; control starts with nothing less than it has signed', async (t) => {
  const fleet = await startFleet(t, {
    policy:
      '{ source: control, signers: [{ name: bob, key: bob.pub.pem, may: [policy, registers] }, { name: cyd, key: cyd.pub.pem, may: [policy, registers] }] }',
  })
  const at = (name: string): string => join(fleet.folder, name)
  for (const name of ['bob', 'cyd']) keyFiles(fleet.folder, name)
  const control = await fleet.control()
  const bundle = fleet.build(1, '--registers', at('registers'))
  const sign = (file: string, name: string): void => {
    const { code, err } = runPolicy('sign', file, '--key', at(`${name}.pem`))
    if (code !== 0) throw new Error(err)
  }
  sign(at('registers'), 'bob')
  sign(bundle, 'bob')
  const alone = await fleet.publish(bundle, at('registers'))
  t.match(alone, { code: 2, err: /approvals_missing.*nothing is in force that it could only close/ })
  sign(bundle, 'cyd')
  t.match(await fleet.publish(bundle, at('registers')), { code: 0, out: /^Policy serial 1, registers serial 1,/ })
  await t.rejects(fleet.control(), /control ended with 1.*(holds|is held)/s, 'a second one does not start')
  await control.end('SIGKILL')

  const journal = at('control/journal.ndjson')
  const kept = at('control/policy-in-force.json')
  const whole = await readFile(journal)
  await writeFile(journal, whole.subarray(0, -2))
  await t.rejects(fleet.control(), /journal of control .*journal\.ndjson.* was cut short.*put it back from a copy/s)
  await writeFile(journal, String(whole).replace('"policySerial":1', '"policySerial":2'))
  await t.rejects(fleet.control(), /is damaged in line \d+.*put it back from a copy/s)
  await writeFile(journal, whole)
  await copyFile(kept, at('copy'))
  await rm(kept)
  await t.rejects(
    fleet.control(),
    /serial 1 with registers 1 was activated, and .*policy-in-force\.json. holds nothing/s,
  )
  await copyFile(at('copy'), kept)
  await fleet.control()
  t.equal((await fleet.status()).policy?.serial, 1)
})
