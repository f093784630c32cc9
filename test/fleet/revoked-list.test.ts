// The list of what is revoked, as it is sent: what it costs at its largest, and that nothing else is taken for one.
import t from 'tap'
import { readRevokedList, revokedList } from '../../src/fleet/revoked-list.ts'
import { fleetLimits } from '../../src/fleet-limits.ts'
import { limits } from '../../src/limits.ts'

const one = (index: number, issuer = 'https://id.example') => ({
  id: `0193-${index}`,
  of: { kind: 'subject', issuer, subject: `person ${index}`, issuedUntil: index % 2 ? null : 1_000 } as const,
  since: 1_000 + index,
})

t.test('what was written is read, and what was read before is not read again', async (t) => {
  const list = revokedList([one(1), one(2)])
  const read = readRevokedList(list.text)
  t.strictSame(read.listed, list.listed)
  t.equal(read.digest, list.digest)
  const more = readRevokedList(revokedList([...list.listed, one(3)]).text, read)
  t.equal(more.listed[1], read.listed[1], 'the very same')
  t.equal(more.listed.length, 3)
  t.not(more.digest, read.digest)
})

t.test('as many as may stand fit, with names as long as they may be', async (t) => {
  const long = '\u{10ffff}'.repeat(Math.floor(limits.nameChars / 2))
  const all = Array.from({ length: limits.revocations }, (_, index) => ({
    ...one(index),
    of: {
      kind: 'session',
      issuer: `https://${'x'.repeat(250)}.example`,
      session: `${long}${index}`,
      issuedUntil: null,
    } as const,
  }))
  t.ok(Buffer.byteLength(revokedList(all).text) + fleetLimits.statementBytes < fleetLimits.revocationsBytes)
})

t.test('nothing else is a list', async (t) => {
  const { text } = revokedList([one(1)])
  for (const wrong of [text.slice(0, -1), `${text}\n`, `${text}{}\n`, text.replace('subject', 'nobody'), 'x\n'])
    t.throws(() => readRevokedList(wrong))
  t.strictSame(readRevokedList('').listed, [])
})
