// A gate before a model API that stores, and the official client for each caller.
import OpenAI from 'openai'
import type { World } from '../../src/demo/world.ts'
import { decisions, gateFor, scenarioInstant } from './gate.ts'
import { type StoringApi, startStoringApi, storingUpstreams } from './storing-api.ts'

export interface Around {
  readonly world: World
  readonly api: StoringApi
  client(persona: string): Promise<OpenAI>
}

/** What reached the model API is held to the permits on record when the test ends. */
export async function around(
  t: { teardown(run: () => Promise<void>): void },
  now: number = scenarioInstant,
): Promise<Around> {
  const api = await startStoringApi(t)
  const world = await gateFor(t, { upstreams: storingUpstreams(api), now })
  t.teardown(async () => {
    const permits = (await decisions(world)).filter(({ effect }) => effect === 'permit')
    if (api.seen.length > permits.length) throw new Error('forwarded without a recorded permit')
  })
  const client = async (persona: string): Promise<OpenAI> =>
    new OpenAI({
      baseURL: `${world.gateway.data}/v1`,
      apiKey: await world.provider.token(persona),
      maxRetries: 0,
    })
  return { world, api, client }
}

/** `permitted`, or the status and code that the client raised. */
export function codeOf(asking: PromiseLike<unknown>): Promise<unknown> {
  return Promise.resolve(asking).then(
    () => 'permitted',
    (error: unknown) => (error instanceof OpenAI.APIError ? `${error.status} ${error.code}` : error),
  )
}
