// Fuzzing for a bounded time: FUZZ_SECONDS (20 unless said) in equal parts. FUZZ_SEED repeats a run; each prints its seed.
import fc from 'fast-check'
import pino from 'pino'
import t from 'tap'
import {
  applyEdits,
  dialects,
  findRoute,
  pathEscapes,
  readHead,
  readOperation,
  routes,
} from '../../src/request/index.ts'
import type { LogRecord } from '../../src/vocabulary/record.ts'
import { records } from '../support/gate.ts'
import { acceptedRequests, onTheWire, type WholeRequest } from './requests.ts'
import { answered, dial, gateBefore, pause, statuses, until } from './wire.ts'

const seconds = Number(process.env['FUZZ_SECONDS'] ?? 20)
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)
t.comment(`FUZZ_SEED=${seed} FUZZ_SECONDS=${seconds}`)
const bounded = {
  seed,
  numRuns: 1_000_000_000,
  interruptAfterTimeLimit: (seconds * 1_000) / 2,
  markInterruptAsFailure: false,
}
const allowed = { timeout: (seconds + 120) * 1_000 }

const models = ['open-1', 'fable-5', 'list-1', 'fable-latest', 'muse-spark', 'mythos-5', 'nothing']
const snippets = [
  '"model":"mythos-5",',
  '"\\u006dodel":"mythos-5",',
  '{"model":"mythos-5"}',
  '"',
  '\\',
  '\\u',
  '{',
  '}',
  '[',
  ',',
  ':',
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\0',
  '\x80',
  'é',
  '%2e%2e/',
  '?model=mythos-5',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Authorization: Bearer a.b.c\r\n',
  'x-api-key: a.b.c\r\n',
  'Expect: 100-continue\r\n',
  'Connection: upgrade\r\nUpgrade: websocket\r\n',
  'GET /v1/models HTTP/1.1\r\n',
  '0\r\n\r\n',
  'ffff\r\n',
]

interface Slip {
  readonly kind: 'flip' | 'cut' | 'copy' | 'put' | 'end'
  /** Where, and how much, in 65 536ths of the whole. */
  readonly at: number
  readonly size: number
  readonly what: string
}
const slips: fc.Arbitrary<readonly Slip[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('flip', 'flip', 'cut', 'copy', 'put', 'put', 'end'),
    at: fc.nat(65_535),
    size: fc.nat(65_535),
    what: fc.constantFrom(...snippets),
  }),
  { maxLength: 4 },
)

function slipped(bytes: Buffer, all: readonly Slip[]): Buffer {
  return all.reduce((now, { kind, at, size, what }) => {
    const from = Math.floor((at * now.length) / 65_536)
    const to = Math.min(now.length, from + 1 + Math.floor((size * 40) / 65_536))
    switch (kind) {
      case 'flip': {
        const changed = Buffer.from(now)
        if (from < changed.length) changed[from] = (changed[from] ?? 0) ^ (1 << (size % 8))
        return changed
      }
      case 'cut':
        return Buffer.concat([now.subarray(0, from), now.subarray(to)])
      case 'copy':
        return Buffer.concat([now.subarray(0, to), now.subarray(from)])
      case 'put':
        return Buffer.concat([now.subarray(0, from), Buffer.from(what, 'latin1'), now.subarray(from)])
      case 'end':
        return now.subarray(0, from)
    }
  }, bytes)
}

/** What an independent reader finds at an RFC 6901 pointer. */
function at(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (held, step) => (held as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')],
      value,
    )
}

t.test(
  'whatever a request becomes, it is read without a fault, and what is read of it is what JSON.parse reads',
  allowed,
  async (t) => {
    let [tried, accepted, edited] = [0, 0, 0]
    const requests = acceptedRequests({ among: routes, models })
    const property = fc.property(requests, slips, slips, slips, (request, inTarget, inHeaders, inBody) => {
      tried += 1
      const target = slipped(Buffer.from(request.target, 'latin1'), inTarget.slice(2)).toString('latin1')
      const body = slipped(Buffer.from(request.body), inBody)
      const fields = slipped(Buffer.from(request.headers.join('\n'), 'latin1'), inHeaders.slice(2))
        .toString('latin1')
        .split('\n')
      const start = {
        method: request.method,
        target,
        httpVersion: '1.1',
        rawHeaders: ['Host', 'gate.example', ...fields],
      }
      const head = readHead(start, pathEscapes)
      const match = findRoute(start)
      if (match.kind === 'refused') return
      const reading = readOperation(match, body)
      if (head.kind === 'refused' || reading.kind === 'refused') return
      accepted += 1
      const parsed: unknown = body.length === 0 ? null : JSON.parse(body.toString('utf8'))
      for (const { pointer, name } of reading.operation.models) {
        if (pointer.startsWith('/') && at(parsed, pointer) !== name) throw new Error(`another name at ${pointer}`)
      }
      const renamed = reading.operation.models
        .filter(({ pointer }) => !pointer.startsWith('header:'))
        .map(({ pointer }) => ({ pointer, name: 'renamed-1' }))
      const made = applyEdits(match, body, { model: renamed, forceMode: [], capOutputTokens: null, noStore: true })
      if (made.unmade.length > 0) return
      edited += 1
      const again = readOperation(made.match, made.body)
      if (again.kind === 'refused') throw new Error(`edited, it is refused: ${again.message}`)
      const expected = reading.operation.models.map(({ pointer, name, mode }) => ({
        pointer,
        name: renamed.some((one) => one.pointer === pointer) ? 'renamed-1' : name,
        mode,
      }))
      if (JSON.stringify(again.operation.models) !== JSON.stringify(expected))
        throw new Error('edited, it says something else')
    })
    fc.assert(property, bounded)
    t.comment(`${tried} tried, ${accepted} accepted, ${edited} edited`)
    t.ok(accepted > 0 && edited > 0)
  },
)

t.test(
  'whatever arrives on a connection, the gate stands, and nothing goes on without its permit on record',
  allowed,
  async (t) => {
    const faults: string[] = []
    const logger = pino({ level: 'error' }, { write: (line: string) => void faults.push(line) })
    const served = ['openai', 'anthropic', 'azure', 'google', 'ollama']
    const answer: string = answered({ ok: true })
    const { world, api } = await gateBefore(t, ({ socket }) => socket.write(answer), { dialects: served, logger })
    const token = await world.provider.token('us-citizen')
    const among = routes.filter(({ dialect }) => served.includes(dialect) && dialect in dialects)
    const told = new Map<string, number>()
    let [tried, answers] = [0, 0]
    const one = async (bytes: Buffer): Promise<void> => {
      tried += 1
      const { socket, text } = await dial(world)
      socket.write(bytes)
      for (let wait = 0; wait < 12 && !socket.closed && statuses(text()).length === 0; wait++) await pause(wait)
      socket.destroy()
      answers += statuses(text()).length
      for (const [, status, id] of text().matchAll(
        /HTTP\/1\.1 (\d{3}) [\s\S]*?portcullis-decision: ([0-9a-f-]{36})/gi,
      )) {
        told.set(id ?? '', Number(status))
      }
    }
    const inChunks = (request: WholeRequest): Buffer => {
      const whole = onTheWire(request, token)
      const end = whole.indexOf('\r\n\r\n') + 4
      const head = whole
        .subarray(0, end)
        .toString('latin1')
        .replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked')
      const half = Math.floor((whole.length - end) / 2)
      const parts = [whole.subarray(end, end + half), whole.subarray(end + half)].filter(({ length }) => length > 0)
      const chunks = parts.flatMap((part) => [
        Buffer.from(`${part.length.toString(16)}\r\n`),
        part,
        Buffer.from('\r\n'),
      ])
      return Buffer.concat([Buffer.from(head, 'latin1'), ...chunks, Buffer.from('0\r\n\r\n')])
    }
    const property = fc.asyncProperty(
      fc.array(fc.tuple(acceptedRequests({ among, models }), fc.boolean(), slips), { minLength: 8, maxLength: 8 }),
      async (batch) => {
        await Promise.all(
          batch.map(([request, chunked, all]) =>
            one(slipped(chunked && request.body !== '' ? inChunks(request) : onTheWire(request, token), all)),
          ),
        )
      },
    )
    await fc.assert(property, { ...bounded, endOnFailure: true })
    t.ok(await until(() => world.gateway.gate.live.size() === 0), 'no answer stays open')
    let all: readonly LogRecord[] = []
    const permits = (): readonly string[] =>
      all.flatMap((one) => (one.k === 'decision' && one.effect === 'permit' ? [one.id] : []))
    const ended = (): ReadonlySet<string> => new Set(all.flatMap((one) => (one.k === 'outcome' ? [one.id] : [])))
    await until(async () => {
      all = await records(world)
      return permits().every((id) => ended().has(id))
    })
    const known = new Set(all.flatMap((one) => ('id' in one ? [one.id] : [])))
    t.comment(`${tried} tried, ${answers} answered, ${permits().length} permitted, ${api.heard.length} forwarded`)
    t.ok(permits().length > 0 && answers > permits().length)
    t.ok(api.heard.length <= permits().length, 'forwarded ≤ recorded permits')
    t.strictSame(
      permits().filter((id) => !ended().has(id)),
      [],
      'each permit has its outcome',
    )
    t.strictSame(
      [...told.keys()].filter((id) => !known.has(id)),
      [],
      'each answer names a record',
    )
    t.strictSame(
      all.filter((one) => one.k === 'decision' && one.reason === 'evaluation_failed'),
      [],
      'no fault inside was refused',
    )
    t.strictSame(faults, [])
  },
)
