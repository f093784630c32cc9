import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { fromFile, type Given, openQuantities, type Quantities, type Reservation } from '../../src/quantities/index.ts'

const total = 1000
const license = [{ grant: 'license', total }]

function fileFor(t: { teardown(run: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-quantities-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'quantities.json')
}

const open = async (
  path: string,
  { waitMs = 10_000, onHandedOut = () => {} }: { waitMs?: number; onHandedOut?: (given: Given) => void } = {},
): Promise<Quantities> =>
  openQuantities({
    handsOut: await fromFile(path),
    waitMs,
    surplusMs: null,
    onHandedOut,
    onFault: (error) => {
      throw error
    },
  })

const onDisk = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8')).handed_out

/** Reserves what is wanted, or what is left. */
const take = (quantities: Quantities, wanted: number, of = license): Promise<Reservation> =>
  quantities.with(of, wanted, (left, reserve) => reserve(['license'], Math.min(wanted, left['license'] ?? 0)))

t.test('what is reserved stands on disk before it is, and comes back as far as it was not used', async (t) => {
  const path = fileFor(t)
  const quantities = await open(path)
  const first = await take(quantities, 300)
  t.equal(first.tokens, 300)
  t.strictSame(onDisk(path), { license: 300 })
  first.settle(20)
  first.settle(300)
  t.equal((await take(quantities, 5000)).tokens, 980, 'the first word of what was used counts')
  t.equal((await take(quantities, 1)).tokens, 0, 'nothing is left')
})

t.test('nobody knows what was used: all of it', async (t) => {
  const quantities = await open(fileFor(t))
  ;(await take(quantities, 999)).settle(null)
  t.equal((await take(quantities, 999)).tokens, 1)
})

t.test('a model that does not keep to its limit uses up what others could have had', async (t) => {
  const quantities = await open(fileFor(t))
  ;(await take(quantities, 10)).settle(995)
  t.equal((await take(quantities, 10)).tokens, 5)
})

t.test('a grant that is cut down has no more left than it still says, one that grows has more', async (t) => {
  const quantities = await open(fileFor(t))
  ;(await take(quantities, 400)).settle(400)
  t.equal((await take(quantities, 400, [{ grant: 'license', total: 500 }])).tokens, 100)
  t.equal((await take(quantities, 400, [{ grant: 'license', total: 300 }])).tokens, 0)
  t.equal((await take(quantities, 400, [{ grant: 'license', total: 700 }])).tokens, 200)
})

t.test('an end in order gives back what is at hand; a crash loses it, and gives nothing twice', async (t) => {
  const path = fileFor(t)
  const first = await open(path)
  ;(await take(first, 500)).settle(100)
  const open500 = await take(first, 50)
  await first.close()
  t.strictSame(onDisk(path), { license: 150 }, 'what is reserved at the end counts as used')
  open500.settle(0)
  const second = await open(path)
  ;(await take(second, 500)).settle(1)
  const third = await open(path)
  t.equal((await take(third, 1000)).tokens, 350, 'what the second had at hand is lost')
})

t.test('a disk that fails hands out nothing, and the next one tries again', async (t) => {
  const path = fileFor(t)
  const folder = join(path, 'no-folder')
  const quantities = await open(join(folder, 'quantities.json'))
  await t.rejects(take(quantities, 10))
  mkdirSync(folder, { recursive: true })
  t.equal((await take(quantities, 10)).tokens, 10)
})

t.test('a disk that hangs is not waited for, and nothing is reserved behind it', async (t) => {
  const path = fileFor(t)
  // Nobody writes what is read here: to open it for writing waits for ever.
  execFileSync('mkfifo', [`${path}.tmp`])
  const quantities = await open(path, { waitMs: 20, onHandedOut: () => t.fail('nothing is handed out') })
  let isUsed = false
  await t.rejects(
    quantities.with(license, 10, () => {
      isUsed = true
    }),
    /no amount was handed out within 20 ms/,
  )
  t.notOk(isUsed)
  // Lets the one that hangs go: it fails, for a pipe cannot be synced.
  const reader = await openFile(`${path}.tmp`, 'r')
  await reader.close()
})

t.test('a file that is not what was written ends the start, and says what to do', async (t) => {
  const path = fileFor(t)
  for (const text of [
    '',
    '{',
    '{"version":1}',
    '{"version":1,"handed_out":{"a":-1}}',
    '{"version":2,"handed_out":{}}',
  ]) {
    writeFileSync(path, text)
    await t.rejects(open(path), /put it back from a copy/, JSON.stringify(text))
  }
})

t.test('what is handed out is told, with what was handed out before', async (t) => {
  const told: unknown[] = []
  const quantities = await open(fileFor(t), { onHandedOut: (given) => told.push(given) })
  ;(await take(quantities, 3)).settle(3)
  await take(quantities, 8)
  t.strictSame(told, [
    { grant: 'license', tokens: 10, inAll: 10, of: total },
    { grant: 'license', tokens: 10, inAll: 20, of: total },
  ])
})

t.test('no token is reserved twice, whoever asks at the same time and whenever it crashes', async (t) => {
  const acts = fc.array(fc.record({ wanted: fc.nat(200), used: fc.option(fc.nat(200)), crash: fc.boolean() }), {
    maxLength: 30,
  })
  await fc.assert(
    fc.asyncProperty(acts, async (all) => {
      const path = fileFor(t)
      let quantities = await open(path)
      let spent = 0
      let underWay: Promise<void>[] = []
      for (const { wanted, used, crash } of all) {
        underWay.push(
          take(quantities, wanted).then((reservation) => {
            const spends = Math.min(used ?? reservation.tokens, reservation.tokens)
            spent += spends
            reservation.settle(used === null ? null : spends)
          }),
        )
        if (!crash) continue
        await Promise.all(underWay)
        underWay = []
        quantities = await open(path)
      }
      await Promise.all(underWay)
      return spent <= total
    }),
    { numRuns: 60 },
  )
})
