// The process that crash.test.ts kills: opens the log, appends under load, and says which records were acknowledged.
// Usage: node crash-writer.ts DIRECTORY FIRST-ID
import { writeSync } from 'node:fs'
import { decision, idOf, outcome, siteIn } from './sample.ts'

const [directory = '', first = '0'] = process.argv.slice(2)
const place = siteIn(directory)
const log = await place.open({ segmentBytes: 300_000 })
// One write each, at once: what the parent reads was acknowledged.
const say = (word: string) => writeSync(1, `${word}\n`)
say('open')
let next = Number(first)
await Promise.all(
  Array.from({ length: 16 }, async () => {
    for (;;) {
      const n = next++
      await log.append(decision(n))
      say(idOf(n))
      // Every third stays open, as answers do that are still streaming.
      if (n % 3 !== 0) await log.append(outcome(n))
    }
  }),
)
