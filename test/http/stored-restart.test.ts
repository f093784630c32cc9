// Stored objects over `kill -9`, on one machine and in a fleet: what was answered is known to the next gate, to its maker alone.
import { randomBytes } from 'node:crypto'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import OpenAI from 'openai'
import t from 'tap'
import { startRedis } from '../support/redis.ts'
import { type Serving, surroundings } from '../support/serve.ts'
import { codeOf } from '../support/stored.ts'
import { startStoringApi } from '../support/storing-api.ts'

async function made(serving: Serving, token: string, stream: boolean): Promise<string> {
  const client = clientOf(serving, token)
  if (!stream) return (await client.responses.create({ model: 'open-1', input: 'hello' })).id
  for await (const event of await client.responses.create({ model: 'open-1', input: 'hello', stream: true })) {
    if (event.type === 'response.created') return event.response.id
  }
  throw new Error('the stream told of no response')
}

const clientOf = ({ data }: Serving, apiKey: string): OpenAI =>
  new OpenAI({ baseURL: `${data}/v1`, apiKey, maxRetries: 0 })

const fetched = (serving: Serving, token: string, id: string): Promise<unknown> =>
  codeOf(clientOf(serving, token).responses.retrieve(id))

for (const place of ['on one machine', 'in a fleet'] as const) {
  t.test(`what was answered before kill -9 is known after it, ${place}`, async (t) => {
    const api = await startStoringApi(t)
    const around = await surroundings(t)
    let shared = ''
    if (place === 'in a fleet') {
      const redis = await startRedis()
      t.teardown(() => redis.stop())
      await writeFile(join(around.folder, 'fleet-key'), randomBytes(32).toString('hex'), { mode: 0o600 })
      shared = `redis: { url: "${redis.url}" }\nfleet: { key: "\${file:fleet-key}" }\n`
    }
    const upstreams = `[{ name: storing, dialect: openai, url: "${api.url}", models: [fable-5, open-1] }]`
    const serve = async (): Promise<Serving> => {
      const serving = await around.serve(shared, { upstreams })
      // The registry answers once its first connection stands.
      const token = await around.provider.token('us-citizen')
      while ((await fetched(serving, token, 'resp_none')) !== '404 reference_unknown') {
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      return serving
    }
    const token = await around.provider.token('us-citizen')
    const other = await around.provider.token('green-card')

    const first = await serve()
    const ids = [await made(first, token, false), await made(first, token, true)]
    await first.end('SIGKILL')
    const second = await serve()
    for (const id of ids) {
      t.equal(await fetched(second, token, id), 'permitted')
      t.equal(await fetched(second, other, id), '404 reference_unknown')
    }
    await second.end('SIGKILL')
    if (place === 'in a fleet') return

    const journal = join(around.log, 'stored-objects.ndjson')
    await appendFile(journal, '0123456789abcdef {"put":{"key"')
    const third = await serve()
    t.equal(await fetched(third, token, ids[0] ?? ''), 'permitted', 'half a line was never acknowledged')
    await third.end('SIGTERM')
    await writeFile(journal, `x${await readFile(journal, 'utf8')}`)
    await t.rejects(around.serve(shared, { upstreams }), /stored-objects\.ndjson` is damaged in line 1; put it back/)
  })
}
