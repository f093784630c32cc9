// What was forwarded, read by parsers that are not ours: each sees the models that were decided, and no others.
import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { type AddressInfo, connect } from 'node:net'
import { createInterface } from 'node:readline'
import fc from 'fast-check'
import { JSON_SCHEMA, load } from 'js-yaml'
import t from 'tap'
import { routes } from '../../src/request/index.ts'
import { decisions } from '../support/gate.ts'
import { acceptedRequests, onTheWire } from './requests.ts'
import { answered, gateBefore, say, until } from './wire.ts'

const seed = Date.now() % 2 ** 31
const served = ['openai', 'anthropic', 'azure', 'google', 'ollama']

const reader = `
import json, sys
for line in sys.stdin:
    given = json.loads(line)
    value = json.loads(given["body"])
    found = []
    for pointer in given["pointers"]:
        held = value
        for step in pointer.split("/")[1:]:
            held = held[int(step)] if isinstance(held, list) else held[step.replace("~1", "/").replace("~0", "~")]
        found.append(held)
    print(json.dumps(found), flush=True)
`

/** Parsers that servers and clients in the field bring along, from the packages that bring them here. */
const brought = [
  ['fastify', 'secure-json-parse'],
  ['@google/genai', 'google-auth-library', 'gcp-metadata', 'json-bigint'],
].map((way): readonly [string, Parse] => {
  const found = way.reduce((from, name) => createRequire(from).resolve(name), import.meta.url)
  return [way.at(-1) ?? '', (createRequire(import.meta.url)(found) as { readonly parse: Parse }).parse]
})
type Parse = (text: string) => unknown

/** Undefined: it refuses the text, and so finds nothing in it. One of them takes a member `constructor.prototype` for an attack. */
function parsed(parse: Parse, text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Python's own reading, where there is a Python; null: there is none. */
function python(): { ask(body: string, pointers: readonly string[]): Promise<unknown>; end(): void } | null {
  if (spawnSync('python3', ['-c', 'import json']).status !== 0) return null
  const child = spawn('python3', ['-c', reader], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    ask: async (body, pointers) => {
      child.stdin.write(`${JSON.stringify({ body, pointers })}\n`)
      const { value } = await lines.next()
      return JSON.parse(String(value))
    },
    end: () => void child.kill(),
  }
}

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
  'every parser finds in what was forwarded the models that stand in the record',
  { timeout: 120_000 },
  async (t) => {
    t.comment(`seed ${seed}`)
    const { world, api } = await gateBefore(t, ({ socket }) => socket.write(answered({ ok: true })), {
      dialects: served,
    })
    const token = await world.provider.token('us-citizen')
    const among = routes.filter(({ dialect, action }) => served.includes(dialect) && action !== 'list-models')
    const requests = fc.sample(
      acceptedRequests({ among, models: ['open-1', 'fable-5', 'fable-latest', 'list-1', 'muse-spark'] }),
      {
        seed,
        numRuns: 250,
      },
    )
    const other = python()
    if (other === null) t.comment('there is no python3 here: its parser is not asked')
    t.teardown(() => other?.end())
    const seen = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () =>
        response.end(JSON.stringify([request.method, request.url, Buffer.concat(chunks).toString('latin1')])),
      )
    })
    await new Promise<void>((resolve) => seen.listen(0, '127.0.0.1', resolve))
    t.teardown(() => seen.close())
    const nodeReads = async (bytes: string): Promise<string> => {
      const socket = connect((seen.address() as AddressInfo).port, '127.0.0.1')
      let text = ''
      socket.on('data', (chunk) => (text += chunk.toString()))
      socket.write(Buffer.from(bytes, 'latin1'))
      await until(() => text.includes('\r\n\r\n') && text.endsWith(']'))
      socket.destroy()
      return text.slice(text.indexOf('\r\n\r\n') + 4)
    }
    let [forwarded, named, refused] = [0, 0, 0]
    for (const request of requests) {
      const before = api.heard.length
      const answer = await say(world, onTheWire(request, token))
      const got = api.heard.at(-1)
      if (api.heard.length === before || got === undefined) continue
      forwarded += 1
      const id = /portcullis-decision: ([0-9a-f-]{36})/i.exec(answer)?.[1]
      const record = (await decisions(world)).find((one) => one.id === id)
      const inBody = (record?.models ?? []).filter(({ pointer }) => pointer.startsWith('/'))
      named += inBody.length
      const pointers = inBody.map(({ pointer }) => pointer)
      const decided = inBody.map(({ model }) => model)
      const end = got.text.indexOf('\r\n\r\n') + 4
      const body = Buffer.from(got.text.slice(end), 'latin1').toString('utf8')
      const what = `${request.operationId} FC_SEED=${seed}`
      t.strictSame(
        await nodeReads(got.text),
        JSON.stringify([request.method, got.text.split(' ')[1], got.text.slice(end)]),
        what,
      )
      for (const { pointer, model } of record?.models ?? []) {
        if (pointer.startsWith('path:')) t.match(got.text.split('\r\n')[0], `/${model}`, what)
      }
      if (body === '') continue
      t.strictSame(
        pointers.map((pointer) => at(JSON.parse(body), pointer)),
        decided,
        `${what}: JSON.parse`,
      )
      t.strictSame(
        pointers.map((pointer) => at(load(body, { schema: JSON_SCHEMA }), pointer)),
        decided,
        `${what}: js-yaml`,
      )
      for (const [name, parse] of brought) {
        const value = parsed(parse, body)
        refused += Number(value === undefined)
        if (value === undefined) continue
        t.strictSame(
          pointers.map((pointer) => at(value, pointer)),
          decided,
          `${what}: ${name}`,
        )
      }
      if (other !== null) t.strictSame(await other.ask(body, pointers), decided, `${what}: Python`)
    }
    t.comment(`${forwarded} forwarded, ${named} models in their bodies; ${refused} times one of the parsers refused`)
    t.ok(forwarded > 50 && named > 50 && refused < forwarded / 5)
  },
)
