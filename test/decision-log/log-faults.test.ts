// What a `log` command says where it may not, or cannot, read: which file it is, and what to do.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { fill, idOf, type Site, site } from './sample.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Without the loader that the test runner puts into each child: another account may not write what it writes. */
function log(user: object, ...args: string[]) {
  const command = ['-u', 'NODE_OPTIONS', process.execPath, main, 'log', ...args]
  const { status, stdout, stderr } = spawnSync('env', command, { cwd: '/', encoding: 'utf8', ...user })
  return { code: status, out: stdout, err: stderr }
}

async function filled(t: { teardown(fn: () => void): void }): Promise<Site> {
  const place = site(t)
  const open = await place.open()
  await fill(open, 1)
  await open.close()
  return place
}

t.test('what cannot be read is named, with what to do', async (t) => {
  const place = await filled(t)
  const copy = join(place.directory, 'copy')
  cpSync(place.path, copy, { recursive: true })
  rmSync(join(copy, 'hk1.key'))
  const hash = log({}, 'hash', 'alice', '--issuer', 'https://id.example.com', '--log', copy)
  t.match(hash, { code: 1, out: '' })
  t.match(hash.err, /^`.*copy\/hk1\.key` is not there: .* key of the pseudonyms.*\n$/)
  for (const command of [['query'], ['show', idOf(0)], ['verify']]) {
    const gone = log({}, ...command, '--log', join(place.directory, 'nowhere'))
    t.match(gone, { code: 1, out: '' })
    t.match(gone.err, /^`.*nowhere` is not there: .*--log.*`log\.path`.*\n$/)
    const file = log({}, ...command, '--log', place.keyFile)
    t.match(file, { code: 1, err: /^`.*log-key\.pem` is no folder: .*--log/ })
  }
  for (const option of ['--key', '--checkpoint']) {
    const gone = log({}, 'verify', place.path, option, join(place.directory, 'nowhere'))
    t.match(gone, { code: 1, err: /^the (?:key|checkpoint) file `.*nowhere` does not exist\n$/ })
    t.notMatch(gone.err, /ENOENT/)
  }
})

/** Root reads everything: then the command runs as somebody else. */
const other = process.getuid?.() === 0 ? { uid: 65_532, gid: 65_532 } : {}

t.test('what another account keeps to itself is named, with whose command it is', async (t) => {
  const place = await filled(t)
  if (process.getuid?.() === 0) chmodSync(place.directory, 0o755)
  const [name = ''] = readdirSync(place.path).filter((one) => one.includes('~'))
  for (const path of [place.path, join(place.path, name)]) {
    const open = path === place.path ? [] : [place.path]
    for (const one of open) chmodSync(one, 0o755)
    if (process.getuid?.() !== 0) chmodSync(path, 0)
    const { code, err } = log(other, 'query', place.path)
    chmodSync(path, 0o700)
    t.equal(code, 1)
    t.match(
      err,
      /^`.*` may not be read by this account: .* account that runs the gate, or the control, .* copy of the whole folder/,
    )
    t.notMatch(err, /EACCES/)
  }
})
