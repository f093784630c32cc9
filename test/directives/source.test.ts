// The policy source: what is loaded, what is kept, what is refused, when a folder or a bundle file changes.

import { appendFileSync, cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  envelopeText,
  openPolicySource,
  type PolicySource,
  type PolicySourceEvent,
  type PolicySourceOptions,
} from '../../src/directives/index.ts'
import { policiesFolder } from '../policy-read/reference.ts'
import { compiledFolder, envelope } from './envelopes.ts'

// Thousands of compilations, or dozens of processes: slow where the machine is busy.
t.setTimeout(400_000)

const june = { now: () => Date.parse('2026-06-20T12:00:00Z') }

interface Opened {
  readonly source: PolicySource
  readonly folder: string
  readonly events: PolicySourceEvent[]
  /** Waits for the next event after what `change` does. */
  after(change: () => void): Promise<PolicySourceEvent>
}

async function open(
  t: Test,
  kind: 'directory' | 'bundle' = 'directory',
  file?: string,
  more: Partial<PolicySourceOptions> = {},
): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-policies-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(policiesFolder, folder, { recursive: true })
  const events: PolicySourceEvent[] = []
  const path = file === undefined ? folder : join(folder, file)
  if (file !== undefined) writeFileSync(path, await built(folder, 5))
  const source = await openPolicySource({
    source: kind,
    path,
    memory: null,
    clock: june,
    quietMs: 50,
    onEvent: (event) => events.push(event),
    ...more,
  })
  t.teardown(() => source.close())
  const after = async (change: () => void): Promise<PolicySourceEvent> => {
    const seen = events.length
    change()
    for (let waited = 0; waited < 30_000; waited += 20) {
      const event = events[seen]
      if (event !== undefined) return event
      await sleep(20)
    }
    throw new Error('nothing happened')
  }
  return { source, folder, events, after }
}

const built = async (folder: string, serial: number): Promise<string> =>
  envelopeText(envelope('whole', await compiledFolder(folder), { serial }))

const until = async (holds: () => boolean): Promise<void> => {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > 30_000) throw new Error('it never came to hold')
    await sleep(20)
  }
}

const edit = (folder: string, file: string, from: string | RegExp, to: string): void => {
  const text = readFileSync(join(folder, file), 'utf8')
  const next = text.replace(from, to)
  if (next === text) throw new Error('nothing changed')
  writeFileSync(join(folder, file), next)
}

t.test('a change that makes an example fail is refused, and mending it is noticed', async (t) => {
  const { source, folder, events, after } = await open(t)
  t.match(events, [{ kind: 'loaded', about: { serial: 1, unsigned: true } }])
  const first = source.current()
  const event = await after(() => edit(folder, 'registers/cyber-tier.yaml', 'demo/partner-us', 'demo/evaluator'))
  t.match(event, { kind: 'rejected', about: { code: 'policy_faulty' } })
  t.equal(source.current(), first)
  t.equal(source.status().ok, false)
  edit(folder, 'registers/cyber-tier.yaml', 'demo/evaluator', 'demo/partner-us')
  await until(() => source.status().ok)
  t.equal(source.current(), first, 'the same words are no new policy')
})

t.test('a reload swaps once and tells the listeners after it', async (t) => {
  const { source, folder, after } = await open(t)
  const first = source.current()
  const heard: (number | undefined)[] = []
  source.onChange((active) => heard.push(active.serial, source.current()?.serial))
  const event = await after(() =>
    edit(
      folder,
      'registers/clients.yaml',
      'entries:',
      'entries:\n  - { who: demo/new-desk, organization: harbor-analytics, from: 2026-01-01T00:00:00Z, until: further-notice }',
    ),
  )
  t.match(event, { kind: 'loaded', about: { serial: 2, before: first?.digest } })
  t.same(heard, [2, 2])
  t.not(source.current()?.digest, first?.digest)
  t.equal(first?.serial, 1, 'whoever holds the old policy keeps it whole')
  t.equal(source.current()?.policy.bundle.registers.clients.length, 4)
})

t.test('a listener that fails neither undoes a swap nor passes for a fault of the policy', async (t) => {
  const faults: unknown[] = []
  const { source, folder, events, after } = await open(t, 'directory', undefined, {
    onListenerFault: (error) => faults.push(error),
  })
  const heard: number[] = []
  source.onChange(() => {
    throw new Error('a listener of its own')
  })
  source.onChange(({ serial }) => heard.push(serial))
  await after(() =>
    appendFileSync(
      join(folder, 'registers/cyber-tier.yaml'),
      '  - { who: demo/somebody-new, from: 2026-06-01T00:00:00Z, until: further-notice }\n',
    ),
  )
  t.match(faults, [{ message: 'a listener of its own' }])
  t.same(heard, [2], 'the others are told')
  t.same(
    events.map(({ kind }) => kind),
    ['loaded', 'loaded'],
  )
  t.match(source.status(), { ok: true, serial: 2, detail: /^serial 2, sha256:[0-9a-f]{64}, unsigned$/ })
})

t.test('a directive in force whose file was deleted, renamed, emptied or cut stays in force', async (t) => {
  const { source, folder, after } = await open(t)
  const first = source.current()
  const path = join(folder, 'directives/muse-spark-thinking.yaml')
  const text = readFileSync(path)
  const changes = [
    () => rmSync(path),
    () => renameSync(path, `${path}.bak`),
    () => writeFileSync(path, ''),
    () => writeFileSync(path, text.subarray(0, 900)),
  ]
  // Nothing else asks for it, so that the folder without it would be a good policy.
  await after(() => rmSync(join(folder, 'examples/june-2026.yaml')))
  const without = source.current()
  for (const change of changes) {
    t.equal((await after(change)).kind, 'rejected')
    t.equal(source.current(), without)
    t.match(source.status(), { ok: false })
    writeFileSync(path, text)
    await until(() => source.status().ok)
  }
  t.not(without, first)
})

t.test('a vanished directive is named, with its code', async (t) => {
  const { folder, after } = await open(t)
  const event = await after(() => {
    rmSync(join(folder, 'examples/june-2026.yaml'))
    rmSync(join(folder, 'directives/muse-spark-thinking.yaml'))
  })
  t.match(event, {
    kind: 'rejected',
    about: {
      code: 'directive_vanished',
      reasons: [/^`muse-spark-thinking` version 1 was in force and is missing/],
    },
  })
})

t.test('a withdrawal that holds already lifts; a superseding version replaces', async (t) => {
  const { source, folder, after } = await open(t)
  const path = join(folder, 'directives/muse-spark-thinking.yaml')
  const old = readFileSync(path, 'utf8')
  const version2 = old
    .replace('version: 1', 'version: 2\nsupersedes: [1]')
    .replace('effective: 2026-06-01', 'effective: 2026-06-20')
  const event = await after(() => writeFileSync(join(folder, 'directives/muse-spark-thinking-2.yaml'), version2))
  t.equal(event.kind, 'loaded')
  t.equal((await after(() => rmSync(path))).kind, 'loaded', 'the old file may go once it is replaced')
  t.same(
    source
      .current()
      ?.policy.bundle.directives.filter(({ id }) => id === 'muse-spark-thinking')
      .map(({ version }) => version),
    [2],
  )
})

t.test('a folder that cannot be read gives no policy, and is taken up when it can', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-policies-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const events: PolicySourceEvent[] = []
  const path = join(folder, 'policies')
  const source = await openPolicySource({
    source: 'directory',
    path,
    memory: null,
    clock: june,
    quietMs: 20,
    onEvent: (e) => events.push(e),
  })
  t.teardown(() => source.close())
  t.equal(source.current(), undefined)
  t.match(source.status(), { ok: false, digest: null })
  cpSync(policiesFolder, path, { recursive: true })
  await until(() => source.status().ok)
})

t.test('a bundle file is loaded; changed, cut or older ones are refused', async (t) => {
  const { source, folder, after } = await open(t, 'bundle', 'june.bundle')
  const path = join(folder, 'june.bundle')
  t.equal(source.current()?.serial, 5)
  const good = readFileSync(path, 'utf8')
  const put = (text: string) => () => {
    writeFileSync(`${path}.new`, text)
    renameSync(`${path}.new`, path)
  }
  const laxer = good.replace('"iran"', '').replace('"IR"', '"IS"')
  t.match((await after(put(laxer))).about, { code: 'bundle_faulty', reasons: [/digest/] })
  t.match((await after(put(good.slice(0, -400)))).about, { code: 'bundle_faulty' })
  appendFileSync(
    join(folder, 'registers/cyber-tier.yaml'),
    '  - { who: demo/evaluator, from: 2026-06-01T00:00:00Z, until: further-notice }\n',
  )
  const older = await built(folder, 5)
  t.match((await after(put(older))).about, { code: 'serial_not_higher' })
  t.equal(source.current()?.serial, 5)
  const newer = await built(folder, 6)
  t.match(await after(put(newer)), { kind: 'loaded', about: { serial: 6 } })
})

t.test('a directive that was edited in place stays as it was; as a new version it changes', async (t) => {
  const { source, folder, after } = await open(t)
  const first = source.current()
  const file = 'directives/us-bis-2026-06-12.yaml'
  const event = await after(() => edit(folder, file, 'not-older-than: 365d', 'not-older-than: no-limit'))
  t.match(event, {
    kind: 'rejected',
    about: {
      code: 'changed_without_version',
      reasons: [/^`us-bis-2026-06-12` version 1 was changed in place \(`status-evidence`\): .* write a new version/],
    },
  })
  t.equal(source.current(), first)
  t.match(source.status(), { ok: false })
})
