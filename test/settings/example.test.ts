import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { factNames } from '../../src/identity/index.ts'
import { loadControlSettings, loadSettings, settingsPage } from '../../src/settings/index.ts'
import { read, root } from '../architecture/tree.ts'
import { keyFiles } from '../support/officers.ts'
import { key } from './folder.ts'

const folderFor = (t: Test): string => {
  const folder = t.testdir({})
  cpSync(join(root, 'portcullis.yaml'), join(folder, 'portcullis.yaml'))
  mkdirSync(join(folder, 'policies'))
  mkdirSync(join(folder, 'geo-db'))
  for (const name of ['country.mmdb', 'anonymizer.mmdb']) writeFileSync(join(folder, 'geo-db', name), 'not read here')
  return folder
}

/** With what is commented out. */
const uncommented = (text: string): string => text.replaceAll(/^( *)# (?=( *)[a-z0-9-]+:( |$)| *- [{a-z])/gm, '$1')

/** Behind this line stands what a fleet has instead. */
const ofFleet = '\n# Where several gates follow one policy'
const alone = (text: string): string => text.slice(0, text.indexOf(ofFleet))

t.test('the annotated portcullis.yaml is one that serves', async (t) => {
  const settings = loadSettings(join(folderFor(t), 'portcullis.yaml'), { UPSTREAM_KEY: 'x' })
  t.equal(settings.upstreams.length, 2)
  t.equal(settings.redis, null)
})

t.test('what is commented out in portcullis.yaml would be accepted too', async (t) => {
  const folder = folderFor(t)
  const text = alone(uncommented(read('portcullis.yaml')))
    .replaceAll('/etc/portcullis/tls/', 'tls-')
    .replace('${file:/run/secrets/portcullis-fleet-key}', '${FLEET_KEY}')
  writeFileSync(join(folder, 'portcullis.yaml'), text)
  try {
    loadSettings(join(folder, 'portcullis.yaml'), {
      UPSTREAM_KEY: 'x',
      AZURE_KEY: 'x',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      GEMINI_KEY: 'x',
      VERTEX_TOKEN: 'x',
      REDIS_PASSWORD: 'y',
      FLEET_KEY: key,
    })
    t.fail('the certificates do not exist')
  } catch (error) {
    const { faults } = error as { faults: readonly { setting: string; shown: string }[] }
    t.strictSame(
      faults.filter(({ setting }) => !setting.startsWith('listen.tls.')),
      [],
      'only the certificates are absent',
    )
    t.equal(faults.length, 3)
  }
})

t.test('what it shows of a fleet is taken in place of `policy`, by a gate and by control', async (t) => {
  const folder = folderFor(t)
  for (const name of ['bob', 'cyd', 'eve']) keyFiles(folder, name)
  cpSync(join(folder, 'bob.pub.pem'), join(folder, 'control-key.pem.pub'))
  keyFiles(folder, 'bob')
  const text = read('portcullis.yaml')
  const fleet = uncommented(text.slice(text.indexOf(ofFleet)))
  const merged = `${alone(text).replace(/^policy:\n( .*\n)+/m, '')}${fleet}`
  writeFileSync(
    join(folder, 'portcullis.yaml'),
    merged.replaceAll('${file:/run/secrets/portcullis-fleet-key}', '${FLEET_KEY}'),
  )
  const environment = { UPSTREAM_KEY: 'x', FLEET_KEY: key }
  const gate = loadSettings(join(folder, 'portcullis.yaml'), environment)
  t.match(gate, { policy: { source: 'control', signers: [{}, {}, {}] }, fleet: { leaseMs: 60_000 } })
  const control = loadControlSettings(join(folder, 'portcullis.yaml'), environment)
  t.match(control, { path: join(folder, 'control'), log: { path: gate.log.path } })
})

t.test('facts that a mapping may place are those that the identity room knows', async (t) => {
  const names = [...settingsPage().matchAll(/`issuers\[\]\.mapping\.([a-z-]+)`/g)].map((match) => match[1])
  t.strictSame(names.toSorted(), factNames.toSorted())
})
