// The process of descriptors.test.ts, with few descriptors: opens a log whose segments are short, uses up all that is left, appends until
// the log needs a new segment and cannot have it, gives the descriptors back, and appends again.
// Usage: node descriptors-writer.ts DIRECTORY
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LogUnavailable } from '../../src/decision-log/index.ts'
import { decision, siteIn } from './sample.ts'

const place = siteIn(process.argv[2] ?? '')
const log = await place.open({ segmentBytes: 20_000 })

const taken: number[] = []
for (let isLeft = true; isLeft; ) {
  try {
    taken.push(openSync('/dev/null', 'r'))
  } catch {
    isLeft = false
  }
}
let next = 0
let why = ''
for (;;) {
  try {
    await log.append(decision(next))
    next += 1
  } catch (error) {
    ;({ why } = error as LogUnavailable)
    break
  }
}
const acknowledged = next
const { state } = log.status()
for (const fd of taken) closeSync(fd)
while (!log.status().ok) await sleep(50)
await log.append(decision(next++))
await log.close()
process.stdout.write(JSON.stringify({ taken: taken.length, acknowledged, why, state, poisoned: place.poisoned.length }))
