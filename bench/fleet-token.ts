// Bench `fleet-token`: what a token costs that another gate of the fleet has verified, against verifying it, with a real Redis: the
// signature alone, and the whole of `identify`. It fails unless each side did what its row says.
import { type Bar, barsTable, figure } from './bars.ts'
import type { FleetTokenSubject, Round, Side } from './fleet-token/identify-process.ts'
import { machine } from './machine.ts'
import { type Child, cores, startChild } from './processes.ts'
import { interleave, type Spread, spread } from './rounds.ts'
import type { Section } from './section.ts'
import { Undisturbed } from './undisturbed.ts'

const algorithms = ['ES256', 'RS256', 'EdDSA'] as const
const sides = ['alone', 'first', 'known', 'signature', 'word'] as const satisfies readonly Side[]
const rounds = 9
/** Tokens that are new to the gate in a round. */
const tokens = 3_000
const atOnce = 32

const file = new URL('./fleet-token/identify-process.ts', import.meta.url)
const redisFile = new URL('./fleet-token/redis-process.ts', import.meta.url)

interface Subject extends FleetTokenSubject {
  readonly child: Child
}

/** Measures, checks what each side did, and gives the section of docs/benchmarks.md with the bars. */
export async function benchFleetToken(say: (line: string) => void): Promise<Section> {
  const ground = machine(['jose', 'ioredis'])
  const { measured, load } = cores()
  const quiet = new Undisturbed()
  const undo: (() => Promise<unknown>)[] = []
  try {
    const redis = await startChild(redisFile, null, load)
    undo.push(redis.stop)
    const subjects: Subject[] = []
    for (const algorithm of algorithms) {
      const subject = { algorithm, tokens, atOnce, redis: redis.ready }
      const child = await startChild(file, subject, measured)
      undo.push(child.stop)
      subjects.push({ ...subject, child })
    }
    const variants = subjects.flatMap((subject) => sides.map((side) => ({ ...subject, side })))
    for (const { child, side } of variants) await child.ask({ side }) // warms up
    const results = await interleave(variants, rounds, async ({ child, side, algorithm }) => {
      const round = (await quiet.round(() => child.ask({ side }))) as Round
      checkRound(side, tokens, round)
      say(`${algorithm}, ${side}: ${figure(round.micros)} µs`)
      return round.micros
    })
    const of = (algorithm: string, side: Side): readonly number[] =>
      [...results].find(([variant]) => variant.algorithm === algorithm && variant.side === side)?.[1] ?? []
    return page(ground, of, quiet, measured !== null)
  } finally {
    for (const stop of undo.toReversed()) await stop()
  }
}

/** A side that did something else than its name says was not measured. */
export function checkRound(side: Side, expected: number, { identified, hits, misses }: Round): void {
  const isKnown = side === 'known' || side === 'word'
  const right = { identified: expected, hits: isKnown ? expected : 0, misses: side === 'first' ? expected : 0 }
  if (identified === right.identified && hits === right.hits && misses === right.misses) return
  throw new Error(
    `${side}: of ${expected} tokens ${identified} were accepted, ${hits} on the fleet's word, ${misses} asked for in vain`,
  )
}

function page(
  ground: readonly string[],
  of: (algorithm: string, side: Side) => readonly number[],
  quiet: Undisturbed,
  pinned: boolean,
): Section {
  const cell = ({ median, min, max }: Spread): string => `${figure(median)} (${figure(min)} – ${figure(max)})`
  const bars: Bar[] = []
  const rows = algorithms.map((algorithm) => {
    const spreads = sides.map((side) => spread(of(algorithm, side)))
    const [alone, first, known, signature, word] = spreads as [Spread, Spread, Spread, Spread, Spread]
    bars.push(
      {
        of: `${algorithm}: a token that the fleet knows, against one that is verified, all of it`,
        measured: known.median / alone.median,
        floor: 0.25,
        aim: null,
      },
      {
        of: `${algorithm}: the fleet's word on the signature alone, against verifying it`,
        measured: word.median / signature.median,
        floor: 0.25,
        aim: null,
      },
    )
    const times = (a: Spread, b: Spread): string => `${figure(a.median / b.median)}×`
    return `| ${algorithm} | ${cell(signature)} | ${cell(word)} | ${times(signature, word)} | ${cell(alone)} | ${cell(first)} | ${cell(known)} | ${times(alone, known)} |`
  })
  const text = `## fleet-token

${ground.join('\n')}
Method: a gate's \`identify\` in a process of its own${pinned ? ', on one core' : ''} for each algorithm, Redis (one server, plain, on loopback) ${pinned ? 'on the other core' : 'beside it'}. In a round ${figure(tokens)} tokens of about 950 bytes, none of which the process has in memory, ${atOnce} at a time: verified without a fleet; as the first of a fleet, which asks, verifies and tells; or known, since another gate has told of them.
Warmed up, then ${rounds} rounds each in turns, beginning with another one each round; a round's figure is its mean, the table shows median, least and greatest of the rounds. Times are processor time of all threads of the process: waiting for Redis or for a core is not counted, but what runs beside it on the machine still slows it. ${quiet.told}
Checked: every token of every round was accepted; the known ones were all taken on the fleet's word, the others none.
Measured on ${new Date().toISOString().slice(0, 10)}.

${barsTable(bars)}

### One token that is new to the gate, µs of processor time

| | jose's \`jwtVerify\` | the fleet's word | | all of it: verified, no fleet | first of a fleet | known to the fleet | |
|---|---:|---:|---:|---:|---:|---:|---:|
${rows.join('\n')}

The fleet's word is what stands in the place of the signature: the token's digest, one HMAC, one question to Redis. \`All of it\` is \`identify\`, which reads the token's text strictly, checks header and claims and reads the evidence in any case.
`
  return { text, bars }
}
