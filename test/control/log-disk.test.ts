// Control over a disk that is full, or fails, under its log alone: what closes holds and is signed, what opens waits, and officers are told.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import t, { type Test } from 'tap'
import { openControl } from '../../src/control/index.ts'
import { kernelDisk } from '../../src/decision-log/durable.ts'
import { type Disk, queryLog, verifyLog } from '../../src/decision-log/index.ts'
import { startProvider } from '../../src/demo/provider.ts'
import { audience } from '../../src/demo/world.ts'
import { loadControlSettings } from '../../src/settings/index.ts'
import { systemClock } from '../../src/vocabulary/clock.ts'
import { root } from '../architecture/tree.ts'
import { until } from '../support/fleet.ts'
import { runPolicy } from '../support/officers.ts'

t.setTimeout(300_000)

type Answer = { readonly status: number; readonly json: Record<string, unknown> }

/** Segments cannot be made longer, for the reason that a code says, while there is one. */
function brittleDisk(): { readonly disk: Disk; code: string | null } {
  const brittle: { readonly disk: Disk; code: string | null } = {
    code: null,
    disk: {
      ...kernelDisk,
      write: async (...args) => {
        if (brittle.code !== null) throw Object.assign(new Error(brittle.code), { code: brittle.code })
        return kernelDisk.write(...args)
      },
    },
  }
  return brittle
}

async function controlOn(t: Test, disk: Disk) {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-control-'))
  const provider = await startProvider({ audience, now: Date.now() })
  const file = join(folder, 'portcullis.yaml')
  writeFileSync(
    file,
    `control: { address: "127.0.0.1:0", path: control }
issuers:
  - { issuer: "${provider.issuer}", audience: "${audience}", algorithms: [ES256], token-type: at+jwt, max-token-age: 1d,
      roles: { claim: roles, values: { auditor: auditor, compliance: compliance } } }
policy: { source: control, unsigned: accepted }
fleet: { key: "\${FLEET_KEY}" }
`,
  )
  const settings = loadControlSettings(file, {
    FLEET_KEY: '8f1d0c6be2a94735d0c1f7a86b5e3924e6b7a1d3958c02f4b1e09d7c6a5f4382',
  })
  const lost: Error[] = []
  const control = await openControl(settings, {
    clock: systemClock,
    monotonic: () => performance.now(),
    logger: pino({ level: 'silent' }),
    software: 'portcullis test',
    onLogLost: (error) => lost.push(error),
    logDisk: disk,
  })
  t.teardown(async () => {
    await control.close()
    await provider.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const call = async (who: string, path: string, body?: string): Promise<Answer> => {
    const headers = { authorization: `Bearer ${await provider.token(who)}`, 'content-type': 'application/json' }
    const response = await fetch(
      control.url + path,
      body === undefined ? { headers } : { method: 'POST', headers, body },
    )
    return { status: response.status, json: (await response.json()) as Answer['json'] }
  }
  const bundle = (serial: number): string => {
    const out = join(folder, `${serial}.bundle`)
    const words = ['-o', out, '--serial', `${serial}`, '--author', 'ann']
    t.equal(runPolicy('build', join(root, 'policies'), ...words).code, 0)
    return out
  }
  const check = async (name: string): Promise<object | undefined> => {
    const { checks } = (await (await fetch(`${control.url}/readyz`)).json()) as { checks: { name: string }[] }
    return checks.find((one) => one.name === name)
  }
  return { folder, lost, control, call, bundle, check, log: settings.log.path }
}

const [suspensions, publications, status] = ['/v1/policy/suspensions', '/v1/policy/publications', '/v1/policy/status']
const refused = (message: RegExp) => ({ status: 503, json: { error: { code: 'log_unavailable', message } } })

t.test('full: acts hold and are signed, lifting waits, and all is recorded again when there is room', async (t) => {
  const brittle = brittleDisk()
  const { lost, control, call, bundle, check, log } = await controlOn(t, brittle.disk)
  const publish = (file: string): Promise<Answer> =>
    call('compliance', publications, `{"policy":${readFileSync(file, 'utf8')}}`)
  const signed = async () => (await call('auditor', status)).json as unknown as Signed
  const first = bundle(1)
  t.equal((await publish(first)).status, 200)
  const before = await signed()

  brittle.code = 'ENOSPC'
  const begun = await call('compliance', suspensions, '{"of":"open-1","why":"test"}')
  t.match(begun, refused(/^family:open-1 is closed from now on, but that could not be recorded/))
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
  t.equal((await publish(second)).status, 200, 'sent again, it is on record')
  for (const officer of ['compliance', 'compliance-2']) await call(officer, lift, '{"why":"test"}')
  t.equal((await signed()).suspensions.length, 0)
  await control.close()
  t.same(lost, [])
  const found = await Array.fromAsync(
    queryLog({ directory: log, kinds: ['policy.published', 'suspension.lifted', 'log.recovered'] }),
  )
  t.match(
    found.map(({ record }) => [record.k, record['about']]),
    [
      ['policy.published', { ended: 'in_force', serial: 1 }],
      ['log.recovered', { refused: 8 }],
      ['policy.published', { ended: 'unchanged', serial: 2, policy_serial: 2, codes: [] }],
      ['suspension.lifted', { of: 'family:open-1' }],
    ],
  )
  t.match(await verifyLog({ directory: log, key: `${log}-key.pem.pub` }), { intact: true })
})

t.test('failed: what closes holds, whoever runs it is told once, and nothing is acknowledged', async (t) => {
  const brittle = brittleDisk()
  const { lost, call, bundle, check } = await controlOn(t, brittle.disk)
  const file = bundle(1)
  brittle.code = 'EIO'
  const published = await call('compliance', publications, `{"policy":${readFileSync(file, 'utf8')}}`)
  t.match(published, refused(/^it is in force from now on, but who published it could not be recorded/))
  t.equal(lost.length, 1)
  brittle.code = null
  const begun = await call('compliance', suspensions, '{"of":"open-1","why":"test"}')
  t.match(begun, refused(/^family:open-1 is closed from now on, but that could not be recorded/))
  t.match(((await call('auditor', status)).json as unknown as Signed).suspensions, [{ of: 'family:open-1' }])
  t.match(await check('log'), { ok: false, detail: 'the log is poisoned' })
  t.equal(lost.length, 1)
})

/** What `GET /v1/policy/status` says, of which the policy and the epoch are those of the newest statement. */
interface Signed {
  readonly policy: { readonly serial: number }
  readonly suspensions: readonly { readonly id: string; readonly of: string }[]
  readonly revocations: { readonly epoch: number }
}

const isOk = (check: object | undefined): boolean => check !== undefined && 'ok' in check && check.ok === true
