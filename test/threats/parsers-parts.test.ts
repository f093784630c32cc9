// A13: bodies of several parts as they were forwarded, read by parsers that are not ours: each sees the parts that were sent, and the model
// that was decided.
import { spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { decisions } from '../support/gate.ts'
import { answered, gateBefore, say } from './wire.ts'

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31)

/** Name, file name and what it holds; of a file its digest. */
type Seen = readonly (readonly [name: string, filename: string | null, content: string])[]

const emailReader = `
import email, email.policy, hashlib, json, sys
for line in sys.stdin:
    given = json.loads(line)
    whole = b"Content-Type: " + given["type"].encode() + b"\\r\\n\\r\\n" + given["body"].encode("latin-1")
    parts = []
    for part in email.message_from_bytes(whole, policy=email.policy.HTTP).get_payload():
        name, filename = part.get_param("name", header="content-disposition"), part.get_filename()
        content = part.get_payload(decode=True)
        parts.append([name, filename, content.decode() if filename is None else hashlib.sha256(content).hexdigest()])
    print(json.dumps(parts))
`

function pythonReads(bodies: readonly { readonly type: string; readonly body: string }[]): readonly Seen[] | null {
  const input = bodies.map((one) => `${JSON.stringify(one)}\n`).join('')
  const { status, stdout, error, stderr } = spawnSync('python3', ['-c', emailReader], { input, maxBuffer: 1 << 26 })
  if (error !== undefined) return null
  if (status !== 0) throw new Error(String(stderr))
  return String(stdout)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Seen)
}

async function fetchReads({ type, body }: { readonly type: string; readonly body: string }): Promise<Seen> {
  const data = await new Response(Buffer.from(body, 'latin1'), { headers: { 'content-type': type } }).formData()
  return Promise.all(
    [...data].map(async ([name, value]) =>
      typeof value === 'string'
        ? ([name, null, value] as const)
        : ([name, value.name, hash('sha256', Buffer.from(await value.arrayBuffer()))] as const),
    ),
  )
}

/** Bytes that a parser could stumble over, in any order. */
const pieces = [
  '--B',
  '--B--',
  '--',
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  'Content-Disposition: form-data; name="model"',
  'x',
]
const text = fc.string({ unit: fc.constantFrom('a', 'é', '漢', '🙂', ' ', '"', '\\', '-', ';'), maxLength: 20 })
const sent = fc.record({
  model: fc.constantFrom('open-1', 'list-1', 'muse-spark'),
  prompt: text,
  filename: fc.stringMatching(/^[a-z0-9](?:[A-Za-z0-9 ._;=é漢-]{0,18}[a-z0-9])?$/),
  content: fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 9 })), {
    maxLength: 9,
  }),
  order: fc.constantFrom([0, 1, 2], [2, 1, 0], [1, 2, 0]),
})

t.test('every parser finds in the parts that were forwarded what was sent, and the model of the record', async (t) => {
  t.comment(`FC_SEED=${seed}`)
  const { world, api } = await gateBefore(t, ({ socket }) => socket.write(answered({ ok: true })))
  const token = await world.provider.token('us-citizen')
  const forwarded: { readonly type: string; readonly body: string; readonly expected: Seen }[] = []
  for (const { model, prompt, filename, content, order } of fc.sample(sent, { seed, numRuns: 120 })) {
    const file = Buffer.from(content.join(''))
    const head = (rest: string): string => `--B\r\nContent-Disposition: form-data; name=${rest}\r\n\r\n`
    const parts = [
      [head('"model"'), model],
      [head('"prompt"'), prompt],
      [head(`"image"; filename="${filename}"\r\nContent-Type: image/png`), file],
    ] as const
    const body = Buffer.concat([
      ...order.flatMap((at) => [...(parts[at] ?? []), '\r\n'].map((one) => Buffer.from(one))),
      Buffer.from('--B--\r\n'),
    ])
    const lines = `POST /v1/images/edits HTTP/1.1\r\nHost: gate.example\r\nAuthorization: Bearer ${token}\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: ${body.length}\r\n\r\n`
    const before = api.heard.length
    const answer = await say(world, Buffer.concat([Buffer.from(lines), body]))
    const got = api.heard.at(-1)
    if (api.heard.length === before || got === undefined) continue
    const id = /portcullis-decision: ([0-9a-f-]{36})/i.exec(answer)?.[1]
    const record = (await decisions(world)).find((one) => one.id === id)
    t.strictSame(
      record?.models.map((one) => [one.pointer, one.model]),
      [['part:model', model]],
    )
    const seen: Seen = [
      ['model', null, model],
      ['prompt', null, prompt],
      ['image', filename, hash('sha256', file)],
    ]
    const type = /^content-type: (.*)$/im.exec(got.text)?.[1]?.trim() ?? ''
    const expected = order.flatMap((at) => (seen[at] === undefined ? [] : [seen[at]]))
    forwarded.push({ type, body: got.text.slice(got.text.indexOf('\r\n\r\n') + 4), expected })
  }
  t.comment(`${forwarded.length} forwarded`)
  t.ok(forwarded.length > 20)
  for (const one of forwarded) t.strictSame(await fetchReads(one), one.expected, 'fetch')
  const python = pythonReads(forwarded)
  if (python === null) t.comment('there is no python3 here: its parser is not asked')
  for (const [at, seen] of (python ?? []).entries()) t.strictSame(seen, forwarded[at]?.expected, 'Python')
})
