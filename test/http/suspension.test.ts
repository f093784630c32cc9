// Break-glass over HTTP: one officer closes, at once and for everyone; two open; a restart and a new policy change nothing about it.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { World } from '../../src/demo/world.ts'
import type { EventRecord } from '../../src/vocabulary/event.ts'
import type { LogRecord, OutcomeRecord } from '../../src/vocabulary/record.ts'
import { ask, decision, gateFor, records } from '../support/gate.ts'
import { openStream } from '../support/revoking.ts'

interface Shown {
  readonly id: string
  readonly of: string
  readonly models: readonly string[]
  readonly lift: { readonly expires_at: string } | null
}

interface AdminAnswer {
  readonly status: number
  readonly json: {
    readonly suspension?: Shown
    readonly suspensions?: readonly Shown[]
    readonly begun?: boolean
    readonly cut?: number
    readonly lifted?: boolean
    readonly opened?: readonly string[]
    readonly error?: { readonly code: string; readonly message: string }
  }
}

type Call = (role: string | null, path: string, body?: object) => Promise<AdminAnswer>

const route = '/v1/policy/suspensions'

const callerOf =
  (world: World): Call =>
  async (role, path, body) => {
    const response = await fetch(world.gateway.admin + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(role === null ? {} : { authorization: `Bearer ${await world.provider.token(role)}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, json: (await response.json()) as AdminAnswer['json'] }
  }

type Act = Extract<EventRecord, { readonly k: `suspension.${'begun' | 'lift_asked' | 'lifted'}` }>
const isEvent = (record: LogRecord): record is Act => record.k.startsWith('suspension.')
const events = async (world: World): Promise<Act[]> => (await records(world)).filter(isEvent)

async function outcome(world: World, id: string): Promise<OutcomeRecord | undefined> {
  for (let tries = 0; tries < 200; tries++) {
    const found = (await records(world)).find((record) => record.k === 'outcome' && record.id === id)
    if (found !== undefined) return found as OutcomeRecord
    await sleep(20)
  }
  return undefined
}

const untilServed = async (stream: { soFar(): string }): Promise<void> => {
  while (stream.soFar().split('data: ').length < 4) await sleep(10)
}

t.test('one officer closes a family at once, two different officers open it again', async (t) => {
  const world = await gateFor(t)
  const call = callerOf(world)
  const token = await world.provider.token('us-citizen')
  const asks = (model: string) => ask(world, { token, model })

  t.equal((await asks('fable-5')).code, '200')
  const cached = await asks('fable-5')
  t.match((await decision(world, cached.headers.get('portcullis-decision') ?? ''))?.cache, { state: 'memory' })

  await world.modelApi.set({ chunks: 2_000, chunkDelayMs: 10 })
  const citizen = await world.provider.token('us-citizen')
  const [fable, tuned, open] = await Promise.all(
    ['fable-5', 'ft:fable-5:acme:v2', 'open-1'].map((model) => openStream(world, citizen, model)),
  )
  if (!fable || !tuned || !open) throw new Error('no streams')
  await Promise.all([fable, tuned, open].map(untilServed))

  const before = Date.now()
  const begun = await call('compliance', route, { of: 'fable-5', why: 'jailbreak, case 112' })
  const took = Date.now() - before
  t.match(begun, {
    status: 201,
    json: {
      begun: true,
      cut: 2,
      suspension: {
        of: 'family:fable-5',
        models: ['fable-5', 'ft:fable-5:acme:v2'],
        by: { issuer: world.provider.issuer, subject: 'compliance' },
        why: 'jailbreak, case 112',
        lift: null,
      },
    },
  })
  const id = begun.json.suspension?.id ?? ''

  await t.test('what was open is cut within the bound, what is not named goes on', async (t) => {
    const began = Date.parse(String((await events(world))[0]?.at))
    for (const stream of [fable, tuned]) {
      t.match(await stream.ended, /"code":"model_suspended"[^\n]*\n\n$/)
      const ended = await outcome(world, stream.id)
      t.match(ended, { ending: 'cut', reason: 'model_suspended' })
      const late = Date.parse(ended?.lastByteAt ?? '') - began
      t.ok(
        late < 250,
        `its last byte went out ${late} ms after the record of the suspension; the officer waited ${took} ms`,
      )
    }
    const served = open.soFar().length
    await sleep(100)
    t.ok(open.soFar().length > served, 'the stream of another model goes on')
    t.equal((await asks('open-1')).code, '200')
  })

  await t.test('no permit cached before is used, under any name of it', async (t) => {
    const refused = await asks('fable-5')
    t.strictSame([refused.status, refused.code], [403, 'model_suspended'])
    const record = await decision(world, refused.headers.get('portcullis-decision') ?? '')
    t.match(record, { effect: 'deny', basis: 'prohibited', reason: 'model_suspended', cache: { state: 'computed' } })
    t.match(record?.policy?.suspensions, /^sha256:[0-9a-f]{64}$/)
    t.match(
      record?.determinations.find(({ directive }) => directive === `suspension:${id}`),
      { result: 'violated' },
    )
    for (const name of ['fable-latest', 'ft:fable-5:acme:v2']) t.equal((await asks(name)).code, 'model_suspended', name)
    const listed = await ask(world, { token, method: 'GET', path: '/v1/models' })
    const { data } = listed.json as unknown as { data: { id: string }[] }
    t.notMatch(
      data.map((model) => model.id),
      ['fable-5'],
    )
  })

  await t.test('suspending it again answers with the one that stands', async (t) => {
    for (const name of ['fable-5', 'family:fable-5']) {
      const again = await call('compliance-2', route, { of: name, why: 'heard of it too' })
      t.match(again, { status: 200, json: { begun: false, cut: 0, suspension: { id, why: 'jailbreak, case 112' } } })
    }
    t.equal((await events(world)).length, 1, 'and leaves no record of its own')
  })

  await t.test('the gate is ready, and shows and counts it', async (t) => {
    const ready = await fetch(`${world.gateway.admin}/readyz`)
    t.equal(ready.status, 200)
    const { checks } = (await ready.json()) as { checks: { name: string; ok: boolean; detail: string }[] }
    t.strictSame(
      checks.find(({ name }) => name === 'suspensions'),
      { name: 'suspensions', ok: true, detail: 'suspended for everyone: family:fable-5' },
    )
    const text = await (await fetch(`${world.gateway.admin}/metrics`)).text()
    t.match(text, /^portcullis_suspensions 1$/m)
    t.match(text, /^portcullis_suspension_age_seconds\{of="family:fable-5"\} \d/m)
    t.match(text, /^portcullis_decisions_total\{[^}]*reason="model_suspended"[^}]*\} \d/m)
  })

  await t.test('one officer does not open it, however often', async (t) => {
    const first = await call('compliance-2', `${route}/${id}/lift`, { why: 'patched' })
    t.match(first, { status: 202, json: { lifted: false, opened: [], suspension: { lift: { why: 'patched' } } } })
    const { expires_at: expires } = first.json.suspension?.lift ?? { expires_at: '' }
    t.ok(Math.abs(Date.parse(expires) - world.clock.now() - 86_400_000) < 5_000, `expires at ${expires}`)
    const again = await call('compliance-2', `${route}/${id}/lift`, { why: 'really' })
    t.match(again, {
      status: 409,
      json: { error: { code: 'second_officer_needed', message: /a second, different officer/ } },
    })
    t.equal((await asks('fable-5')).code, 'model_suspended')
  })

  await t.test('a second officer opens it', async (t) => {
    const second = await call('compliance', `${route}/${id}/lift`, { why: 'verified the patch' })
    t.match(second, { status: 200, json: { lifted: true, opened: ['fable-5', 'ft:fable-5:acme:v2'] } })
    t.equal((await asks('fable-5')).code, '200')
    t.strictSame((await call('auditor', route)).json.suspensions, [])
    t.match(await (await fetch(`${world.gateway.admin}/metrics`)).text(), /^portcullis_suspensions 0$/m)
    t.match(await call('compliance', `${route}/${id}/lift`, { why: 'once more' }), {
      status: 404,
      json: { error: { code: 'suspension_unknown', message: /nothing is suspended/ } },
    })
  })

  await t.test('every act is on record, with who, why and what', async (t) => {
    const all = await events(world)
    t.strictSame(
      all.map(({ k, about }) => [k, about.why]),
      [
        ['suspension.begun', 'jailbreak, case 112'],
        ['suspension.lift_asked', 'patched'],
        ['suspension.lift_asked', 'verified the patch'],
        ['suspension.lifted', 'verified the patch'],
      ],
    )
    const [begin, first, second, lifted] = all.map(({ about }) => about)
    t.match(begin, { id, of: 'family:fable-5', models: ['fable-5', 'ft:fable-5:acme:v2'], cut: 2 })
    for (const about of [begin, first, second, lifted]) {
      t.match(about, { id, issuer: world.provider.issuer, subject: /^hk1:/ }, 'a pseudonym, as everywhere in the log')
    }
    t.equal(begin?.subject, second?.subject)
    t.not(first?.subject, second?.subject)
    t.match(begin?.suspensions, /^sha256:/)
    t.equal(lifted?.suspensions, null)
  })
  await world.modelApi.set({})
})

t.test('a word of a first officer is worth nothing after a day', async (t) => {
  const world = await gateFor(t)
  const call = callerOf(world)
  const { json } = await call('compliance', route, { of: 'open-1', why: 'test' })
  const lift = `${route}/${json.suspension?.id}/lift`
  t.equal((await call('compliance', lift, { why: 'over' })).status, 202)
  await world.setNow(world.clock.now() + 86_400_000)
  t.equal((await call('compliance-2', lift, { why: 'over' })).status, 202, 'the second is a first one again')
  t.match((await call('operator', route)).json.suspensions, [{ lift: { by: { subject: 'compliance-2' } } }])
  t.equal((await call('compliance', lift, { why: 'over' })).status, 200)
})

t.test('`all` closes everything, and what is closed twice is open when both are lifted', async (t) => {
  const world = await gateFor(t)
  const call = callerOf(world)
  const token = await world.provider.token('us-citizen')
  const asks = async (model: string) => (await ask(world, { token, model })).code
  const one = (await call('compliance', route, { of: 'model:fable-5', why: 'a' })).json.suspension
  const all = (await call('compliance', route, { of: 'all', why: 'b' })).json.suspension
  t.match(one, { of: 'model:fable-5' })
  t.ok(all?.models.includes('open-1') && all.models.includes('next-1'), String(all?.models))
  t.strictSame([await asks('open-1'), await asks('fable-5')], ['model_suspended', 'model_suspended'])
  for (const officer of ['compliance', 'compliance-2']) {
    const answer = await call(officer, `${route}/${all?.id}/lift`, { why: 'over' })
    if (officer === 'compliance') t.strictSame(answer.json.opened, [])
    else t.ok(answer.json.opened?.includes('open-1') && !answer.json.opened.includes('fable-5'))
  }
  t.strictSame([await asks('open-1'), await asks('fable-5')], ['200', 'model_suspended'])
})

t.test('only an officer with a token of their own may, and only what there is can be closed', async (t) => {
  const world = await gateFor(t)
  const call = callerOf(world)
  for (const role of ['operator', 'auditor', 'enforcement-point', 'us-citizen']) {
    const answer = await call(role, route, { of: 'all', why: 'no' })
    t.match(answer, { status: 403, json: { error: { code: 'role_required' } } }, role)
  }
  t.equal((await call(null, route, { of: 'all', why: 'no' })).status, 401)
  t.equal((await call('enforcement-point', route)).status, 403)
  for (const role of ['operator', 'auditor', 'compliance']) t.equal((await call(role, route)).status, 200, role)
  const unknown = await call('compliance', route, { of: 'fable-6', why: 'x' })
  t.match(unknown, {
    status: 404,
    json: { error: { code: 'model_unknown', message: /fable-6.*families: .*fable-5.*models: .*open-1/ } },
  })
  t.match(await call('compliance', route, { of: 'model:no', why: 'x' }), {
    json: { error: { message: /no model `no`/ } },
  })
  for (const body of [
    { of: 'all' },
    { of: 'all', why: '  ' },
    { of: 'all', why: 'x', until: 'noon' },
    { of: 'all', why: 'x'.repeat(1_001) },
  ]) {
    t.match(await call('compliance', route, body), { status: 400, json: { error: { code: 'request_unreadable' } } })
  }
  t.strictSame((await call('compliance', route)).json.suspensions, [])

  const { suspension } = (await call('compliance', route, { of: 'fable-latest', why: 'the name at hand' })).json
  t.match(suspension, { of: 'model:fable-5' }, 'a name that requests carry stands for its model')
  const lift = `${route}/${suspension?.id}/lift`
  t.equal((await call('compliance', lift, { why: 'x' })).status, 202)
  t.equal((await call('operator', lift, { why: 'x' })).status, 403)
  const delegated = await world.provider.mint({
    sub: 'compliance-2',
    sub_type: 'person',
    roles: ['compliance'],
    act: { sub: 'compliance' },
  })
  const answer = await fetch(world.gateway.admin + lift, {
    method: 'POST',
    headers: { authorization: `Bearer ${delegated}`, 'content-type': 'application/json' },
    body: '{"why":"for a colleague"}',
  })
  t.equal(answer.status, 403)
  t.match(await answer.json(), { error: { code: 'role_required' } }, 'who acts for another is no officer')
  t.match((await call('compliance', route)).json.suspensions, [{ id: suspension?.id }])
})

t.test('a new policy is neither held up by a suspension nor able to lift it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-policies-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  await cp(fileURLToPath(new URL('../../policies', import.meta.url)), folder, { recursive: true })
  const world = await gateFor(t, { policies: folder })
  const call = callerOf(world)
  const token = await world.provider.token('us-citizen')
  const { suspension } = (await call('compliance', route, { of: 'family:open-1', why: 'x' })).json
  t.strictSame(suspension?.models, ['open-1'])

  const file = join(folder, 'catalogue', 'models.yaml')
  const text = await readFile(file, 'utf8')
  const moved = text.replace('family: open-1', 'family: open-ones')
  t.not(moved, text, 'the catalogue names the family')
  const { serial } = world.gateway.gate.policies.status()
  await writeFile(file, moved)
  for (let tries = 0; tries < 300 && world.gateway.gate.policies.status().serial === serial; tries++) await sleep(100)
  t.equal(world.gateway.gate.policies.status().serial, (serial ?? 0) + 1, world.gateway.gate.policies.status().detail)
  t.match(await ask(world, { token, model: 'open-1' }), { code: 'model_suspended' }, 'filed elsewhere, it stays closed')
  t.match((await call('compliance', route)).json.suspensions, [{ of: 'family:open-1', models: ['open-1'] }])
})
