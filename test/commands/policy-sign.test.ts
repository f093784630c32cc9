// `portcullis policy build` with registers apart, and `policy sign`: what is written, what is refused, what it ends with.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { type Envelope, readEnvelope } from '../../src/directives/index.ts'
import { keyFiles, runPolicy as run } from '../support/officers.ts'

t.setTimeout(300_000)

const folder = mkdtempSync(join(tmpdir(), 'portcullis-policy-sign-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)
const policies = at('policies')
cpSync(join(import.meta.dirname, '../../policies'), policies, { recursive: true })
for (const name of ['ann', 'bob', 'cyd']) keyFiles(folder, name)

async function read(name: string): Promise<Envelope> {
  const reading = await readEnvelope(at(name))
  if (reading.kind === 'fault') throw new Error(reading.message)
  return reading.envelope
}

t.test('policy and registers become two bundles, of which neither names what is in the other', async (t) => {
  const built = run('build', policies, '-o', at('p'), '--registers', at('r'), '--author', 'ann', '--format', 'json')
  t.match(JSON.parse(built.out), {
    ok: true,
    bundles: [
      { kind: 'policy', serial: 1, author: 'ann', not_after: null, holds: { directives: 5, grants: 1 }, approvals: [] },
      { kind: 'registers', serial: 1, author: 'ann', not_after: /^20/, holds: { members: Number, clients: Number } },
    ],
  })
  const [policy, registers] = [await read('p'), await read('r')]
  t.same(Object.keys(registers.content).toSorted(), ['format', 'registers', 'sources'])
  t.notOk('registers' in policy.content)
  t.equal((registers.statement.notAfter ?? 0) - registers.statement.createdAt, 7 * 86_400_000)
  const sources = (one: Envelope) => (one.content['sources'] as { path: string }[]).map(({ path }) => path)
  t.ok(sources(registers).every((path) => path.startsWith('registers/')))
  t.notOk(sources(policy).some((path) => path.startsWith('registers/')))
})

t.test('registers alone follow registers, and the same words have the same digest', async (t) => {
  const more = ['--registers', at('r2'), '--registers-after', at('r'), '--registers-expires', '36h', '--author', 'eve']
  t.equal(run('build', policies, ...more).code, 0)
  const [first, second] = [await read('r'), await read('r2')]
  t.match(second.statement, { serial: 2, author: 'eve', digest: first.statement.digest })
  t.equal((second.statement.notAfter ?? 0) - second.statement.createdAt, 36 * 3_600_000)
})

t.test('what cannot be meant is refused before anything is written', async (t) => {
  const cases: readonly (readonly [RegExp, ...string[]])[] = [
    [/nothing to write/],
    [/exclude each other/, '-o', at('x'), '--registers', at('y'), '--without-registers'],
    [/two files/, '-o', at('x'), '--registers', at('x')],
    [/none of the kind `policy` follows/, '-o', at('x'), '--without-registers', '--after', at('r')],
    [/none of the kind `registers` follows/, '--registers', at('x'), '--registers-after', at('p')],
    [/serial 1 is not above 1/, '-o', at('x'), '--without-registers', '--after', at('p'), '--serial', '1'],
    [/expired already/, '-o', at('x'), '--expires', '2020-01-01T00:00:00Z'],
    [/an instant is like/, '-o', at('x'), '--expires', 'tomorrow'],
    [/letters, digits/, '-o', at('x'), '--author', ' '],
    [/cannot be read: ENOENT/, '-o', at('x'), '--after', at('nowhere')],
  ]
  for (const [why, ...args] of cases) {
    t.match(run('build', policies, ...args), { code: 1, err: why }, String(why))
    t.notOk(existsSync(at('x')) || existsSync(at('y')))
  }
})

t.test('without a key it shows what would be signed; with one it adds an approval and nothing else', async (t) => {
  const before = await read('p')
  t.match(run('sign', at('p')), {
    code: 0,
    out: /: policy bundle, serial 1\n.*sha256:[\s\S]*by ann at[\s\S]*Nothing was signed/,
  })
  t.same(await read('p'), before)
  t.match(run('sign', at('p'), '--key', at('bob.pem')), { code: 0, out: /approved by bob at .*\nSigned as bob\.\n$/ })
  const plain = run('sign', at('p'), '--key', at('cyd.pem'), '--as', 'Cyd Officer', '--format', 'plain')
  t.match(
    plain.out,
    /^bundle\t.*\nkind\tpolicy\nserial\t1\n[\s\S]*\napproval\tCyd Officer\t.*\nsigned_by\tCyd Officer\n$/,
  )
  const { statement, content, approvals } = await read('p')
  t.same({ statement, content }, { statement: before.statement, content: before.content })
  t.same(
    approvals.map(({ by }) => by),
    ['bob', 'Cyd Officer'],
  )
  t.match(JSON.parse(run('sign', at('p'), '--format', 'json').out), { signed_by: null, approvals: [{ by: 'bob' }, {}] })
})

t.test(
  'the author, somebody who has signed, and whoever would sign something else than it seems are refused',
  async (t) => {
    const good = readFileSync(at('p'), 'utf8')
    t.match(run('sign', at('p'), '--key', at('ann.pem')), { code: 2, err: /`ann` is the author/ })
    t.match(run('sign', at('p'), '--key', at('ann.pem'), '--as', 'ANN'), { code: 2, err: /is the author/ })
    t.match(run('sign', at('p'), '--key', at('bob.pem')), { code: 2, err: /signed with this key already/ })
    t.equal(readFileSync(at('p'), 'utf8'), good)

    writeFileSync(at('other'), good.replace('"serial":1', '"serial":9'))
    t.match(run('sign', at('other'), '--key', at('bob.pem')), {
      code: 2,
      err: /tampered with: the approval of `bob`, `Cyd/,
    })
    writeFileSync(at('other'), good.replace('"IR"', '"IS"'))
    t.match(run('sign', at('other')), { code: 1, err: /does not have the digest that it states/ })

    run('build', policies, '-o', at('whole'))
    t.match(run('sign', at('whole'), '--key', at('bob.pem')), { code: 2, err: /holds policy and registers in one/ })
    run('build', policies, '-o', at('nobody'), '--without-registers')
    t.match(run('sign', at('nobody'), '--key', at('bob.pem')), { code: 2, err: /names no author/ })
    t.match(run('sign', at('p'), '--key', at('bob.pub.pem')), { code: 1, err: /is no private key/ })
    t.match(run('sign', at('p'), '--key', at('nowhere.pem')), { code: 1, err: /ENOENT/ })
    t.match(run('sign', at('p'), '--key', at('bob.pem'), '--as', '\u0007'), { code: 1, err: /letters, digits/ })
  },
)
