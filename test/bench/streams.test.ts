// Not a benchmark: that the benches of streams, workers and tokens of a fleet would notice if they measured something else.
import t from 'tap'
import { checkRound } from '../../bench/fleet-token.ts'
import { watchStillness } from '../../bench/streams/stillness.ts'
import { checkCut, checkFiles, checkOpen } from '../../bench/streams.ts'
import { benchWorkers } from '../../bench/workers.ts'

const fared = { opened: 10, events: 10, ended: 0, cut: 0, lastEndAt: 0, fault: null }

t.test('a stream that was not opened, or has ended, or is not the gate’s, is not measured', async (t) => {
  checkOpen(10, fared, { open: 10 })
  t.throws(() => checkOpen(10, { ...fared, opened: 9 }, { open: 9 }), /of 10 streams 9 were opened/)
  t.throws(() => checkOpen(10, { ...fared, ended: 1 }, { open: 10 }), /1 have ended/)
  t.throws(() => checkOpen(10, fared, { open: 9 }), /9 are open at the gate/)
  t.throws(() => checkOpen(10, { ...fared, fault: 'a stream was refused' }, { open: 10 }), /a stream was refused/)
})

t.test('a stream that goes on although it is forbidden, or breaks off, is none that was cut', async (t) => {
  checkCut(10, { ...fared, ended: 10, cut: 10 })
  t.throws(() => checkCut(10, { ...fared, ended: 9, cut: 9 }), /9 ended/)
  t.throws(() => checkCut(10, { ...fared, ended: 10, cut: 9 }), /9 of them with an error event/)
  t.throws(() => checkCut(10, { ...fared, ended: 10, cut: 10, fault: 'other side closed' }), /other side closed/)
})

t.test('a turn that takes its time is seen, once', async (t) => {
  const stillness = watchStillness()
  t.teardown(stillness.stop)
  const busy = process.threadCpuUsage().user
  let turns = 0
  while (process.threadCpuUsage().user - busy < 30_000) turns += 1
  t.ok(turns > 0)
  const { cpuMs, ms } = stillness.longest()
  t.ok(cpuMs >= 30, `${cpuMs}`)
  t.ok(ms >= 28, `${ms}`)
  t.ok(stillness.longest().cpuMs < 30, 'it was told before')
})

t.test('more streams than a process may have files for are refused before anything is started', async (t) => {
  checkFiles(4_000, 9_000)
  t.throws(() => checkFiles(4_000, 8_999), /4000 streams need 9000 files, and a process may open 8999/)
})

t.test('where there are no cores for the load, two workers are left out, and it is said', async (t) => {
  const said: string[] = []
  const { text, bars } = await benchWorkers((line) => said.push(line), { cores: 2 })
  t.strictSame(bars, [])
  t.match(text, /Left out: .* on 4 cores or more\. This machine has 2/)
  t.match(said, [/^Left out/])
})

t.test('a round of tokens counts only where each side did what its name says', async (t) => {
  const round = { micros: 1, identified: 100, hits: 0, misses: 0 }
  checkRound('alone', 100, round)
  checkRound('known', 100, { ...round, hits: 100 })
  checkRound('first', 100, { ...round, misses: 100 })
  t.throws(() => checkRound('alone', 100, { ...round, identified: 99 }), /99 were accepted/)
  t.throws(() => checkRound('known', 100, { ...round, hits: 99 }), /99 on the fleet's word/)
  t.throws(() => checkRound('alone', 100, { ...round, hits: 1 }))
  t.throws(() => checkRound('first', 100, round), /0 asked for in vain/)
  t.throws(() => checkRound('first', 100, { ...round, hits: 100, misses: 100 }))
})
