// Control over files of its own that cannot be written: nobody is told that something is kept which is not, and all heals with the disk.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { brittleDisk, controlOn, isOk } from '../support/control.ts'
import { until } from '../support/fleet.ts'

t.setTimeout(300_000)

const suspensions = '/v1/policy/suspensions'
const why = '{"why":"test"}'

t.test('a publication that cannot be kept is refused each time it is sent, and on record so', async (t) => {
  const { publish, bundle, breakFile, mendFile, signed, recorded } = await controlOn(t, brittleDisk().disk)
  t.equal((await publish(bundle(1))).status, 200)
  const second = bundle(2)
  breakFile('policy-in-force.json')
  for (const _ of [1, 2, 3])
    t.match(await publish(second), { status: 409, json: { error: { code: 'memory_unwritable' } } })
  t.equal((await signed()).policy.serial, 1)
  mendFile('policy-in-force.json')
  for (const _ of [1, 2]) t.equal((await publish(second)).status, 200)
  t.equal((await signed()).policy.serial, 2)
  t.match(
    (await recorded('policy.published')).map(({ ended, codes, serial }) => [ended, codes, serial]),
    [
      ['in_force', [], 1],
      ...[1, 2, 3].map(() => ['refused', ['memory_unwritable'], 1]),
      ['in_force', [], 2],
      ['unchanged', [], 2],
    ],
  )
})

t.test('a publication that the journal cannot take is answered so until it can, and keeps who sent it', async (t) => {
  const { path, publish, bundle, breakFile, mendFile, signed, check, restart } = await controlOn(t, brittleDisk().disk)
  const journaled = () =>
    readFileSync(join(path, 'journal.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).entry)
      .filter(({ act }) => act === 'activated')
  const unkept = {
    status: 503,
    json: { error: { code: 'publication_unkept', message: /^it (is|was) in force .* could not be kept/ } },
  }
  t.equal((await publish(bundle(1))).status, 200)
  t.match(await check('journal'), { ok: true })
  const [second, third] = [bundle(2), bundle(3)]
  breakFile('journal.ndjson')
  t.match(await publish(second), unkept)
  t.equal((await signed()).policy.serial, 2, 'it is in force, and signed')
  t.match(await publish(second, 'compliance-2'), unkept)
  t.match(await check('journal'), { ok: false, detail: /journal\.ndjson` cannot be written/ })
  mendFile('journal.ndjson')
  t.equal((await publish(second, 'compliance-2')).status, 200)
  t.match(journaled(), [{ policySerial: 1 }, { policySerial: 2, by: { subject: 'compliance' } }])
  t.match(await check('journal'), { ok: true })

  breakFile('journal.ndjson')
  t.match(await publish(third), unkept)
  mendFile('journal.ndjson')
  await until('it heals by itself', async () => isOk(await check('journal')))
  t.match(journaled().at(-1), { policySerial: 3, by: { subject: 'compliance' } })
  await restart()
  t.match((await signed()).policy, { serial: 3, published_by: { subject: 'compliance' } })
})

t.test('one write of the journal that failed keeps nobody from lifting when the disk is mended', async (t) => {
  const { call, publish, bundle, breakFile, mendFile, signed, recorded } = await controlOn(t, brittleDisk().disk)
  t.equal((await publish(bundle(1))).status, 200)
  breakFile('journal.ndjson')
  const begin = () => call('compliance', suspensions, '{"of":"open-1","why":"test"}')
  const message = /^family:open-1 is closed from now on, but that could not be kept/
  const unkept = { status: 503, json: { error: { code: 'suspension_unkept', message } } }
  t.match(await begin(), unkept)
  t.match(await begin(), unkept, 'also said again')
  const mallory = '{"kind":"subject","id":"mallory","for_good":true,"why":"test"}'
  t.match(await call('compliance', '/v1/revocations', mallory), { json: { error: { code: 'revocation_unkept' } } })
  mendFile('journal.ndjson')
  const lift = `${suspensions}/${(await signed()).suspensions[0]?.id}/lift`
  t.equal((await call('compliance', lift, why)).status, 202)
  breakFile('journal.ndjson')
  const lifted = await call('compliance-2', lift, why)
  t.match(lifted, { status: 503, json: { error: { message: /^family:open-1 is lifted from now on, but that/ } } })
  t.same((await signed()).suspensions, [])
  mendFile('journal.ndjson')
  t.match(await call('compliance', lift, why), { status: 200, json: { lifted: true } }, 'asked again, it is kept')
  t.equal((await call('compliance', lift, why)).status, 404)
  t.same(
    (await recorded('suspension.begun', 'suspension.lift_asked', 'suspension.lifted')).map(({ k }) => k),
    ['suspension.begun', 'suspension.lift_asked', 'suspension.lift_asked', 'suspension.lifted'],
    'each once',
  )
})

t.test('all that is suspended before anything was published is recorded as decisions will name it', async (t) => {
  const { call, publish, bundle, recorded } = await controlOn(t, brittleDisk().disk)
  t.equal((await call('compliance', suspensions, '{"of":"all","why":"test"}')).status, 201)
  t.equal((await publish(bundle(1))).status, 200)
  const model = await call('compliance', suspensions, '{"of":"open-1","why":"test"}')
  const { id } = model.json['suspension'] as { id: string }
  for (const officer of ['compliance', 'compliance-2']) await call(officer, `${suspensions}/${id}/lift`, why)
  const found = await recorded('suspension.begun', 'suspension.lifted')
  t.match(found[0], { of: 'all', suspensions: /^sha256:/ })
  t.match(found[2], { suspensions: found[0]?.['suspensions'] }, 'the same alone stands again, under a policy')
})
