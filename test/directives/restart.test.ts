// What a restart finds: the policy that was last in force is recalled, and what the source holds is checked beside it.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  envelopeText,
  openPolicySource,
  type PolicySource,
  type PolicySourceEvent,
} from '../../src/directives/index.ts'
import { policiesFolder } from '../policy-read/reference.ts'
import { compiledFolder, envelope } from './envelopes.ts'

t.setTimeout(400_000)

const june = { now: () => Date.parse('2026-06-20T12:00:00Z') }

interface Place {
  readonly root: string
  readonly folder: string
  readonly memory: string
}

function place(t: Test): Place {
  const root = mkdtempSync(join(tmpdir(), 'portcullis-restart-'))
  t.teardown(() => rmSync(root, { recursive: true, force: true }))
  const folder = join(root, 'policies')
  cpSync(policiesFolder, folder, { recursive: true })
  // Nothing else asks for a directive, so that a folder without one is a good policy.
  rmSync(join(folder, 'examples'), { recursive: true })
  return { root, folder, memory: join(root, 'policy-active.json') }
}

type Events = PolicySourceEvent[]

async function start(
  t: Test,
  { folder, memory }: Pick<Place, 'folder' | 'memory'>,
  source: 'directory' | 'bundle' = 'directory',
): Promise<{ readonly source: PolicySource; readonly events: Events }> {
  const events: Events = []
  const onEvent = (event: PolicySourceEvent): void => void events.push(event)
  const opened = await openPolicySource({ source, path: folder, memory, clock: june, quietMs: 20, onEvent })
  t.teardown(() => opened.close())
  return { source: opened, events }
}

/** Starts, ends and gives the policy that was in force. */
async function once(t: Test, at: Place): Promise<{ readonly digest: string; readonly serial: number }> {
  const { source } = await start(t, at)
  await source.close()
  const { digest, serial } = source.current() ?? { digest: '', serial: 0 }
  return { digest, serial }
}

const until = async (holds: () => boolean): Promise<void> => {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > 30_000) throw new Error('it never came to hold')
    await sleep(20)
  }
}

const embargo = 'directives/embargo.yaml'

t.test('a restart with the same folder goes on where it stood, and says so in its log', async (t) => {
  const at = place(t)
  const first = await once(t, at)
  t.equal(statSync(at.memory).mode & 0o777, 0o600)
  t.match(JSON.parse(readFileSync(at.memory, 'utf8')), { kept: { policy: { statement: { serial: first.serial } } } })
  const { source, events } = await start(t, at)
  t.match(events, [{ kind: 'loaded', about: { ...first, before: first.digest } }])
  t.match(source.status(), { ok: true, ...first })
})

t.test('a restart does not lift a directive whose file is gone', async (t) => {
  const at = place(t)
  const first = await once(t, at)
  const text = readFileSync(join(at.folder, embargo))
  rmSync(join(at.folder, embargo))
  for (const start_ of [1, 2]) {
    const { source, events } = await start(t, at)
    t.match(
      events,
      [{ kind: 'rejected', about: { code: 'directive_vanished', kept: first.digest } }],
      `start ${start_}`,
    )
    t.equal(source.current()?.digest, first.digest, 'the old policy serves')
    t.match(source.status(), {
      ok: false,
      detail: /kept from before the start; the newest state was rejected: `compre/,
    })
    await source.close()
  }
  const { source } = await start(t, at)
  writeFileSync(join(at.folder, embargo), text)
  await until(() => source.status().ok)
  t.equal(source.current()?.digest, first.digest)
})

t.test('a restart does not take over what was edited under the same version', async (t) => {
  const at = place(t)
  const first = await once(t, at)
  const path = join(at.folder, embargo)
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace('any-of: [subject, actor, end-user]', 'any-of: [subject, actor]'),
  )
  const { source, events } = await start(t, at)
  t.match(events, [{ about: { code: 'changed_without_version' } }])
  t.equal(source.current()?.digest, first.digest)
})

t.test('with a source that cannot be read the kept policy serves, and nobody is told that all is well', async (t) => {
  const at = place(t)
  const first = await once(t, at)
  const { source, events } = await start(t, { ...at, folder: join(at.root, 'nowhere') })
  t.match(events, [{ kind: 'rejected', about: { code: 'policy_faulty', kept: first.digest } }])
  t.match(source.status(), { ok: false, ...first, detail: /kept from before the start/ })
})

t.test('serials of a folder go on over a restart', async (t) => {
  const at = place(t)
  t.equal((await once(t, at)).serial, 1)
  const register = join(at.folder, 'registers/cyber-tier.yaml')
  writeFileSync(
    register,
    `${readFileSync(register, 'utf8')}  - { who: demo/somebody-new, from: 2026-06-01T00:00:00Z, until: further-notice }\n`,
  )
  t.equal((await once(t, at)).serial, 2)
  t.equal((await once(t, at)).serial, 2)
})

t.test('the serial of a bundle does not go back over a restart, nor stay where its content changed', async (t) => {
  const at = place(t)
  const bundle = { folder: join(at.root, 'policy.bundle'), memory: at.memory }
  const put = async (serial: number): Promise<void> => {
    writeFileSync(bundle.folder, envelopeText(envelope('whole', await compiledFolder(at.folder), { serial })))
  }
  const restarted = async (): Promise<{ readonly serial: number | undefined; readonly events: Events }> => {
    const { source, events } = await start(t, bundle, 'bundle')
    await source.close()
    return { serial: source.current()?.serial, events }
  }
  await put(5)
  t.match(await restarted(), { serial: 5, events: [{ kind: 'loaded' }] })
  t.match(await restarted(), { serial: 5, events: [{ kind: 'loaded' }] })
  await put(7)
  t.match(await restarted(), { serial: 7, events: [{ kind: 'loaded' }] }, 'the same content, published anew')
  await put(6)
  t.match(await restarted(), { serial: 7, events: [{ about: { code: 'serial_not_higher' } }] })
  rmSync(join(at.folder, 'grants'), { recursive: true })
  await put(7)
  t.match(await restarted(), { serial: 7, events: [{ about: { code: 'serial_not_higher' } }] })
  await put(8)
  t.match(await restarted(), { serial: 8, events: [{ kind: 'loaded' }] })
})

t.test('a memory that cannot be believed lets nothing pass until somebody removes it', async (t) => {
  const at = place(t)
  const first = await once(t, at)
  const good = readFileSync(at.memory, 'utf8')
  const faults: (string | Buffer)[] = ['', '{}', good.slice(0, -300), good.replace('"IR"', '"IS"'), 'format']
  for (const fault of faults) {
    writeFileSync(at.memory, fault)
    const { source, events } = await start(t, at)
    t.equal(source.current(), undefined)
    t.match(source.status(), {
      ok: false,
      detail: /no policy is loaded.*cannot be recalled: .*remove it; then start again/,
    })
    t.match(events, [{ kind: 'rejected', about: { code: 'memory_faulty', kept: null } }])
    await source.close()
    t.equal(readFileSync(at.memory, 'utf8'), fault, 'and it is left as it is')
  }
  rmSync(at.memory)
  mkdirSync(at.memory)
  t.equal((await start(t, at)).source.current(), undefined, 'a folder in its place is not nothing')
  rmSync(at.memory, { recursive: true })
  t.same(await once(t, at), first, 'removed knowingly')
})

t.test('what cannot be kept does not come into force, and is tried again', async (t) => {
  const at = place(t)
  const memory = join(at.root, 'later', 'policy-active.json')
  const { source, events } = await start(t, { ...at, memory })
  t.equal(source.current(), undefined)
  t.match(source.status(), { ok: false, detail: /cannot be kept in .*ENOENT/ })
  await sleep(3_000)
  t.match(events, [{ kind: 'rejected', about: { code: 'memory_unwritable' } }], 'told once')
  mkdirSync(join(at.root, 'later'))
  await until(() => source.status().ok)
  t.equal(source.current()?.serial, 1)
})

t.test('a half-written memory of a crash is no memory, and is overwritten', async (t) => {
  const at = place(t)
  writeFileSync(`${at.memory}.tmp`, 'x'.repeat(100_000_0))
  const first = await once(t, at)
  t.same(readdirSync(at.root).toSorted(), ['policies', 'policy-active.json'])
  t.match(JSON.parse(readFileSync(at.memory, 'utf8')), { kept: { policy: { statement: { serial: first.serial } } } })
})
