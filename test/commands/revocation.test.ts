// `portcullis revoke` as an officer types it, against a gate of the demo's world; and docs/revocation.md, command by command.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { World } from '../../src/demo/world.ts'
import { root } from '../architecture/tree.ts'
import { ask, gateFor } from '../support/gate.ts'

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Not `spawnSync`: the gate that it asks runs in this process. */
function run(
  command: string,
  words: readonly string[],
  options: { cwd?: string; path?: string; input?: string; env?: object },
) {
  const child = spawn(command, words, {
    cwd: options.cwd ?? root,
    env: { PATH: options.path ?? process.env['PATH'] ?? '', ...options.env },
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  child.stdin.end(options.input ?? '')
  return new Promise<Ran>((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

const portcullis = (words: readonly string[], input = ''): Promise<Ran> =>
  run(process.execPath, ['src/main.ts', ...words], { input })

async function officers(t: Test, world: World): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-revoking-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  for (const name of ['compliance', 'compliance-2', 'operator', 'auditor'])
    await writeFile(join(folder, name), `${await world.provider.token(name)}\n`, { mode: 0o600 })
  return folder
}

t.test('somebody is shut out, listed, and let in again by two officers', async (t) => {
  const world = await gateFor(t)
  const folder = await officers(t, world)
  const as = (name: string, ...words: string[]): Promise<Ran> =>
    portcullis(['revoke', ...words, '--admin', world.gateway.admin, '--token-file', join(folder, name)])
  const code = async (token: string) => (await ask(world, { token, model: 'open-1' })).code
  const citizen = await world.provider.token('us-citizen')

  t.match(await as('auditor', 'list'), { code: 0, out: 'Nothing is revoked.\n', err: '' })
  t.equal(await code(citizen), '200')
  const begun = await as('operator', 'session', 'session-of-us-citizen', '--why', 'laptop stolen')
  t.match(begun, { code: 0, err: '' })
  t.match(
    begun.out,
    /^Revoked since 2026-06-20T12:\S+Z: session session-of-us-citizen of http:\S+, issued until 2026-06-20T12:\S+Z\.\nNo open answer was cut\.\n/,
  )
  t.match(begun.out, / {2}why {9}laptop stolen\n {2}forgotten {3}after 2026-06-22T12:/)
  const id = / id +(\S+)/.exec(begun.out)?.[1] ?? ''
  t.match(begun.out, `portcullis revoke lift ${id} --why TEXT --admin ${world.gateway.admin}`)
  t.equal(await code(citizen), 'session_revoked')

  const words = ['subject', 'mallory', '--for-good', '--why', 'left']
  t.match(
    (await as('operator', ...words, '--format', 'plain')).out,
    /^begun\t0\t\S+\tsubject\tsubject mallory of \S+, for good\t2026-\S+\toperator of \S+\t-\t-\t-\n$/,
  )
  t.match((await as('compliance', ...words)).out, /^This was revoked before, since 2026-\S+; nothing was changed\.\n/)
  const grant = await as('compliance', 'grant', 'us-bis-2026-06-26-annex', '--why', 'letter', '--format', 'json')
  t.match(JSON.parse(grant.out), { begun: true, revocation: { of: { kind: 'grant' }, forgotten_at: null } })
  const listed = await as('auditor', 'list')
  t.match(
    listed.out,
    /^Revoked: session session-of-us-citizen[\s\S]*Revoked: subject mallory[\s\S]*Revoked: grant us-bis/,
  )
  t.equal((await as('auditor', 'list', '--format', 'plain')).out.split('\n').length, 4)

  const asked = await as('compliance', 'lift', id, '--why', 'found again')
  t.match(asked, {
    code: 2,
    err: '',
    out: /^Asked, and on record\. It stays revoked until a second, different officer/,
  })
  t.match(asked.out, /asked {7}to be lifted, by compliance of \S+ at 2026-06-20\S+: found again\n/)
  t.match(await as('compliance', 'lift', id, '--why', 'x'), {
    code: 2,
    out: '',
    err: /^portcullis: you have asked for this already; it stays revoked/,
  })
  t.match(await as('operator', 'lift', id, '--why', 'x'), { code: 1, err: /one of the roles: compliance/ })
  t.match(await as('compliance-2', 'lift', id, '--why', 'x'), {
    code: 0,
    err: '',
    out: /^Taken back: session session-of-us-citizen/,
  })
  t.equal(await code(citizen), '200')

  await t.test('what the listener refuses is said in its words', async (t) => {
    t.match(await as('auditor', 'subject', 'eve', '--why', 'x'), {
      code: 1,
      out: '',
      err: /^portcullis: this needs one of the roles: compliance, operator; .*`issuers\[\]\.roles`.*\n$/,
    })
    t.match(await as('operator', 'subject', 'eve', '--issuer', 'https://id.example', '--why', 'x'), {
      code: 1,
      err: /the settings have no issuer `https:\/\/id.example`; one of: http/,
    })
    t.match(await as('operator', 'grant', 'nothing', '--why', 'x'), {
      code: 1,
      err: /the policy in force has no grant `nothing`; there are: us-bis/,
    })
    t.match(await as('operator', 'subject', 'eve'), { code: 1, err: /required option '--why <text>'/ })
    t.match(await as('operator', 'subject', 'eve', '--issued-until', 'noon', '--why', 'x'), {
      code: 1,
      err: /`issued_until`: is no instant: write 2026-06-20T12:00:00Z/,
    })
    t.match(
      await as('operator', 'subject', 'eve', '--issued-until', '2026-06-20T12:00:00Z', '--for-good', '--why', 'x'),
      { code: 1, err: /cannot be used with/ },
    )
    t.match(await as('compliance', 'lift', 'no-such', '--why', 'x'), { code: 1, err: /there is no such revocation/ })
  })
})

t.test('a token is named by a file, and never sent or printed', async (t) => {
  const world = await gateFor(t)
  const folder = await officers(t, world)
  const revoke = (words: readonly string[], input = '') =>
    portcullis(
      [
        'revoke',
        'token',
        ...words,
        '--why',
        'leaked',
        '--admin',
        world.gateway.admin,
        '--token-file',
        join(folder, 'operator'),
      ],
      input,
    )
  const code = async (token: string) => (await ask(world, { token, model: 'open-1' })).code
  const mint = () => world.provider.mint({ sub: 'bob', sub_type: 'person' })
  const [first, second, third] = [await mint(), await mint(), await mint()]
  const file = join(folder, 'leaked.jwt')
  await writeFile(file, `${first}\n`)
  const said: Ran[] = [
    await revoke(['--jwt', file, '--format', 'json']),
    await revoke(['--jwt', '-'], `Bearer ${second}`),
  ]
  t.match(said, [{ code: 0 }, { code: 0 }])
  t.match(JSON.parse(said[0]?.out ?? ''), {
    revocation: { of: { kind: 'token', jti: /./, issuer: world.provider.issuer } },
  })
  for (const { out, err } of said)
    for (const part of [first, second].flatMap((token) => token.split('.').slice(1))) t.notMatch(out + err, part)
  t.strictSame([await code(first), await code(second), await code(third)], ['token_invalid', 'token_invalid', '200'])

  const digest = createHash('sha256')
    .update(third.slice(0, third.lastIndexOf('.')))
    .digest('hex')
  t.match(await revoke(['--sha256', digest]), { code: 0, out: /: token sha256:/ })
  t.equal(await code(third), 'token_invalid')

  const unnamed = `${[
    { alg: 'ES256', typ: 'at+jwt' },
    { iss: world.provider.issuer, sub: 'x' },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')}.${Buffer.alloc(64).toString('base64url')}`
  t.match(
    await revoke(['--jwt', '-'], unnamed),
    { code: 0, out: /: token sha256:/ },
    'without `jti`: by what is signed of it',
  )
  t.match(await revoke([]), { code: 1, err: /say which token: --jwt FILE, --jti ID or --sha256 DIGEST/ })
  t.match(await revoke(['--jwt', join(folder, 'none')]), { code: 1, err: /cannot be read: ENOENT/ })
  t.match(await revoke(['--jwt', file, '--issuer', 'https://id.example']), {
    code: 1,
    err: /the token is not of that issuer, but of `http/,
  })
  for (const wrong of ['hello', 'a.b.c', `${first}=`]) {
    const ran = await revoke(['--jwt', '-'], wrong)
    t.match(ran, { code: 1, out: '' }, wrong.slice(0, 5))
    t.notMatch(ran.err, first)
  }
})

t.test('the page: every command runs, in order', async (t) => {
  const world = await gateFor(t)
  const folder = await officers(t, world)
  const page = await readFile(join(root, 'docs/revocation.md'), 'utf8')
  const scripts = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text ?? '')
  t.equal(scripts.length, 2)
  const bin = join(folder, 'portcullis')
  await writeFile(
    bin,
    `#!/bin/sh\nexec env -i PATH="$PATH" "${process.execPath}" "${join(root, 'src/main.ts')}" "$@"\n`,
  )
  await chmod(bin, 0o755)
  await writeFile(join(folder, 'leaked.jwt'), await world.provider.token('us-citizen'))
  await writeFile(join(folder, 'officer.jwt'), await world.provider.token('compliance'))
  const play = (script: string) =>
    run('sh', ['-euc', script], {
      cwd: folder,
      path: `${folder}:${process.env['PATH']}`,
      env: { ADMIN: world.gateway.admin },
    })
  const first = await play(scripts[0] ?? '')
  t.match(first, { code: 0, err: '' })
  t.equal(first.out.split('Revoked since').length, 6, 'five of them')
  const id = / id +(\S+)/.exec(first.out)?.[1] ?? ''
  t.match(await play((scripts[1] ?? '').replace(' ID ', ` ${id} `)), { code: 2, out: /Asked, and on record/ })
  t.match(page, "cut -d. -f1,2 leaked.jwt | tr -d '\\n' | sha256sum")
  const token = await readFile(join(folder, 'leaked.jwt'), 'utf8')
  const byHand = await play("cut -d. -f1,2 leaked.jwt | tr -d '\\n' | sha256sum")
  t.match(
    byHand.out,
    createHash('sha256')
      .update(token.slice(0, token.lastIndexOf('.')))
      .digest('hex'),
  )
})
