// A hidden model is not there for whom no window names: nothing that a caller is told sets it apart from a name that is in no
// catalogue (threat B16).
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startAnsweringApi, upstreamsAt } from '../support/answering-api.ts'
import { ask, gateFor } from '../support/gate.ts'

const hidden = `  secret-1:
    family: secret-1
    version: "1"
    release: unreleased
    listing: hidden
    max-output-tokens: 64000
`
const policies = fileURLToPath(new URL('../../policies', import.meta.url))

async function withHidden(t: { teardown(run: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-hidden-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  await cp(policies, folder, { recursive: true })
  const catalogue = join(folder, 'catalogue', 'models.yaml')
  await writeFile(catalogue, `${await readFile(catalogue, 'utf8')}\n${hidden}`)
  return folder
}

t.test('a hidden model and no model are one answer, however they are asked for', async (t) => {
  const api = await startAnsweringApi(() => ({ type: 'application/json', body: '{}' }))
  t.teardown(() => api.close())
  const upstreams = upstreamsAt(api.url, ['openai', 'anthropic'], ['open-1', 'secret-1'])
  const world = await gateFor(t, { policies: await withHidden(t), upstreams })
  const token = await world.provider.token('us-citizen')
  const told = async (model: string, of: object): Promise<unknown> => {
    const { status, text, headers } = await ask(world, { token, model, ...of })
    const id = headers.get('portcullis-decision') ?? 'no id'
    return [status, text.replaceAll(id, 'the id').replaceAll(model, 'the model')]
  }
  const messages = [{ role: 'user', content: 'hello' }]
  const ways: readonly ((model: string) => object)[] = [
    () => ({}),
    (model) => ({ path: `/v1/models/${model}`, method: 'GET' }),
    (model) => ({ path: '/v1/messages', body: { model, max_tokens: 9, messages } }),
    (model) => ({ path: '/v1/embeddings', body: { model, input: 'hello' } }),
    (model) => ({ path: '/v1/responses', body: { model: 'open-1', input: 'x', moderation: { model } } }),
    // No model API of this dialect is there at all.
    (model) => ({ path: '/api/chat', body: { model, messages } }),
    (model) => ({ path: `/v1beta/models/${model}:generateContent`, body: { contents: [] } }),
  ]
  for (const way of ways) {
    const hidden = await told('secret-1', way('secret-1'))
    t.match(hidden, [404])
    t.strictSame(hidden, await told('secret-9', way('secret-9')))
  }
})
