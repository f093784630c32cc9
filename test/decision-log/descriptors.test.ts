// No descriptor is left when the log needs its next file (threat O13): refused, not ended, and it goes on by itself.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { verifyLog } from '../../src/decision-log/index.ts'
import { siteIn } from './sample.ts'

const writer = fileURLToPath(new URL('./descriptors-writer.ts', import.meta.url))

t.test(
  'without a descriptor for the next segment nothing is recorded, and all goes on when there is one',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-descriptors-'))
    t.teardown(() => rmSync(folder, { recursive: true, force: true }))
    const command = `ulimit -n 64; exec "$0" "$1" "$2"`
    const env = { PATH: process.env['PATH'] ?? '' }
    const said = execFileSync('sh', ['-c', command, process.execPath, writer, folder], { encoding: 'utf8', env })
    const { taken, acknowledged, why, state, poisoned } = JSON.parse(said)
    t.ok(taken > 5 && acknowledged > 5)
    t.same({ why, state, poisoned }, { why: 'no_space', state: 'full', poisoned: 0 })
    const { path, publicKey } = siteIn(folder)
    const report = await verifyLog({ directory: path, key: publicKey })
    t.ok(report.intact, report.summary)
  },
)
