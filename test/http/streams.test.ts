import { cp, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import t from 'tap'
import type { OutcomeRecord } from '../../src/vocabulary/record.ts'
import { gateFor, records } from '../support/gate.ts'

const letter = Date.parse('2026-06-12T21:21:00Z')
const slow = { chunks: 400, chunkDelayMs: 20 }
const messages = [{ role: 'user' as const, content: 'hello' }]

/** Waits for the outcome of a decision: it is written after the answer has ended. */
async function outcome(world: { log: string }, id: string): Promise<OutcomeRecord | undefined> {
  for (let tries = 0; tries < 100; tries++) {
    const found = (await records(world)).find((record) => record.k === 'outcome' && record.id === id)
    if (found !== undefined) return found as OutcomeRecord
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return undefined
}

t.test('an open stream is cut at the instant a directive takes effect', async (t) => {
  const world = await gateFor(t, { now: letter - 600_000 })
  await world.modelApi.set(slow)
  const token = await world.provider.token('foreign-national')
  const response = await fetch(`${world.gateway.data}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'fable-5', stream: true, messages }),
  })
  t.equal(response.status, 200)
  await world.setNow(letter - 1_500)
  const text = await response.text()
  const events = text.split('\n\n')
  t.equal(events.pop(), '', 'ends at the edge of an event')
  t.match(JSON.parse(events.at(-1)?.slice('data: '.length) ?? ''), { error: { code: 'person_restricted' } })
  t.ok(events.length > 5, 'it was served until then')
  t.notMatch(text, '[DONE]')
  const ended = await outcome(world, response.headers.get('portcullis-decision') ?? '')
  t.match(ended, { ending: 'cut', reason: 'person_restricted' })
  t.ok(
    Date.parse(ended?.lastByteAt ?? '') < letter,
    `last byte at ${ended?.lastByteAt}, before the directive took effect`,
  )
})

t.test('the SDKs raise their own errors on a stream that is cut', async (t) => {
  const world = await gateFor(t, { now: letter - 600_000 })
  await world.modelApi.set(slow)
  const apiKey = await world.provider.token('foreign-national')
  const openai = new OpenAI({ baseURL: `${world.gateway.data}/v1`, apiKey })
  const anthropic = new Anthropic({ baseURL: world.gateway.data, apiKey })
  let begun = 0
  const drain = async (stream: AsyncIterable<unknown>): Promise<{ events: number; error: unknown }> => {
    let events = 0
    try {
      // The clock is put to just before the letter once all are under way, however long that took.
      for await (const _ of stream) if (++events === 1 && ++begun === 3) await world.setNow(letter - 1_000)
    } catch (error) {
      return { events, error }
    }
    return { events, error: undefined }
  }
  const [chat, responses, anthropics] = await Promise.all([
    openai.chat.completions.create({ model: 'fable-5', messages, stream: true }).then(drain),
    openai.responses.create({ model: 'fable-5', input: 'hello', stream: true }).then(drain),
    anthropic.messages.create({ model: 'fable-5', max_tokens: 100, messages, stream: true }).then(drain),
  ])
  for (const [name, { events, error }] of Object.entries({ chat, responses })) {
    t.ok(events > 0, `${name}: served until then`)
    t.ok(error instanceof OpenAI.APIError, `${name}: ${String(error)}`)
    t.match(error, { code: 'person_restricted' })
  }
  t.ok(anthropics.error instanceof Anthropic.APIError, String(anthropics.error))
  t.match(JSON.stringify((anthropics.error as { error?: unknown }).error), 'person_restricted')
})

t.test('an answer that is not a stream is refused if the directive takes effect while the model thinks', async (t) => {
  const world = await gateFor(t, { now: letter - 600_000 })
  await world.modelApi.set({ answerDelayMs: 2_500 })
  const openai = new OpenAI({
    baseURL: `${world.gateway.data}/v1`,
    apiKey: await world.provider.token('foreign-national'),
  })
  const answer = openai.chat.completions.create({ model: 'fable-5', messages }).catch((error: unknown) => error)
  while ((await world.modelApi.count()) === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  await world.setNow(letter)
  const error = await answer
  t.ok(error instanceof OpenAI.PermissionDeniedError, String(error))
  t.match(error, { code: 'person_restricted' })
})

t.test('a change of policy cuts the streams that it forbids, and no others', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-policies-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  await cp(fileURLToPath(new URL('../../policies', import.meta.url)), folder, { recursive: true })
  // Without the letter and what builds on it, as on the day before it came.
  const aside = await mkdtemp(join(tmpdir(), 'portcullis-aside-'))
  t.teardown(() => rm(aside, { recursive: true, force: true }))
  const letters = [
    'directives/us-bis-2026-06-12.yaml',
    'directives/us-bis-2026-06-30-withdrawal.yaml',
    'grants/us-bis-2026-06-26-annex.yaml',
    'examples/june-2026.yaml',
  ]
  for (const path of letters) await rename(join(folder, path), join(aside, basename(path)))

  const world = await gateFor(t, { policies: folder })
  await world.modelApi.set({ chunks: 2_000, chunkDelayMs: 10 })
  const open = async (persona: string) => {
    const response = await fetch(`${world.gateway.data}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await world.provider.token(persona)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'fable-5', stream: true, messages }),
    })
    let text = ''
    const ended = (async () => {
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true })
    })().catch(() => {})
    return { ended, text: () => text, cancel: () => response.body?.cancel().catch(() => {}) }
  }
  const foreign = await open('foreign-national')
  const citizen = await open('us-citizen')
  for (const path of letters) await rename(join(aside, basename(path)), join(folder, path))
  await foreign.ended
  t.match(foreign.text(), /"code":"person_restricted"/)
  const soFar = citizen.text().length
  await new Promise((resolve) => setTimeout(resolve, 200))
  t.ok(citizen.text().length > soFar, 'the citizen’s stream goes on')
  t.notMatch(citizen.text(), 'person_restricted')
})
