// What `revoke` at control reaches in a fleet of real processes beside requests and streams: WebSockets, whom a grant lets in, and its own
// end, when nothing is left that it could reach.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { type Fleet, type RunningGate, startFleet, until } from '../support/fleet.ts'
import { records } from '../support/gate.ts'
import { license } from '../support/license.ts'
import { startRedis } from '../support/redis.ts'
import { callRevocations, openStream, outcomeOf, revocationsRoute, untilServed } from '../support/revoking.ts'
import { startSocketApi } from '../support/socket-api.ts'
import { connect } from '../support/socket-gate.ts'

t.setTimeout(600_000)

const revoke = async (fleet: Fleet, of: object): Promise<void> => {
  const { status, json } = await fleet.call('operator', revocationsRoute, { ...of, why: 'test' })
  if (status !== 201) throw new Error(JSON.stringify(json))
}

t.test(
  'what is revoked at control reaches sockets and grants at every gate, and is forgotten by all at once',
  async (t) => {
    const redis = await startRedis()
    t.teardown(() => redis.stop())
    const api = await startSocketApi()
    t.teardown(() => api.close())
    const fleet = await startFleet(t, { redis: redis.url, lease: '10s' })
    const clock = join(fleet.folder, 'clock')
    await writeFile(clock, '0')
    await license(fleet, 'foreign-national', null)
    const control = await fleet.control({ clock })
    const { code, err } = await fleet.publish(fleet.build(1))
    t.equal(code, 0, err)
    const upstreams = `
  - { name: stand-in, dialect: openai, url: "${fleet.modelApi.url}", models: [fable-5] }
  - { name: sockets, dialect: openai, url: "${api.url}", models: [open-1] }`
    const one = await fleet.gate('one', { upstreams }, clock)
    let two = await fleet.gate('two', { upstreams }, clock)
    const foreign = (gate: RunningGate): Promise<string> => gate.ask('fable-5', 'foreign-national')
    for (const gate of [one, two]) await until('it is served', async () => (await foreign(gate)) === '200')
    const shown = async ({ admin }: RunningGate): Promise<readonly string[]> =>
      ((await callRevocations(admin, await fleet.provider.token('compliance'))).json.revocations ?? []).map(({ of }) =>
        String(of['kind']),
      )

    await t.test('a socket at a gate that was not asked is closed, one of somebody else goes on', async (t) => {
      const person = (sub: string) => fleet.provider.mint({ sub, sub_type: 'person', sid: `s-${sub}` })
      const [ann, bob] = await Promise.all(['ann', 'bob'].map(person))
      const path = '/v1/realtime?model=open-1'
      const world = { gateway: two }
      const [hers, idle, his] = await Promise.all([
        connect({ world }, { token: ann ?? '', path }),
        // Nothing was permitted on it so far.
        connect({ world }, { token: ann ?? '', path: '/v1/responses' }),
        connect({ world }, { token: bob ?? '', path }),
      ])
      await Promise.all([hers, his].map(({ next }) => next('session.created')))
      await revoke(fleet, { kind: 'session', id: 's-ann' })
      t.equal((await hers.closed).code, 1008)
      t.match(hers.events.at(-1), { type: 'error', error: { code: 'session_revoked' } })
      t.equal((await idle.closed).code, 1008)
      await until('it is on record', async () =>
        (await records(two)).some(
          (one) => one.k === 'outcome' && one.ending === 'cut' && one.reason === 'session_revoked',
        ),
      )
      his.say({ type: 'response.create' })
      await his.next('response.done')
      his.ws.close(1000)
    })

    await t.test(
      'a grant that is revoked lets nobody in, cuts whom it let in, and stays revoked over kill -9',
      async (t) => {
        await fleet.modelApi.set({ chunks: 100_000, chunkDelayMs: 10 })
        const [theirs, other] = await Promise.all(
          ['foreign-national', 'us-citizen'].map(async (who) =>
            openStream({ gateway: two }, await fleet.provider.token(who), 'fable-5'),
          ),
        )
        if (theirs === undefined || other === undefined) throw new Error('no streams')
        await Promise.all([theirs, other].map(untilServed))
        await revoke(fleet, { kind: 'grant', id: 'license-of-autumn' })
        t.match(await theirs.ended, /"code":"grant_revoked"/)
        t.match(await outcomeOf(two, theirs.id), { ending: 'cut', reason: 'grant_revoked' })
        const served = other.soFar().length
        await until('who needs no grant goes on', async () => other.soFar().length > served)
        await fleet.modelApi.set({})
        for (const gate of [one, two])
          await until('it lets nobody in', async () => (await foreign(gate)) === '403 grant_revoked')
        const broken = other.ended.catch(() => {})
        await two.end('SIGKILL')
        await broken
        two = await fleet.gate('two', { upstreams }, clock)
        await until('it serves', async () => (await two.ask('fable-5')) === '200')
        t.equal(await foreign(two), '403 grant_revoked')
      },
    )

    await t.test('what reaches no token any more is forgotten by control, and so by each gate', async (t) => {
      for (const gate of [one, two]) t.same((await shown(gate)).toSorted(), ['grant', 'session'])
      const later = 49 * 3_600_000
      await writeFile(clock, String(later))
      for (const { child } of [control, one, two]) child.kill('SIGUSR2')
      await fleet.provider.setNow(Date.now() + later)
      for (const gate of [one, two])
        await until('it has forgotten', async () => {
          const kinds = await shown(gate)
          return kinds.length === 1 && kinds[0] === 'grant'
        })
      t.match(control.output(), /"kind":"session".*"msg":"revocation.forgotten"/)
      t.match(await readFile(join(fleet.folder, 'control/revocations.ndjson'), 'utf8'), /"act":"forgotten"/)
      await until('all enforce the same', async () =>
        (await fleet.status()).gates.every(({ standing, lacks }) => standing === 'enforced' && lacks.length === 0),
      )
      let answer = ''
      await until('its clock has stood for a while', async () => {
        answer = await foreign(one)
        return answer !== '503 clock_unsynchronized'
      })
      t.equal(answer, '403 grant_revoked', 'a grant stays revoked')
    })
  },
)
