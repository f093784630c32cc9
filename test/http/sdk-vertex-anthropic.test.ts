// Anthropic's client as its Vertex AI variant changes it: the path names the model and says whether the answer is a stream, the body has a
// version instead, and Google's sign-in stands in `Authorization`. The requests are rewritten here as that variant does.

import Anthropic from '@anthropic-ai/sdk'
import t from 'tap'
import { gateFor } from '../support/gate.ts'
import { modelServerFor, upstreamsTo } from '../support/model-server.ts'

const place = '/v1/projects/portcullis-demo/locations/us-central1/publishers/anthropic/models'

function onVertex(gate: string, token: string): Anthropic {
  const rewritten: typeof fetch = async (_url, init) => {
    const { model, ...rest } = JSON.parse(init?.body as string) as {
      model: string
      stream?: boolean
      max_tokens?: number
    }
    const counts = rest.max_tokens === undefined
    const last = counts ? 'count-tokens:rawPredict' : `${model}:${rest.stream ? 'streamRawPredict' : 'rawPredict'}`
    const body = { anthropic_version: 'vertex-2023-10-16', ...(counts ? { model } : {}), ...rest }
    return fetch(`${gate}${place}/${last}`, { ...init, body: JSON.stringify(body) })
  }
  return new Anthropic({ baseURL: gate, apiKey: null, authToken: token, maxRetries: 0, fetch: rewritten })
}

t.test('Anthropic’s client works on Vertex AI as its variant for it asks', async (t) => {
  const api = await modelServerFor(t)
  const world = await gateFor(t, { upstreams: upstreamsTo(api, 'vertex-anthropic') })
  const client = async (persona: string): Promise<Anthropic> =>
    onVertex(world.gateway.data, await world.provider.token(persona))
  const citizen = await client('us-citizen')
  const messages = [{ role: 'user' as const, content: 'hello' }]
  const asking = { model: 'fable-5', max_tokens: 50, messages }

  await t.test('whole, as a stream, and counted', async (t) => {
    t.match(await citizen.messages.create(asking), { model: 'fable-5', content: [{ text: 'The gate let it pass.' }] })
    t.equal(await citizen.messages.stream(asking).finalText(), 'The gate let it pass.')
    t.match(api.seen.at(-1), {
      path: `${place}/fable-5:streamRawPredict`,
      headers: { authorization: 'Bearer the-gateway-s-own-key' },
    })
    t.equal((await citizen.messages.countTokens({ model: 'fable-5', messages })).input_tokens, 3)
  })
  await t.test('a refusal raises its own typed error, whole and as a stream', async (t) => {
    const foreign = await client('foreign-national')
    const before = api.seen.length
    for (const work of [
      async () => foreign.messages.create(asking),
      async () => foreign.messages.stream(asking).finalText(),
      async () => foreign.messages.countTokens({ model: 'fable-5', messages }),
    ]) {
      const error = await work().catch((error: unknown) => error)
      t.ok(error instanceof Anthropic.PermissionDeniedError, String(error))
    }
    t.equal(api.seen.length, before)
  })
})
