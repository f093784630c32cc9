// What `portcullis control` reads: its own sections alone, and where its log is.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadControlSettings, logPathOf, SettingsError } from '../../src/settings/index.ts'
import type { ControlSettings } from '../../src/vocabulary/settings.ts'
import { environment } from './folder.ts'

const fleet = `control: { address: "127.0.0.1:9443", path: control }
issuers: [{ issuer: "https://login.example", audience: "https://gate.example", algorithms: [ES256] }]
policy: { source: control, unsigned: accepted }
fleet: { key: "\${FLEET_KEY}" }
`

function fileOf(t: Test, text: string): { readonly folder: string; readonly file: string; load(): ControlSettings } {
  const folder = t.testdir({})
  const file = join(folder, 'portcullis.yaml')
  writeFileSync(file, text)
  return { folder, file, load: () => loadControlSettings(file, environment) }
}

t.test(
  'a file of before control had a log gives it one inside its own folder, where an auditor finds it',
  async (t) => {
    const { folder, file, load } = fileOf(t, fleet)
    const { log, digest } = load()
    t.strictSame(log, {
      path: join(folder, 'control/log'),
      keyFile: join(folder, 'control/log-key.pem'),
      appendTimeoutMs: 2_000,
    })
    t.equal(logPathOf(file, {}), log.path)
    t.match(digest, /^sha256:[0-9a-f]{64}$/)
  },
)

t.test('the section of the gates is its own too, read as they read it', async (t) => {
  const { folder, file, load } = fileOf(t, `${fleet}log: { path: state/log, append-timeout: 5s }\nlisten: { x: y }\n`)
  t.strictSame(load().log, {
    path: join(folder, 'state/log'),
    keyFile: join(folder, 'state/log-key.pem'),
    appendTimeoutMs: 5_000,
  })
  t.equal(logPathOf(file, {}), join(folder, 'state/log'))
})

t.test('a fault in it ends the start of control', async (t) => {
  for (const section of ['{}', '{ path: log, keys: x }', '{ path: log, append-timeout: soon }']) {
    const { file, load } = fileOf(t, `${fleet}log: ${section}\n`)
    t.throws(load, SettingsError, section)
    if (section === '{}') t.throws(() => logPathOf(file, {}), /says no `log\.path`/)
  }
})
