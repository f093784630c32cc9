// The voice of control beside a clock that is set: nothing is signed before it stands.
import { generateKeyPairSync } from 'node:crypto'
import pino from 'pino'
import t from 'tap'
import { watchClock } from '../../src/clock/index.ts'
import { Voice, type VoiceOptions } from '../../src/control/voice.ts'

t.test('what is said while the clock does not stand is signed when it does, with the instant of then', async (t) => {
  let [wall, ticks] = [Date.parse('2026-11-22T12:00:00Z'), 0]
  const clock = { now: () => wall }
  const watch = watchClock({ clock, monotonic: () => ticks, onStep: () => {} })
  t.teardown(() => watch.close())
  const digest = (of: string): string => `sha256:${of.repeat(64)}`
  const highest = { policySerial: 1, registerSerial: 0, suspensionEpoch: 0, revocationEpoch: 0 }
  const envelope = { statement: {}, approvals: [] }
  const voice = new Voice(
    {
      leaseMs: 60_000,
      clock,
      isClockStable: watch.isStable,
      logger: pino({ level: 'silent' }),
      key: generateKeyPairSync('ed25519'),
      journal: { highest: () => highest, add: async () => {} },
      source: {
        current: () => ({ serial: 1, registersSerial: null, digest: digest('a') }),
        pair: () => ({ policy: envelope, registers: null }),
      },
    } as unknown as VoiceOptions,
    { suspended: digest('0'), revoked: digest('0') },
  )
  const sent: string[] = []
  voice.onSaid = (text) => sent.push(text)
  voice.say()
  const [first] = sent
  t.equal(voice.said?.statement.notAfter, wall + 60_000)

  for (const byMs of [3_600_000, -3_600_000]) {
    wall += byMs
    voice.say({ revoked: digest('b') })
    t.equal(voice.fresh()?.text, first, 'of before, with its own end')
    t.equal(sent.length, 1)
  }
  wall += 5_000
  ticks += 5_000
  voice.say()
  t.equal(sent.length, 2)
  t.match(voice.said?.statement, { issuedAt: wall, notAfter: wall + 60_000, revocationDigest: digest('b') })
})

t.test('a policy that came into force is signed when its publication was told of, and not before', (t) => {
  let [now, serial] = [Date.parse('2026-11-22T12:00:00Z'), 1]
  const envelope = { statement: {}, approvals: [] }
  const voice = new Voice(
    {
      leaseMs: 60_000,
      clock: { now: () => now },
      isClockStable: () => true,
      logger: pino({ level: 'silent' }),
      key: generateKeyPairSync('ed25519'),
      journal: { highest: () => ({ suspensionEpoch: 0, revocationEpoch: 0 }), add: async () => {} },
      source: {
        current: () => ({ serial, registersSerial: null, digest: 'sha256:a' }),
        pair: () => ({ policy: envelope, registers: null }),
      },
    } as unknown as VoiceOptions,
    { suspended: 'sha256:0', revoked: 'sha256:0' },
  )
  voice.say()
  serial = 2
  now += 30_000
  voice.say({ suspended: 'sha256:1' })
  t.match(voice.said?.statement, { policySerial: 1, suspensionDigest: 'sha256:1' })
  now += 30_000
  t.match(voice.fresh()?.statement, { policySerial: 1, issuedAt: now })
  voice.sayPolicy()
  t.match(voice.said?.statement, { policySerial: 2 })
  t.end()
})
