// The soak as text: its bars, and its section of the page.
import { loadavg } from 'node:os'
import { type Bar, barsTable, figure, thousands } from '../bars.ts'
import { spread } from '../rounds.ts'
import { flatness, type Sample } from './flat.ts'
import type { Soaked } from './run.ts'

/** Shorter than this nothing can be said of memory, and nothing stands on the page. */
export const leastMinutes = 1

/** What the collector lets stand between two of its turns, MiB; connections that come and go with their clients. */
const [leastMemory, leastDescriptors] = [64, 32]

/** Descriptors: the gate may have opened a file of its log since. */
const mostLeft = 4

export function barsOfSoak({ minutes, memory, descriptors, left, faults, heldBack, sent }: Soaked): readonly Bar[] {
  const records = { of: 'records lost, there twice, or at odds, kinds', measured: faults.length, floor: 0, aim: null }
  if (minutes < leastMinutes) return [records]
  return [
    ...flatness('memory (RSS), growth in MiB', memory, leastMemory),
    ...flatness('descriptors, growth', descriptors, leastDescriptors),
    { of: 'descriptors more than before, when the load has gone', measured: left, floor: mostLeft, aim: null },
    records,
    { of: 'not sent, since too much was under way, share', measured: heldBack / sent, floor: 0.01, aim: null },
  ]
}

export function soakSection(soaked: Soaked): string {
  const {
    ground,
    minutes,
    carries,
    pace,
    sent,
    forwarded,
    permits,
    refused,
    closings,
    told,
    memory,
    descriptors,
    faults,
  } = soaked
  const found = faults.length === 0 ? 'none' : faults.join('; ')
  const held = (name: string, samples: readonly Sample[]): string => {
    const { median, min, max } = spread(samples.map(({ value }) => value))
    return `| ${name} | ${figure(samples[0]?.value ?? Number.NaN)} | ${figure(median)} | ${figure(min)} – ${figure(max)} | ${figure(samples.at(-1)?.value ?? Number.NaN)} |`
  }
  return `## Soak

${ground.join('\n')}
Load average at the end: ${(loadavg()[0] ?? 0).toFixed(1)}. **${figure(minutes)} minutes** at ${thousands(pace)} requests/s, half of the ${thousands(carries)} that the gate carried in a closed loop just before, beside all else on this machine; on ${new Date().toISOString().slice(0, 10)}.

Method: one gate as \`serve\` runs it, \`portcullis control\`, Redis, the demo’s provider, a stand-in model API and the load, each a process of its own. Three of four requests are chats, one in ten a stream, one in ten is refused by a directive, one in forty has no valid token, one in forty is a stream whose client leaves after the first event, one in two hundred has a client that leaves within milliseconds. Each is sent at its own instant. Three times a minute an officer suspends a model at control, and two open it again a second later: ${closings} times.

Memory and descriptors of the gate are read once a second; a fifth of the time, in which its memories fill, is not judged. Each request has a number that the model API sees. Held against one another are what reached the model API, what each client was told with its decision id, and the log: each forwarded request has one permit and no other request the same; each decision one outcome; each refusal its record, or its share of one that counts it; nothing is on record that nobody sent; \`log verify\` finds the log intact; and no client was told anything else than its kind may be.

${barsTable(barsOfSoak(soaked))}

Found: ${found}.

| | number |
|---|---:|
| requests sent | ${thousands(sent)} |
| forwarded | ${thousands(forwarded)} |
| permits on record | ${thousands(permits)} |
| refusals on record | ${thousands(refused)} |
${[...told].map(([says, count]) => `| clients told \`${says}\` | ${thousands(count)} |`).join('\n')}

| of the gate | at the beginning | median | least – greatest | at the end |
|---|---:|---:|---:|---:|
${held('memory (RSS), MiB', memory)}
${held('descriptors', descriptors)}
`
}
