// The log of control: who published, suspended, revoked and took it back, and why, found by an auditor and proved, over kill -9.
import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { type FoundRecord, pseudonymOf, queryLog, verifyLog } from '../../src/decision-log/index.ts'
import type { EventKind, EventRecord } from '../../src/vocabulary/event.ts'
import { type Fleet, startFleet, until } from '../support/fleet.ts'
import { revocationsRoute } from '../support/revoking.ts'

t.setTimeout(600_000)
const suspensionsRoute = '/v1/policy/suspensions'
const origin = 'local/portcullis/standalone/control/0'

/** What control has recorded of these kinds, in order. */
async function recorded<Kind extends EventKind>(directory: string, ...kinds: readonly Kind[]) {
  const found = await Array.fromAsync(queryLog({ directory, kinds }))
  return found
    .filter((one) => one.origin === origin)
    .map(({ record }) => record as unknown as Extract<EventRecord, { readonly k: Kind }>)
}

const idOf = (json: Record<string, unknown>, of: string): string => (json[of] as { readonly id: string }).id

const publish = (fleet: Fleet, body: object) => fleet.call('compliance', '/v1/policy/publications', body)

t.test('every act at control is on record with who and why, and stays there', async (t) => {
  const fleet = await startFleet(t)
  const directory = join(fleet.folder, 'control/log')
  let control = await fleet.control()
  const { issuer } = fleet.provider
  const by = (who: string) => ({
    issuer,
    subject: pseudonymOf({ directory, field: 'subject', value: who, tenant: issuer }),
  })
  const { url } = fleet
  const checks = async (): Promise<string> => (await fetch(`${url}/readyz`)).text()
  t.match(await checks(), '{"name":"log","ok":true,"detail":""}')

  await t.test('a publication: what was sent, by whom, and how it ended', async (t) => {
    const first = fleet.build(1)
    t.equal((await fleet.publish(first)).code, 0)
    t.equal((await fleet.publish(first)).code, 0)
    await fleet.restrict(Date.now() + 3_600_000)
    t.equal((await fleet.publish(fleet.build(2))).code, 0)
    t.equal((await fleet.publish(first)).code, 2)
    t.equal((await publish(fleet, { policy: { format: 'portcullis-bundle-file/2' } })).status, 409)
    t.equal((await publish(fleet, { nothing: true })).status, 400)
    t.equal((await fleet.call('operator', '/v1/policy/publications', {})).status, 403)
    const found = (await recorded(directory, 'policy.published')).map(({ about }) => about)
    const loaded = (await recorded(directory, 'policy.loaded')).map(({ about }) => about)
    t.same(
      loaded.map(({ serial }) => serial),
      [1, 2],
    )
    const [one, two] = loaded.map(({ digest }) => digest)
    t.match(found, [
      { ...by('compliance'), ended: 'in_force', codes: [], policy_serial: 1, serial: 1, digest: one ?? '' },
      { ended: 'unchanged', codes: [], policy_serial: 1, serial: 1 },
      { ended: 'in_force', codes: [], policy_serial: 2, serial: 2, digest: two ?? '' },
      { ended: 'refused', codes: ['serial_not_higher'], policy_serial: 1, serial: 2, digest: two ?? '' },
      { ...by('compliance'), ended: 'refused', codes: ['bundle_faulty'], policy_serial: null, policy_digest: null },
    ])
    t.equal(found.length, 5, 'what could not be read, or was sent by nobody who may, is none')
    t.equal(found[0]?.policy_digest, found[1]?.policy_digest)
    t.match(found[0]?.policy_digest, /^sha256:/)
    t.equal(found[0]?.registers_serial, null)
    t.match((await recorded(directory, 'policy.rejected')).at(-1)?.about, { code: 'bundle_faulty', kept: two })
  })

  await t.test('a suspension, and both words that lift it', async (t) => {
    const begun = await fleet.call('compliance', suspensionsRoute, { of: 'open-1', why: 'wrong weights' })
    const lift = `${suspensionsRoute}/${idOf(begun.json, 'suspension')}/lift`
    t.equal((await fleet.call('compliance', lift, { why: 'fixed' })).status, 202)
    t.equal((await fleet.call('compliance-2', lift, { why: 'verified' })).status, 200)
    const found = await recorded(directory, 'suspension.begun', 'suspension.lift_asked', 'suspension.lifted')
    const of = { id: idOf(begun.json, 'suspension'), of: 'family:open-1' }
    t.match(
      found.map(({ k, about }) => ({ k, ...about })),
      [
        { k: 'suspension.begun', ...of, ...by('compliance'), why: 'wrong weights', cut: null, suspensions: /^sha256:/ },
        { k: 'suspension.lift_asked', ...of, ...by('compliance'), why: 'fixed' },
        { k: 'suspension.lift_asked', ...of, ...by('compliance-2'), why: 'verified' },
        { k: 'suspension.lifted', ...of, ...by('compliance-2'), why: 'verified', cut: null, suspensions: null },
      ],
    )
    t.equal(found.length, 4)
  })

  await t.test('a revocation, right before kill -9, and the start after it', async (t) => {
    const person = { kind: 'subject', id: 'mallory', for_good: true, why: 'left the company' }
    t.equal((await fleet.call('operator', revocationsRoute, person)).status, 201)
    t.equal((await fleet.call('compliance', suspensionsRoute, { of: 'fable-5', why: 'case 7' })).status, 201)
    await control.end('SIGKILL')
    control = await fleet.control()
    const begun = await recorded(directory, 'revocation.begun')
    const of = by('mallory').subject
    t.match(
      begun.map(({ about }) => about),
      [{ kind: 'subject', of, ofIssuer: issuer, ...by('operator'), why: 'left the company', cut: null }],
    )
    const digest = begun[0]?.about.revocations
    t.match(digest, /^sha256:/)
    const after = await recorded(directory, 'log.opened', 'policy.loaded', 'revocation.loaded', 'suspension.reminded')
    t.match(
      after.slice(-4).map(({ k, about }) => ({ k, ...about })),
      [
        { k: 'log.opened', origin },
        { k: 'policy.loaded', serial: 2, before: /^sha256:/ },
        { k: 'suspension.reminded', why: 'case 7' },
        { k: 'revocation.loaded', count: 1, revocations: digest },
      ],
    )
    t.equal((await recorded(directory, 'log.recovered')).length, 1)
    t.equal((await recorded(directory, 'config.loaded')).length, 2)
  })

  await control.end('SIGTERM')
  t.equal((await recorded(directory, 'log.closed')).length, 1, 'closed after all that records')
  const report = await verifyLog({ directory, key: join(fleet.folder, 'control/log-key.pem.pub') })
  t.match(report, { intact: true, logs: [{ origin, uncovered: 0 }] })
  t.same(
    (await readdir(fleet.folder)).toSorted().filter((name) => name.includes('log')),
    [],
    'nothing beside its folder',
  )
})

t.test('one directory for gates and control, all started at once: one query finds all', async (t) => {
  const fleet = await startFleet(t, { lease: '4s' })
  // For its key, which gates read at their start.
  await (await fleet.control()).end('SIGTERM')
  const directory = join(fleet.folder, 'one/log')
  const log = `{ path: "${directory}", key: "${join(fleet.folder, 'one/log-key.pem')}" }`
  const [control, gate] = await Promise.all([
    fleet.control({ log }),
    fleet.gate('one', { log, process: '{ workers: 3 }' }),
  ])
  await t.rejects(fleet.control({ log }), /control ended with 1.*control~0\/lock. is held/s, 'one writer each')
  t.equal((await fleet.publish(fleet.build(1))).code, 0)
  await until('it is served', async () => (await gate.ask('open-1')) === '200')
  t.equal((await fleet.call('compliance', suspensionsRoute, { of: 'open-1', why: 'test' })).status, 201)
  const ask = () => Array.fromAsync(queryLog({ directory, kinds: ['suspension.begun', 'decision'] }))
  const isDenied = ({ record }: FoundRecord): boolean => record['reason'] === 'model_suspended'
  // What was on its way was permitted, and is refused all the same: its outcome says so.
  await until('it is denied', async () => (await gate.ask('open-1')) !== '200' && (await ask()).some(isDenied))
  const found = await ask()
  const begun = found.find(({ record }) => record.k === 'suspension.begun')
  const denied = found.find(isDenied)
  t.equal(begun?.origin, origin)
  t.match(denied?.origin, /\/gate\/[123]$/)
  const named = (begun?.record['about'] as { readonly suspensions: string } | undefined)?.suspensions ?? ''
  t.match(denied?.record['policy'], { suspensions: named }, 'the decision names what control has recorded')
  t.equal(await gate.end('SIGTERM'), 0)
  t.equal(await control.end('SIGTERM'), 0)
  const report = await verifyLog({ directory, key: join(fleet.folder, 'one/log-key.pem.pub') })
  t.match(report, { intact: true })
  t.equal(report.logs.length, 4)
})

t.test('control whose log is lost ends with 74; what was closed meanwhile is closed at the next start', async (t) => {
  const fleet = await startFleet(t)
  const directory = join(fleet.folder, 'control/log')
  const control = await fleet.control()
  t.equal((await fleet.publish(fleet.build(1))).code, 0)
  const exited = new Promise<number | null>((resolve) => control.child.once('exit', resolve))
  await rename(directory, `${directory}-moved`)
  const asked = await fleet.call('compliance', suspensionsRoute, { of: 'open-1', why: 'test' }).catch(() => undefined)
  t.equal(await exited, 74)
  await rename(`${directory}-moved`, directory)
  await fleet.control()
  const { suspensions } = (await fleet.call('auditor', suspensionsRoute)).json
  // Where it was ending already it has taken no word any more.
  const isClosed = asked?.status === 201 || JSON.stringify(asked ?? null).includes('is closed from now on')
  t.equal((suspensions as readonly unknown[]).length, isClosed ? 1 : 0)
})
