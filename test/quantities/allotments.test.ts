// Licensed amounts of a fleet: several gates, one control, and a network between them that loses what it likes.
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { type Allotments, openAllotments } from '../../src/control/allotments.ts'
import { fromCalls } from '../../src/fleet/from-control.ts'
import { type AllotmentRequest, signAllotment } from '../../src/fleet/index.ts'
import { openQuantities, type Quantities, type Reservation } from '../../src/quantities/index.ts'

const keys = generateKeyPairSync('ed25519')
const controlKey = String(keys.publicKey.export({ format: 'jwk' }).x)

type Loss = 'nothing' | 'call' | 'answer'

/** A control whose file stays, and the way to it. */
class Control {
  readonly path: string
  #allotments: Promise<Allotments>
  loses: Loss = 'nothing'
  total: number
  signedBy = keys.privateKey

  constructor(t: { teardown(run: () => void): void }, total: number) {
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-allotments-'))
    t.teardown(() => rmSync(folder, { recursive: true, force: true }))
    this.path = join(folder, 'allotments.json')
    this.total = total
    this.#allotments = openAllotments(this.path)
  }

  /** Crashes and starts again. */
  again(): void {
    this.#allotments = openAllotments(this.path)
  }

  async allot(request: AllotmentRequest): Promise<{ readonly text: string } | { readonly refused: string }> {
    if (this.loses === 'call') throw new Error('control does not answer')
    const allotment = await (await this.#allotments).allot(request, new Map([['license', this.total]]))
    if (this.loses === 'answer') throw new Error('control does not answer')
    return allotment === 'late' ? { refused: 'late' } : { text: signAllotment(allotment, this.signedBy) }
  }

  get handedOut(): number {
    return JSON.parse(readFileSync(this.path, 'utf8')).handed_out.license
  }

  gate(name: string): Quantities {
    const handsOut = fromCalls(this, controlKey, name)
    return openQuantities({
      // Nothing is too soon to be asked again.
      handsOut: { ...handsOut, askAgainMs: { empty: 0, failed: 0 } },
      waitMs: 10_000,
      surplusMs: null,
      onHandedOut: () => {},
      onFault: () => {},
    })
  }

  take(gate: Quantities, wanted: number): Promise<Reservation> {
    const license = [{ grant: 'license', total: this.total }]
    return gate.with(license, wanted, (left, reserve) => reserve(['license'], Math.min(wanted, left['license'] ?? 0)))
  }
}

t.test('two gates share one amount, a portion at a time', async (t) => {
  const control = new Control(t, 1000)
  const [one, two] = [control.gate('one'), control.gate('two')]
  ;(await control.take(one, 3)).settle(3)
  t.equal(control.handedOut, 10)
  t.equal((await control.take(two, 5000)).tokens, 990, 'what is left of it')
  t.equal((await control.take(one, 100)).tokens, 7, 'what the first has at hand')
  t.equal((await control.take(one, 100)).tokens, 0)
})

t.test('a gate that ends in order gives back; one that crashes does not', async (t) => {
  const control = new Control(t, 1000)
  const one = control.gate('one')
  ;(await control.take(one, 500)).settle(100)
  await one.close()
  t.equal(control.handedOut, 100)
  await control.take(control.gate('one'), 300)
  t.equal((await control.take(control.gate('one'), 5000)).tokens, 600, 'the 300 of the one that crashed are lost')
})

t.test('what a model gave beyond its limit is taken from the rest of the fleet', async (t) => {
  const control = new Control(t, 1000)
  const one = control.gate('one')
  ;(await control.take(one, 10)).settle(400)
  await one.close()
  t.equal(control.handedOut, 400)
})

t.test('an answer that is lost comes again, and nothing is handed out for it twice', async (t) => {
  const control = new Control(t, 1000)
  const one = control.gate('one')
  control.loses = 'answer'
  await t.rejects(control.take(one, 300), /does not answer/)
  t.equal(control.handedOut, 300)
  control.again()
  control.loses = 'nothing'
  t.equal((await control.take(one, 300)).tokens, 300)
  t.equal(control.handedOut, 600, 'the 300 that were lost are at hand')
  t.equal((await control.take(one, 300)).tokens, 300)
  t.equal(control.handedOut, 600)
})

t.test('while control is away a gate goes on with what it has, and with nothing it says so', async (t) => {
  const control = new Control(t, 1000)
  const one = control.gate('one')
  ;(await control.take(one, 300)).settle(100)
  control.loses = 'call'
  t.equal((await control.take(one, 500)).tokens, 200)
  await t.rejects(control.take(one, 500), /does not answer/)
})

t.test('of a grant that is cut down gates give back what they have', async (t) => {
  const control = new Control(t, 1000)
  const [one, two] = [control.gate('one'), control.gate('two')]
  for (const gate of [one, two]) (await control.take(gate, 100)).settle(60)
  control.total = 130
  t.equal((await control.take(one, 40)).tokens, 0, 'the other one still has 40 of 200')
  t.equal((await control.take(two, 40)).tokens, 10)
  t.equal((await control.take(one, 40)).tokens, 0)
})

t.test('what control did not sign, or did not sign for this call, is not taken', async (t) => {
  const control = new Control(t, 1000)
  control.signedBy = generateKeyPairSync('ed25519').privateKey
  await t.rejects(control.take(control.gate('one'), 10), /forged/)
  control.signedBy = keys.privateKey
  const texts: string[] = []
  const overheard = fromCalls(
    {
      allot: async (request) => {
        const answer = await control.allot(request)
        if ('text' in answer) texts.push(answer.text)
        return texts[0] === undefined ? answer : { text: texts[0] }
      },
    },
    controlKey,
    'two',
  )
  const ask = [{ grant: 'license', returned: 0, wanted: 10, of: 1000 }]
  t.match(await overheard.exchange(ask), [{ tokens: 10 }])
  await t.rejects(overheard.exchange(ask), /for another call/, 'the first answer again')
})

t.test('control hears of one process of a name at a time, and of no call before the last', async (t) => {
  const path = new Control(t, 1000).path
  const allotments = await openAllotments(path)
  const totals = new Map([['license', 1000]])
  const call = (turn: number, ask: object, instance = 'a') =>
    allotments.allot(
      { gate: 'one', instance, turn, asks: [{ grant: 'license', returned: 0, wanted: 0, of: 1000, ...ask }] },
      totals,
    )
  t.match(await call(1, { wanted: 100 }), { given: [{ tokens: 100, inAll: 100 }] })
  t.match(await call(2, { wanted: 50 }), { given: [{ tokens: 50, inAll: 150 }] })
  t.match(await call(2, { wanted: 50 }), { given: [{ tokens: 50, inAll: 150 }] }, 'the same answer')
  t.equal(await call(1, { wanted: 100 }), 'late')
  t.match(await call(3, { returned: 1000 }), { given: [{ tokens: 0, inAll: 0 }] }, 'no more comes back than was given')
  t.match(await call(1, { wanted: 100 }, 'b'), { given: [{ inAll: 100 }] })
  t.match(await call(4, { returned: 100 }), { given: [{ inAll: 100 }] }, 'nothing from a process that had nothing')
  const unknown = { gate: 'one', instance: 'c', turn: 1, asks: [{ grant: 'other', returned: 0, wanted: 5, of: 5 }] }
  t.match(await allotments.allot(unknown, totals), { given: [{ tokens: 0 }] }, 'no grant of the policy in force')
})

t.test('a file that is not what was written ends the start', async (t) => {
  const path = join(t.testdir({}), 'allotments.json')
  for (const text of ['', '{', '{"version":1}', '{"version":1,"handed_out":{"a":-1},"gates":[]}']) {
    writeFileSync(path, text)
    await t.rejects(openAllotments(path), /amounts are given again/, JSON.stringify(text))
  }
})

t.test('no token is spent twice, whoever asks, whatever is lost and whoever crashes', async (t) => {
  const act = fc.record({
    gate: fc.nat(2),
    wanted: fc.nat(200),
    used: fc.option(fc.nat(200)),
    loses: fc.constantFrom<Loss>('nothing', 'nothing', 'call', 'answer'),
    after: fc.constantFrom('on', 'on', 'on', 'gate crashes', 'gate ends', 'control crashes'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
      const control = new Control(t, 1000)
      const gates = [0, 1, 2].map((name) => control.gate(`${name}`))
      let spent = 0
      let underWay: Promise<unknown>[] = []
      for (const { gate: index, wanted, used, loses, after } of acts) {
        control.loses = loses
        const gate = gates[index] as Quantities
        underWay.push(
          control
            .take(gate, wanted)
            .then((reservation) => {
              spent += Math.min(used ?? reservation.tokens, reservation.tokens)
              reservation.settle(used === null ? null : Math.min(used, reservation.tokens))
            })
            .catch(() => {}),
        )
        if (after === 'on') continue
        await Promise.all(underWay)
        underWay = []
        if (after === 'control crashes') control.again()
        if (after === 'gate ends') await gate.close()
        if (after !== 'control crashes') gates[index] = control.gate(`${index}`)
      }
      await Promise.all(underWay)
      return spent <= 1000
    }),
    { numRuns: 60 },
  )
})
