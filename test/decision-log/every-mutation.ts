// Every line of a log of a thousand records, changed in every way that one line can be: no change may pass.
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { verifyLog } from '../../src/decision-log/index.ts'
import { logName, outcome, type Site, site } from './sample.ts'

/** Records of the log under test. `node test/decision-log/mutation-content.test.ts 5000` plays more. */
const records = Number(process.argv[2] ?? 1_000)

type Mutate = (lines: readonly string[], at: number) => string[] | undefined

const mutations: Readonly<Record<string, Mutate>> = {
  flip: (lines, at) => {
    const line = Buffer.from(lines[at] ?? '')
    // A different bit of each line, all over the line.
    const byte = (at * 7919) % line.length
    line[byte] = (line[byte] ?? 0) ^ (1 << (at % 8))
    return lines.with(at, line.toString('latin1'))
  },
  delete: (lines, at) => lines.toSpliced(at, 1),
  insert: (lines, at) => lines.toSpliced(at, 0, '{"k":"decision","prev":"","seq":0,"v":1}'),
  swap: (lines, at) =>
    at + 1 < lines.length ? lines.with(at, lines[at + 1] ?? '').with(at + 1, lines[at] ?? '') : undefined,
  duplicate: (lines, at) => lines.toSpliced(at, 0, lines[at] ?? ''),
  'cut off inside': (lines, at) => [...lines.slice(0, at), (lines[at] ?? '').slice(0, 40)],
  'cut off before': (lines, at) => lines.slice(0, at),
}

/** A site that shares everything with the first but the segments, which the caller writes. */
function twin(t: { teardown(fn: () => void): void }, place: Site): { path: string; segments: string } {
  const path = site(t).path
  mkdirSync(join(path, logName), { recursive: true })
  for (const name of ['roster', `${logName}/checkpoint`, `${logName}/checkpoints`])
    symlinkSync(join(place.path, name), join(path, name))
  const segments = join(path, logName, 'seg')
  mkdirSync(segments)
  return { path, segments }
}

/** Each in its own file of tests, since together they take a minute on a busy machine. */
export async function findEvery(t: Test, names: readonly string[]): Promise<void> {
  const place = site(t)
  const log = await place.open()
  // Short records: seven thousand verifications are to take seconds.
  for (let n = 0; n < records; n += 25)
    await Promise.all(Array.from({ length: 25 }, (_, i) => log.append(outcome(n + i))))
  await log.close()
  const segments = readdirSync(join(place.log, 'seg'))
  t.equal(segments.length, 1)
  const file = segments[0] ?? ''
  const lines = readFileSync(join(place.log, 'seg', file), 'latin1')
    .split('\n')
    .slice(0, -1)
  t.ok(lines.length > records)
  t.equal((await verifyLog({ directory: place.path, key: place.publicKey })).summary.slice(0, 6), 'intact')

  const copy = twin(t, place)
  const check = async (text: string) => {
    writeFileSync(join(copy.segments, file), text, 'latin1')
    return verifyLog({ directory: copy.path, key: place.publicKey })
  }
  t.equal((await check(`${lines.join('\n')}\n`)).intact, true, 'the twin itself passes')
  for (const name of names) {
    const mutate = mutations[name]
    if (mutate === undefined) throw new Error(`no mutation \`${name}\``)
    const passed: number[] = []
    for (const at of lines.keys()) {
      const mutated = mutate(lines, at)
      if (mutated === undefined) continue
      const end = name === 'cut off inside' || mutated.length === 0 ? '' : '\n'
      if ((await check(mutated.join('\n') + end)).intact) passed.push(at)
    }
    t.same(passed, [], `${name}: ${lines.length} lines`)
  }
  for (const extra of [lines[5] ?? '', lines.at(-1) ?? '', '{}', ''])
    t.equal((await check(`${lines.join('\n')}\n${extra}\n`)).intact, false, 'a line behind the last')
  rmSync(copy.path, { recursive: true })
}
