import t from 'tap'
import { decodeEntry, encodeEntry } from '../../src/decision-cache/decoded.ts'
import type { Entry } from '../../src/decision-cache/entry.ts'
import { cached, mutants, noon } from './samples.ts'

const entry: Entry = { cached: cached({ validUntil: noon + 2_000 }), from: noon, until: noon + 1_000 }
const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

t.test('an entry comes back as it went, and every kind of obligation with it', async (t) => {
  t.same(decodeEntry(encodeEntry(entry)), entry)
})

t.test('R13: an entry with a member too many, too few or of another type is none', async (t) => {
  // Where free text, times and lists stand, another value is another valid entry: those are told apart by the seal.
  const free = /: (longer|empty|other case|one more|one less|the contrary|null|not null)$/
  const accepted: string[] = []
  let refused = 0
  for (const [where, mutant] of mutants(entry)) {
    if (decodeEntry(bytes(mutant)) === undefined) refused += 1
    else if (!free.test(where)) accepted.push(where)
  }
  t.same(accepted, [])
  t.ok(refused > 100, `${refused} refused`)
})

t.test('R13: words outside the closed lists are refused', async (t) => {
  const one = entry.cached.decision
  for (const change of [
    { effect: 'allow' },
    { basis: 'unknown' },
    { reason: 'because' },
    { obligations: [{ kind: 'nothing' }] },
    { obligations: [{ kind: 'cap-output-tokens', max: -1 }] },
    { obligations: [{ kind: 'cap-output-tokens', max: 1.5 }] },
    { determinations: [{ ...one.determinations[0], result: 'true' }] },
    { resources: [{ ...one.resources[0], listing: 'secret' }] },
    { validUntil: '2026-06-20T12:00:00Z' },
  ]) {
    const cachedOther = { ...entry.cached, decision: { ...one, ...change } }
    t.equal(decodeEntry(bytes({ ...entry, cached: cachedOther })), undefined, JSON.stringify(change))
  }
})

t.test('R6: a fault that somebody shared is no entry', async (t) => {
  const fault = cached({ effect: 'deny', basis: 'system', reason: 'geo_unavailable' })
  t.equal(decodeEntry(bytes({ ...entry, cached: fault })), undefined)
})

t.test('a permit with the basis of a refusal, or the reverse, is no entry', async (t) => {
  t.equal(decodeEntry(bytes({ ...entry, cached: cached({ basis: 'prohibited' }) })), undefined)
  t.equal(decodeEntry(bytes({ ...entry, cached: cached({ effect: 'deny' }) })), undefined)
})

t.test('T1: an entry whose span is empty or goes past its valid-until is none', async (t) => {
  const at = (validUntil: number | null, until: number): unknown =>
    decodeEntry(bytes({ cached: cached({ validUntil }), from: noon, until }))
  t.ok(at(noon + 1_000, noon + 1_000))
  t.equal(at(noon + 1_000, noon + 1_001), undefined)
  t.equal(at(null, noon), undefined)
})

t.test('R13: text that two readers could read differently is no entry', async (t) => {
  const text = JSON.stringify(entry)
  for (const [what, other] of [
    ['a duplicate key', text.replace('"effect":', '"effect":"deny","effect":')],
    ['a second value', `${text}{}`],
    ['a byte order mark', `\ufeff${text}`],
    ['nesting', text.replace('"obligations":', `"obligations":${'['.repeat(100_000)}`)],
    ['nothing', ''],
    ['a scalar', '1'],
    ['a list', '[]'],
    ['an inherited name', text.replace('{"cached"', '{"__proto__":{},"cached"')],
  ] as const) {
    t.equal(decodeEntry(Buffer.from(other)), undefined, what)
  }
  const broken = Buffer.from(text)
  broken[text.indexOf('muse')] = 0xff
  t.equal(decodeEntry(broken), undefined, 'ill-formed UTF-8')
})
