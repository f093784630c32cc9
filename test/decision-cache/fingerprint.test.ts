import fc from 'fast-check'
import t from 'tap'
import { fingerprint } from '../../src/decision-cache/index.ts'
import type { Facts } from '../../src/vocabulary/decision.ts'
import { facts, mutants } from './samples.ts'

const copy = (value: Facts): Facts => structuredClone(value)

t.test('equal facts have the same key, whatever objects they are in', async (t) => {
  t.equal(fingerprint(copy(facts)), fingerprint(facts))
  t.match(fingerprint(facts), /^[\w-]{43}$/)
})

t.test('R4: a change of any one fact changes the key', async (t) => {
  const original = fingerprint(facts)
  const seen = new Map([[original, 'the original']])
  const collisions: string[] = []
  for (const [where, mutant] of mutants(facts)) {
    // A whole part that is gone is no Facts at all and never reaches the function.
    const { caller, place, operation, remaining } = (mutant ?? {}) as Partial<Facts>
    if (!caller || !place || !operation || !remaining || Object.keys(mutant as Facts).length !== 4) continue
    const key = fingerprint(mutant as Facts)
    if (seen.has(key)) collisions.push(`${where} has the key of ${seen.get(key)}`)
    seen.set(key, where)
  }
  t.same(collisions, [])
  t.ok(seen.size > 150, `${seen.size} different keys`)
})

t.test('R4: text that moves from one fact to its neighbour changes the key', async (t) => {
  const named = (pointer: string, name: string): string =>
    fingerprint({ ...facts, operation: { ...facts.operation, models: [{ pointer, name, mode: null }] } })
  const pairs = fc.tuple(fc.string(), fc.string(), fc.string())
  fc.assert(
    fc.property(pairs, ([a, b, c]) => b === '' || named(a + b, c) !== named(a, b + c)),
    { verbose: true },
  )
  t.not(named('a', 'bc'), named('ab', 'c'))
  t.not(named('","name":"x', ''), named('', '","name":"x'))
  // A lone surrogate is not its own escape spelled out.
  t.not(named('/model', '\ud800'), named('/model', '\\ud800'))
})

t.test('R5: the same subject of two issuers has two keys, pairwise over tenants', async (t) => {
  const keys = new Set<string>()
  for (const issuer of ['https://a.example', 'https://b.example']) {
    for (const subject of ['alice', 'bob']) {
      for (const organization of ['acme', 'globex', null]) {
        const id = { issuer, subject }
        keys.add(
          fingerprint({
            ...facts,
            caller: { ...facts.caller, subject: { ...facts.caller.subject, id }, organization },
          }),
        )
      }
    }
  }
  t.equal(keys.size, 12)
})

t.test('a caller and a place are digested once for as long as they live', async (t) => {
  const once = copy(facts)
  const first = fingerprint(once)
  let reads = 0
  const watched = new Proxy(once.operation, {
    ownKeys(target) {
      reads += 1
      return Reflect.ownKeys(target)
    },
  })
  // Only the operation is read again; were the caller read, this change (which its type forbids) would show.
  Object.assign(once.caller.token, { jti: 'another' })
  t.equal(fingerprint({ ...once, operation: watched }), first)
  t.equal(reads, 1)
})
