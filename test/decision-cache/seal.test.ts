import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createSeal } from '../../src/decision-cache/seal.ts'
import { bindings, otherBindings } from './samples.ts'

const fleetKey = randomBytes(32)
const seal = createSeal(fleetKey)
const plain = Buffer.from('{"a decision":true}')
const sealed = seal.seal('key', bindings, plain)

t.test('what was sealed opens for the same entry, in every gate of the fleet', async (t) => {
  t.same(seal.open('key', bindings, sealed), plain)
  t.same(createSeal(Uint8Array.from(fleetKey)).open('key', { ...bindings }, sealed), plain)
})

t.test('no two seals are alike, and none shows what is in it', async (t) => {
  t.notSame(seal.seal('key', bindings, plain), sealed)
  t.notOk(sealed.includes('decision'))
})

t.test('R2: what another key sealed does not open', async (t) => {
  t.equal(createSeal(randomBytes(32)).open('key', bindings, sealed), undefined)
})

t.test('R1, R5: what was sealed for another request does not open', async (t) => {
  t.equal(seal.open('other key', bindings, sealed), undefined)
})

t.test('R3: what was sealed under other bindings does not open, nor has it the same name', async (t) => {
  for (const [what, other] of otherBindings) {
    t.equal(seal.open('key', other, sealed), undefined, what)
    t.not(seal.name('key', other), seal.name('key', bindings), what)
  }
})

t.test('R2: no changed bit goes unnoticed', async (t) => {
  const opened: number[] = []
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const altered = Buffer.from(sealed)
    altered[bit >> 3]! ^= 1 << (bit & 7)
    if (seal.open('key', bindings, altered) !== undefined) opened.push(bit)
  }
  t.same(opened, [])
})

t.test('R13: no value that was cut short or made longer opens', async (t) => {
  const opened: number[] = []
  for (let length = 0; length < sealed.length; length += 1) {
    if (seal.open('key', bindings, sealed.subarray(0, length)) !== undefined) opened.push(length)
  }
  t.same(opened, [])
  t.equal(seal.open('key', bindings, Buffer.concat([sealed, Buffer.of(0)])), undefined)
})

t.test('R15: a name tells nothing to those who know the facts but not the fleet key', async (t) => {
  t.match(seal.name('key', bindings), /^portcullis:d1:[\w-]{43}$/)
  t.not(createSeal(randomBytes(32)).name('key', bindings), seal.name('key', bindings))
})

t.test('a fleet key of another length is refused', async (t) => {
  for (const length of [0, 16, 31, 33]) t.throws(() => createSeal(new Uint8Array(length)), TypeError, `${length} bytes`)
})
