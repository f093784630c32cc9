// `portcullis suspend` and `resume` as an officer types them, against a gate of the demo's world.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../architecture/tree.ts'
import { ask, gateFor } from '../support/gate.ts'

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Not `spawnSync`: the gate that it asks runs in this process. */
function portcullis(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const child = spawn(process.execPath, ['src/main.ts', ...words], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

t.test('an officer closes and two open, and each is told exactly what is so', async (t) => {
  const world = await gateFor(t)
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-officers-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const tokens = new Map<string, string>()
  for (const name of ['compliance', 'compliance-2', 'operator']) {
    const token = await world.provider.token(name)
    tokens.set(name, token)
    await writeFile(join(folder, name), `${token}\n`, { mode: 0o600 })
  }
  const as = (name: string, ...words: string[]): Promise<Ran> =>
    portcullis([...words, '--admin', world.gateway.admin, '--token-file', join(folder, name)])
  const citizen = await world.provider.token('us-citizen')
  const asks = async () => (await ask(world, { token: citizen, model: 'fable-5' })).code

  t.match(await as('operator', 'resume'), { code: 0, out: 'Nothing is suspended.\n', err: '' })
  const begun = await as('compliance', 'suspend', 'fable-5', '--why', 'case 112')
  t.match(begun, { code: 0, err: '' })
  t.match(
    begun.out,
    /^Closed for everyone since 2026-06-20T12:\S+Z: fable-5, ft:fable-5:acme:v2\.\nNo answer was open\.\n/,
  )
  t.match(begun.out, /Suspension of the family fable-5\n {2}id {10}[0-9a-f-]{36}\n/)
  t.match(begun.out, /why {9}case 112\n {2}to open it {2}two different officers must ask for it\n/)
  const id = / id +(\S+)/.exec(begun.out)?.[1] ?? ''
  t.match(begun.out, `portcullis resume ${id} --why TEXT`)
  t.equal(await asks(), 'model_suspended')

  const again = await as('compliance-2', 'suspend', 'fable-latest', '--why', 'x', '--format', 'plain')
  t.match(again, { code: 0, err: '' })
  t.match(
    again.out,
    /^begun\t0\t\S+\tmodel:fable-5\tfable-5,ft:fable-5:acme:v2\t2026-\S+\tcompliance-2 of http:\S+\t-\t-\n$/,
  )
  const standing = await as('compliance-2', 'suspend', 'family:fable-5', '--why', 'x')
  t.match(standing.out, /^The family fable-5 was closed before, since 2026-\S+; nothing was changed\.\n/)

  t.match(await as('compliance', 'resume', 'fable-5', '--why', 'patched'), {
    code: 1,
    err: /^portcullis: more than one is meant, name one of them: family:fable-5 \(\S+\), model:fable-5 \(\S+\)\n$/,
  })
  const asked = await as('compliance', 'resume', 'family:fable-5', '--why', 'patched')
  t.match(asked, { code: 2, err: '' })
  t.match(asked.out, /^Asked, and on record\. It stays closed until a second, different officer asks too:/)
  t.match(asked.out, /asked {7}to be opened, by compliance of \S+ at 2026-06-20\S+: patched\n/)
  t.match(asked.out, /must ask for it before 2026-06-21T12:/)
  t.match(await as('compliance', 'resume', id, '--why', 'really'), {
    code: 2,
    out: '',
    err: /^portcullis: you have asked for this already; family:fable-5 stays closed until a second/,
  })
  const lifted = await as('compliance-2', 'resume', id, '--why', 'verified')
  t.match(lifted, { code: 0, err: '' })
  t.equal(
    lifted.out,
    'The suspension of the family fable-5 is lifted.\nStill closed by another suspension: fable-5, ft:fable-5:acme:v2.\n',
  )
  t.match(await as('compliance', 'resume', 'model:fable-5', '--why', 'x'), { code: 2 })
  const last = await as('compliance-2', 'resume', 'fable-5', '--why', 'x', '--format', 'json')
  t.equal(last.code, 0)
  t.match(JSON.parse(last.out), { lifted: true, opened: ['fable-5', 'ft:fable-5:acme:v2'] })
  t.equal(await asks(), '200')

  await t.test('the token may come from the environment, and nothing of it is ever printed', async (t) => {
    const words = ['resume', '--admin', world.gateway.admin, '--format', 'json']
    const ran = await portcullis(words, { PORTCULLIS_TOKEN: tokens.get('operator') ?? '' })
    t.match(ran, { code: 0, out: '{"suspensions":[]}\n', err: '' })
    t.match(await portcullis(words), { code: 1, err: /there is no token: name its file with --token-file/ })
    const broken = await portcullis(words, { PORTCULLIS_TOKEN: 'sec\nret' })
    t.match(broken, { code: 1, err: /`PORTCULLIS_TOKEN` holds no Bearer token/ })
    t.notMatch(broken.err, 'ret\n')
    t.match(await as('nobody', 'resume'), {
      code: 1,
      err: /the token file `\S+nobody` cannot be read: there is no such file/,
    })
    const unverified = { PORTCULLIS_TOKEN: 'x', NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    t.match(await portcullis(words, unverified), { code: 1, err: /unset it/ })
  })

  await t.test('what the listener refuses is said in its words', async (t) => {
    const suspend = ['suspend', 'fable-6', '--why', 'x']
    t.match(await as('operator', ...suspend), {
      code: 1,
      out: '',
      err: /^portcullis: this needs one of the roles: compliance; .*`issuers\[\]\.roles`.*\n$/,
    })
    t.match(await as('compliance', ...suspend), {
      code: 1,
      err: /no model or family `fable-6`; name `all` or one of these: families: /,
    })
    t.match(await as('compliance', 'resume', 'fable-5', '--why', 'x'), {
      code: 1,
      err: 'portcullis: nothing is suspended\n',
    })
    t.match(await as('compliance', 'resume', 'fable-5'), { code: 1, err: /--why TEXT/ })
    t.match(await as('compliance', 'suspend', 'fable-5'), { code: 1, err: /required option '--why <text>'/ })
  })
})

t.test('a token goes to an admin listener over a safe way, and nowhere else', async (t) => {
  const env = { PORTCULLIS_TOKEN: 'abc' }
  const at = (admin: string, ...more: string[]) => portcullis(['resume', '--admin', admin, ...more], env)
  t.match(await at('http://gate.example:8444'), { code: 1, err: /use https, or --insecure-plaintext/ })
  for (const admin of ['gate.example', 'ftp://gate.example', 'https://me:secret@gate.example'])
    t.match(await at(admin), { code: 1, err: /is no address of an admin listener/ }, admin)

  let seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.url ?? '')
    if (request.url === '/moved/v1/policy/suspensions') response.writeHead(302, { location: '/elsewhere' }).end()
    else response.end('<html>')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => void server.close())
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.match(await at(origin), { code: 1, err: /is no admin listener: check --admin/ })
  seen = []
  t.match(await at(`${origin}/moved`), { code: 1, err: /does not answer/ })
  t.strictSame(seen, ['/moved/v1/policy/suspensions'], 'a redirection is not followed')
  server.close()
  t.match(await at(origin), { code: 1, err: /does not answer: connect ECONNREFUSED/ })
})
