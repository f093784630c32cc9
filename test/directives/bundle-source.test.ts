// Two approved bundles as files: what happens to the files, what is due and late, what a restart remembers and believes.

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  type Envelope,
  envelopeText,
  openPolicySource,
  type PolicySource,
  type PolicySourceEvent,
  type PolicySourceOptions,
  readEnvelope,
} from '../../src/directives/index.ts'
import { canonicalJson, digestOf, type JsonObject } from '../../src/json/index.ts'
import { limits } from '../../src/limits.ts'
import { compiled, type directiveOf, reference } from './bundles.ts'
import { approved, envelope, officer, signerOf } from './envelopes.ts'

t.setTimeout(300_000)

const start = Date.parse('2026-06-20T12:00:00Z')
const week = 7 * 86_400_000
const [bob, cyd, eve] = [officer('bob'), officer('cyd'), officer('eve')]
const signers = [signerOf(bob), signerOf(cyd), signerOf(eve, 'registers')]

type Writable = Parameters<typeof directiveOf>[0]
const base = compiled(reference)
const registerFiles = base.sources.flatMap(({ path }) => (path.startsWith('registers/') ? [path] : []))

function made(kind: 'policy' | 'registers', serial: number, change: (bundle: Writable) => void = () => {}): Envelope {
  const bundle = structuredClone(base) as Writable
  change(bundle)
  const notAfter = kind === 'registers' ? start + week : null
  return envelope(kind, { bundle: bundle as object as JsonObject, registerFiles }, { serial, notAfter })
}
const withoutGrants = (bundle: Writable): void => void (bundle.grants = [])

interface Gate {
  readonly source: PolicySource
  readonly events: PolicySourceEvent[]
}

interface Desk {
  readonly root: string
  readonly policy: string
  readonly registers: string
  readonly memory: string
  /** `looks`: how often it was asked. */
  readonly clock: { at: number; looks: number; now(): number }
  put(one: Envelope | string, path?: string): void
  open(more?: Partial<Pick<PolicySourceOptions, 'signers' | 'permitsMore' | 'compareAgainMs'>>): Promise<Gate>
}

function desk(t: Test): Desk {
  const root = mkdtempSync(join(tmpdir(), 'portcullis-bundles-'))
  t.teardown(() => rmSync(root, { recursive: true, force: true }))
  const [policy, registers, memory] = ['policy', 'registers', 'memory'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ]
  const clock = {
    at: start,
    looks: 0,
    now: () => {
      clock.looks += 1
      return clock.at
    },
  }
  const put: Desk['put'] = (one, path = policy) => {
    writeFileSync(`${path}.new`, typeof one === 'string' ? one : envelopeText(one))
    renameSync(`${path}.new`, path)
  }
  put(approved(made('policy', 5), bob, cyd))
  put(approved(made('registers', 3), eve), registers)
  const open: Desk['open'] = async (more = {}) => {
    const events: PolicySourceEvent[] = []
    const source = await openPolicySource({
      source: 'bundle',
      path: policy,
      registers,
      signers,
      threshold: 2,
      registersThreshold: 1,
      permitsMore: async () => ({ kind: 'nothing-new' }),
      memory,
      clock,
      quietMs: 20,
      onEvent: (event) => void events.push(event),
      ...more,
    })
    t.teardown(() => source.close())
    return { source, events }
  }
  return { root, policy, registers, memory, clock, put, open }
}

const until = async (holds: () => boolean): Promise<void> => {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > 30_000) throw new Error('it never came to hold')
    await sleep(20)
  }
}
const checkOf = ({ source }: Gate, name: string) => source.status().checks.find((one) => one.name === name)

t.test('whatever happens to a file, what is in force stays', async (t) => {
  const at = desk(t)
  const gate = await at.open()
  const first = gate.source.current()
  t.match(gate.events, [
    { kind: 'loaded', about: { serial: 5, registers_serial: 3, approvers: ['bob', 'cyd'], unsigned: false } },
  ])
  const good = readFileSync(at.policy, 'utf8')
  const cases: readonly (readonly [string, string, () => void])[] = [
    ['vanished', 'bundle_unreadable', () => {}],
    ['a folder in its place', 'bundle_unreadable', () => mkdirSync(at.policy)],
    ['a pipe in its place', 'bundle_unreadable', () => execFileSync('sh', ['-c', 'mkfifo "$0"', at.policy])],
    ['a link to nothing', 'bundle_unreadable', () => symlinkSync(join(at.root, 'nowhere'), at.policy)],
    ['a link to a device', 'bundle_unreadable', () => symlinkSync('/dev/zero', at.policy)],
    [
      'everybody may write it',
      'bundle_unreadable',
      () => {
        writeFileSync(at.policy, good)
        chmodSync(at.policy, 0o666)
      },
    ],
    ['empty', 'bundle_faulty', () => writeFileSync(at.policy, '')],
    ['cut', 'bundle_faulty', () => writeFileSync(at.policy, good.slice(0, good.length / 2))],
    ['a byte changed', 'bundle_faulty', () => writeFileSync(at.policy, good.replace('"IR"', '"IS"'))],
    ['the registers in its place', 'bundle_kind', () => writeFileSync(at.policy, readFileSync(at.registers))],
  ]
  for (const [name, code, happens] of cases) {
    const seen = gate.events.length
    rmSync(at.policy, { force: true, recursive: true })
    happens()
    await until(() => gate.events.slice(seen).some(({ about }) => 'code' in about && about.code === code))
    t.equal(gate.source.current(), first, name)
    t.equal(gate.source.status().ok, false, name)
    rmSync(at.policy, { force: true, recursive: true })
    at.put(good)
    await until(() => gate.source.status().ok)
  }
  t.equal(gate.source.current(), first, 'and the good file again is no new policy')
})

t.test('a bundle that is cut at any byte is never loaded', async (t) => {
  const at = desk(t)
  const good = readFileSync(at.policy)
  for (let length = 0; length < good.length - 1; length += 997) {
    writeFileSync(at.policy, good.subarray(0, length))
    if ((await readEnvelope(at.policy)).kind !== 'fault') t.fail(`cut at ${length}`)
  }
  writeFileSync(at.policy, good)
  t.equal((await readEnvelope(at.policy)).kind, 'envelope')
})

t.test('a link that is swapped is a new bundle', async (t) => {
  const at = desk(t)
  const link = (file: string): void => {
    symlinkSync(file, `${at.policy}.link`)
    renameSync(`${at.policy}.link`, at.policy)
  }
  const gate = await at.open()
  at.put(approved(made('policy', 6, withoutGrants), bob, cyd), join(at.root, 'six'))
  link(join(at.root, 'six'))
  await until(() => gate.source.current()?.serial === 6)
  t.match(gate.events.at(-1), { kind: 'loaded', about: { changed: [], before: String } })
})

t.test('what one officer closed stays closed when the second is late, and is on record once', async (t) => {
  const at = desk(t)
  const gate = await at.open()
  const closing = approved(made('policy', 6, withoutGrants), bob)
  at.put(closing)
  await until(() => gate.source.current()?.serial === 6)
  t.match(checkOf(gate, 'policy-approval'), {
    ok: true,
    detail: /lacks 1 of its approvals, due by 2026-06-21T12:00:00/,
  })
  t.match(gate.events.at(-1), {
    kind: 'loaded',
    about: { approvers: ['bob'], approval_due: '2026-06-21T12:00:00.000Z' },
  })

  at.clock.at += limits.secondApprovalMs
  await until(() => gate.events.some(({ kind }) => kind === 'alarm'))
  t.match(checkOf(gate, 'policy-approval'), { ok: false })
  t.equal(gate.source.current()?.serial, 6)
  const looks = at.clock.looks
  await until(() => at.clock.looks > looks + 2)
  t.equal(gate.events.filter(({ kind }) => kind === 'alarm').length, 1)
  await gate.source.close()

  const again = await at.open()
  t.match(checkOf(again, 'policy-approval'), { ok: false }, 'a restart does not forget')
  t.match(
    again.events.map(({ kind }) => kind),
    ['loaded', 'alarm'],
  )
  at.put(approved(closing, cyd))
  await until(() => again.events.some(({ kind }) => kind === 'approved'))
  t.match(again.events.at(-1), {
    kind: 'approved',
    about: { serial: 6, approvers: ['bob', 'cyd'], approval_due: null },
  })
  t.match(checkOf(again, 'policy-approval'), { ok: true, detail: 'approved' })
  await again.source.close()
  at.put(closing)
  t.match(
    checkOf(await at.open(), 'policy-approval'),
    { ok: true },
    'an approval that was given cannot be taken out of the file',
  )
})

t.test('what expires in force stays in force, and is told', async (t) => {
  const at = desk(t)
  at.put(
    approved(
      envelope(
        'policy',
        { bundle: base as unknown as JsonObject, registerFiles },
        { serial: 5, notAfter: start + 1_000 },
      ),
      bob,
      cyd,
    ),
  )
  const gate = await at.open()
  t.match([checkOf(gate, 'policy-expiry'), checkOf(gate, 'registers-expiry')], [{ ok: true }, { ok: true }])
  at.clock.at += week
  await until(() => gate.events.filter(({ kind }) => kind === 'alarm').length === 2)
  t.match(checkOf(gate, 'policy-expiry'), {
    ok: false,
    detail: /expired at 2026-06-20T12:00:01.000Z: it stays in force/,
  })
  t.match(checkOf(gate, 'registers-expiry'), { ok: false, detail: /they admit nobody any more/ })
  t.equal(gate.source.current()?.serial, 5)
  await gate.source.close()
  const again = await at.open()
  t.equal(again.source.current()?.serial, 5, 'nor does a restart lift it')
  at.put(approved(made('registers', 4), eve), at.registers)
  await until(() => again.events.some(({ about }) => 'code' in about && about.code === 'bundle_expired'))
})

t.test('what nobody approved who is named now is remembered, not enforced, and not forgotten', async (t) => {
  const at = desk(t)
  await (await at.open()).source.close()
  const [dan, fay] = [officer('dan'), officer('fay')]
  const others = { signers: [signerOf(dan), signerOf(fay)] }
  const gate = await at.open(others)
  t.equal(gate.source.current(), undefined)
  t.match(gate.source.status(), { ok: false, detail: /approved by nobody whom the settings name now/ })
  const gone = (bundle: Writable): void => {
    bundle.directives = bundle.directives.filter(({ id }) => id !== 'muse-spark-thinking')
  }
  at.put(approved(made('registers', 4), dan), at.registers)
  at.put(approved(made('policy', 6, gone), dan, fay))
  await until(() => gate.events.some(({ about }) => 'code' in about && about.code === 'directive_vanished'))
  t.equal(gate.source.current(), undefined)
  at.put(approved(made('policy', 6), dan, fay))
  await until(() => gate.source.current()?.serial === 6)
  await gate.source.close()

  const left = await at.open({ signers: [signerOf(dan), signerOf(bob)] })
  t.equal(left.source.current()?.serial, 6)
  t.match(checkOf(left, 'policy-approval'), { ok: false, detail: /the settings name its approvers no longer/ })
})

t.test('a memory that somebody planted is not enforced', async (t) => {
  const at = desk(t)
  const unsigned = await at.open({ signers: [] })
  await unsigned.source.close()
  const gate = await at.open()
  t.equal(gate.source.current()?.unsigned, false, 'the files are approved, the memory is not needed')
  await gate.source.close()
  rmSync(at.policy)
  type Kept = { policy: Envelope; registers: Envelope }
  const { format, kept } = JSON.parse(readFileSync(at.memory, 'utf8')) as { format: string; kept: Kept }
  const plant = (policy: Envelope): void => {
    const planted = { ...kept, policy: { ...kept.policy, ...policy } }
    writeFileSync(at.memory, canonicalJson({ format, digest: digestOf(planted), kept: planted }))
  }
  plant(made('policy', 7, withoutGrants))
  t.match((await at.open()).source.status(), { digest: null, detail: /approved by nobody whom the settings name now/ })
  plant({ ...made('policy', 7, withoutGrants), approvals: kept.policy.approvals })
  t.equal((await at.open()).source.current(), undefined, 'with approvals of another bundle')
  plant(kept.policy)
  t.equal((await at.open()).source.current()?.serial, 5, 'as it was')
})

t.test(
  'a comparison without an answer is made again, with the files as they lie there, and is on record once',
  async (t) => {
    const at = desk(t)
    let asked = 0
    const gate = await at.open({
      compareAgainMs: 1,
      permitsMore: async () => {
        asked += 1
        return asked < 4 ? { kind: 'undecided', why: 'it took too long', isOpen: true } : { kind: 'nothing-new' }
      },
    })
    at.put(approved(made('policy', 6, withoutGrants), bob))
    await until(() => gate.events.some(({ kind }) => kind === 'rejected'))
    t.match(gate.source.status(), { ok: false, detail: /the newest state was rejected: .*it took too long|lacks 1/ })
    t.equal(gate.source.current()?.serial, 5)
    await until(() => gate.source.current()?.serial === 6)
    t.equal(asked, 4)
    t.same(
      gate.events.map(({ kind }) => kind),
      ['loaded', 'rejected', 'loaded'],
    )
    await until(() => gate.source.status().ok)
  },
)

t.test('an answer that would be the same again is not asked for again', async (t) => {
  const at = desk(t)
  let asked = 0
  const gate = await at.open({
    compareAgainMs: 1,
    permitsMore: async () => {
      asked += 1
      return { kind: 'undecided', why: 'it tells too much apart', isOpen: false }
    },
  })
  at.put(approved(made('policy', 6, withoutGrants), bob))
  await until(() => gate.events.some(({ kind }) => kind === 'rejected'))
  // Read again as another file, so that one more look at the old one would have been seen.
  at.put(approved(made('policy', 7, withoutGrants), bob, cyd))
  await until(() => gate.source.current()?.serial === 7)
  t.equal(asked, 1)
})

t.test('a second approval that comes together with new registers lets these in', async (t) => {
  const at = desk(t)
  const gate = await at.open()
  const closing = approved(made('policy', 6, withoutGrants), bob)
  at.put(closing)
  await until(() => gate.source.current()?.serial === 6)
  await gate.source.close()

  at.put(approved(closing, cyd))
  at.put(approved(made('registers', 4), eve), at.registers)
  const again = await at.open({ permitsMore: async () => ({ kind: 'permits-more', examples: ['a member'] }) })
  t.match(again.source.current(), { serial: 6, registersSerial: 4 })
  t.match(
    again.events.map(({ kind }) => kind),
    ['approved', 'loaded'],
  )
  t.equal(again.source.status().ok, true)
})
