// Statements: only what the pinned key signed is read, and only what goes on from what was seen is followed.
import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { type FleetStatement, signStatement } from '../../src/fleet/index.ts'
import { objectionTo, seenIn, seenNothing, statementReader } from '../../src/fleet/statement.ts'

const keys = generateKeyPairSync('ed25519')
const read = statementReader(String(keys.publicKey.export({ format: 'jwk' }).x))
const now = Date.parse('2026-11-22T12:00:00Z')
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`

const statement: FleetStatement = {
  policySerial: 7,
  policyDigest: digest('1'),
  registerSerial: 3,
  bundlesDigest: digest('2'),
  suspensionEpoch: 5,
  suspensionDigest: digest('0'),
  revocationEpoch: 0,
  revocationDigest: digest('0'),
  issuedAt: now,
  notAfter: now + 60_000,
}

t.test('what was signed is read; each change of it is forged', async (t) => {
  const text = signStatement(statement, keys.privateKey)
  t.strictSame(read(text), { kind: 'said', said: statement })
  const other = generateKeyPairSync('ed25519').privateKey
  t.match(read(signStatement(statement, other)), { kind: 'fault', why: 'forged' })
  for (const [name, value] of Object.entries(statement)) {
    const changed = typeof value === 'number' ? value + 1 : digest('9')
    t.match(read(text.replace(`"${name}":${JSON.stringify(value)}`, `"${name}":${JSON.stringify(changed)}`)), {
      kind: 'fault',
      why: 'forged',
    })
  }
  for (const none of ['', '{}', 'x'.repeat(10_000), text.slice(1), `${text} `.repeat(2), text.replace('/1"', '/2"')])
    t.match(read(none), { kind: 'fault', why: 'unreadable' })
})

t.test('a statement that is over, ahead, older or at odds with what was seen is not followed', async (t) => {
  const objection = (change: Partial<FleetStatement>, seen = seenIn(statement)) =>
    objectionTo({ ...statement, ...change }, seen, now)
  t.equal(objection({}), undefined)
  t.equal(objection({}, seenNothing), undefined)
  t.equal(objection({ notAfter: now }), 'expired')
  t.equal(objection({ issuedAt: now + 1_000 }), undefined)
  t.equal(objection({ issuedAt: now + 1_001 }), 'ahead')
  for (const name of ['policySerial', 'registerSerial', 'suspensionEpoch'] as const)
    t.equal(objection({ [name]: statement[name] - 1 }), 'replayed', name)
  t.equal(objection({ policySerial: 8, suspensionEpoch: 4 }), 'replayed', 'one number that grows excuses no other')
  t.equal(objection({ policyDigest: digest('9') }), 'conflicting')
  t.equal(objection({ suspensionDigest: digest('9') }), 'conflicting')
  t.equal(objection({ revocationDigest: digest('9') }), 'conflicting')
  t.equal(objection({ policyDigest: digest('9'), registerSerial: 4 }), undefined, 'newer registers change the whole')
  t.equal(objection({ bundlesDigest: digest('9') }), undefined, 'approvals that came later change no policy')
  t.equal(objection({ policySerial: 8, policyDigest: digest('9') }), undefined)
})
