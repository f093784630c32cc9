// Control over a disk that is full, or fails, under its log alone: what closes holds and is signed, what opens waits, and officers are told.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { verifyLog } from '../../src/decision-log/index.ts'
import { brittleDisk, controlOn, isOk } from '../support/control.ts'
import { until } from '../support/fleet.ts'

t.setTimeout(300_000)

const suspensions = '/v1/policy/suspensions'
const closedAllTheSame =
  /^family:open-1 is closed from now on, but that could not be recorded: .*; it holds all the same: keep this message/
const refused = (message: RegExp) => ({ status: 503, json: { error: { code: 'log_unavailable', message } } })

t.test('full: acts hold and are signed, lifting waits, and all is recorded again when there is room', async (t) => {
  const brittle = brittleDisk()
  const { lost, call, publish, signed, bundle, check, recorded, close, log } = await controlOn(t, brittle.disk)
  const first = bundle(1)
  t.equal((await publish(first)).status, 200)
  const before = await signed()

  brittle.code = 'ENOSPC'
  const open1 = '{"of":"open-1","why":"test"}'
  for (const officer of ['compliance', 'compliance-2'])
    t.match(await call(officer, suspensions, open1), refused(closedAllTheSame), 'also for who says it again')
  t.match((await signed()).suspensions, [{ of: 'family:open-1' }])
  const mallory = '{"kind":"subject","id":"mallory","for_good":true,"why":"test"}'
  t.match(
    await call('compliance', '/v1/revocations', mallory),
    refused(/^it is revoked from now on, but that could not be recorded/),
  )
  t.ok((await signed()).revocations.epoch > before.revocations.epoch, 'the statement says so')
  const second = bundle(2)
  t.match(await publish(second), refused(/^it is in force from now on, but who published it could not be recorded/))
  t.equal((await signed()).policy.serial, 2)
  t.match(await publish(first), refused(/^it was refused \(serial_not_higher: .*\), and that could not be recorded/))
  const lift = `${suspensions}/${(await signed()).suspensions[0]?.id}/lift`
  for (const officer of ['compliance', 'compliance-2'])
    t.match(await call(officer, lift, '{"why":"test"}'), refused(/^your word could not be recorded/))
  t.equal((await signed()).suspensions.length, 1, 'nobody opens anything off the record')
  t.match(await check('log'), { ok: false, detail: /^the log is (full|probing)$/ })

  brittle.code = null
  await until('there is room', async () => isOk(await check('log')))
  t.equal((await publish(second, 'compliance-2')).status, 200, 'sent again, it is on record')
  t.match(await call('compliance-2', suspensions, open1), { status: 200, json: { begun: false } })
  t.match(await call('compliance-2', '/v1/revocations', mallory), { status: 200, json: { begun: false } })
  for (const officer of ['compliance', 'compliance-2']) await call(officer, lift, '{"why":"test"}')
  t.equal((await signed()).suspensions.length, 0)
  await close()
  t.same(lost, [])
  const found = await recorded(
    'policy.published',
    'suspension.begun',
    'revocation.begun',
    'suspension.lifted',
    'log.recovered',
  )
  const subject = String(found[0]?.['subject'])
  t.match(found, [
    { k: 'policy.published', ended: 'in_force', serial: 1, subject },
    { k: 'log.recovered' },
    { k: 'policy.published', ended: 'in_force', serial: 2, policy_serial: 2, codes: [], subject },
    { k: 'policy.published', ended: 'unchanged', serial: 2, policy_serial: 2, codes: [] },
    { k: 'suspension.begun', of: 'family:open-1', subject },
    { k: 'revocation.begun', kind: 'subject', subject },
    { k: 'suspension.lifted', of: 'family:open-1' },
  ])
  t.equal(found.length, 7)
  t.not(found[3]?.['subject'], subject, 'who sent it again is somebody else')
  t.match(await verifyLog({ directory: log, key: `${log}-key.pem.pub` }), { intact: true })
})

t.test('failed: what closes holds, whoever runs it is told once, and nothing is acknowledged', async (t) => {
  const brittle = brittleDisk()
  const { lost, call, publish, signed, bundle, check } = await controlOn(t, brittle.disk)
  const file = bundle(1)
  brittle.code = 'EIO'
  const published = await publish(file)
  t.match(published, refused(/^it is in force from now on, but who published it could not be recorded/))
  t.equal(lost.length, 1)
  brittle.code = null
  const begun = await call('compliance', suspensions, '{"of":"open-1","why":"test"}')
  t.match(begun, refused(closedAllTheSame))
  t.match((await signed()).suspensions, [{ of: 'family:open-1' }])
  t.match(await check('log'), { ok: false, detail: 'the log is poisoned' })
  t.equal(lost.length, 1)
})

t.test('what permits more is not published while it cannot be recorded; what closes is', async (t) => {
  const brittle = brittleDisk()
  const { call, publish, signed, bundle, openedPolicies, check, recorded } = await controlOn(t, brittle.disk)
  t.equal((await publish(bundle(1))).status, 200)
  brittle.code = 'ENOSPC'
  t.equal((await call('compliance', suspensions, '{"of":"open-1","why":"test"}')).status, 503)
  const opening = bundle(2, openedPolicies())
  const permitsMore = /^it was refused \(log_unavailable: .*permits more.*\), and that could not be recorded/
  for (const _ of [1, 2]) t.match(await publish(opening), refused(permitsMore))
  t.equal((await signed()).policy.serial, 1)
  t.match(await publish(bundle(3)), refused(/^it is in force from now on/))
  t.equal((await signed()).policy.serial, 3)

  brittle.code = null
  await until('there is room', async () => isOk(await check('log')))
  t.equal((await publish(bundle(4, openedPolicies()))).status, 200)
  t.match(
    (await recorded('policy.published')).map(({ ended, serial }) => [ended, serial]),
    [
      ['in_force', 1],
      ['in_force', 3],
      ['in_force', 4],
    ],
  )
})

t.test('a policy is signed when its publication is on record, and its bundle is given out no sooner', async (t) => {
  const brittle = brittleDisk()
  const { path, publish, signed, bundle, given } = await controlOn(t, brittle.disk)
  const [first, second] = [bundle(1), bundle(2)]
  t.equal((await publish(first)).status, 200)
  const { promise, resolve } = Promise.withResolvers<void>()
  brittle.held = promise
  const published = publish(second)
  await until('it is kept', async () => readFileSync(join(path, 'policy-in-force.json'), 'utf8').includes('"serial":2'))
  t.equal((await signed()).policy.serial, 1)
  t.match(await given('policy'), { statement: { serial: 1 } })
  resolve()
  t.equal((await published).status, 200)
  t.equal((await signed()).policy.serial, 2)
  t.match(await given('policy'), { statement: { serial: 2 } })
})
