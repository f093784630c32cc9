import { InvalidArgumentError } from 'commander'
import t from 'tap'
import { countArgument, instantArgument } from '../../src/commands/arguments.ts'

t.test('an instant is taken with its offset, to the millisecond', async (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['2026-06-12T21:21:00Z', '2026-06-12T21:21:00.000Z'],
    ['2026-06-12T21:21Z', '2026-06-12T21:21:00.000Z'],
    ['2026-06-12T17:21:00-04:00', '2026-06-12T21:21:00.000Z'],
    ['2026-06-12T21:21:00.1234567Z', '2026-06-12T21:21:00.123Z'],
    ['2028-02-29T23:59:59+00:00', '2028-02-29T23:59:59.000Z'],
  ]
  for (const [text, means] of cases) t.equal(new Date(instantArgument(text)).toISOString(), means, text)
})

t.test('what is no instant, or stands on no calendar, is refused', async (t) => {
  const wrong = [
    '',
    '2026-06-12',
    '2026-06-12T21:21:00',
    '2026-06-12 21:21:00Z',
    '12 June 2026 21:21:00 Z',
    ' 2026-06-12T21:21:00Z',
    '+002026-06-12T21:21:00Z',
    '2026-06-31T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-06-12T24:00:00Z',
    '2026-06-12T21:60:00Z',
    '2026-06-12T23:59:60Z',
    '2026-06-12T21:21:00+99:00',
    '1749763260',
  ]
  for (const text of wrong) t.throws(() => instantArgument(text), InvalidArgumentError, text)
})

t.test('a count is a whole number above zero', async (t) => {
  t.equal(countArgument('20'), 20)
  for (const text of ['', '0', '-1', '1.5', '1e3', '0x10', '08', ' 1', '9'.repeat(16)])
    t.throws(() => countArgument(text), InvalidArgumentError, text)
})
