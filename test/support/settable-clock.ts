// Loaded into a process before anything else: its wall clock is off by as many milliseconds as the file at CLOCK_FILE says, which is read
// again at each SIGUSR2. What only grows goes on growing. What looks once a minute looks all the time. A second number in the file: for so
// many milliseconds its event loop stands still then.
import { readFileSync } from 'node:fs'

const file = process.env['CLOCK_FILE'] ?? ''
const systemNow = Date.now
let byMs = 0
let hasBegun = false
const read = (): void => {
  const [ahead, stallMs = 0] = readFileSync(file, 'utf8').split(' ').map(Number)
  byMs = ahead ?? 0
  if (hasBegun && stallMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs)
}
read()
hasBegun = true
process.on('SIGUSR2', read)
Date.now = () => systemNow() + byMs

const systemInterval = setInterval
Object.assign(globalThis, {
  setInterval: (run: () => void, ms: number) => systemInterval(run, ms === 60_000 ? 20 : ms),
})
