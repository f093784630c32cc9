// Responses that are stored, through the gate: bound to who made them, decided anew for who reads them (threats B4, B20).
import { readdir } from 'node:fs/promises'
import type OpenAI from 'openai'
import t from 'tap'
import { decisions, scenarioInstant } from '../support/gate.ts'
import { around, codeOf } from '../support/stored.ts'

t.test('the official client makes, continues, fetches, cancels and deletes a response', async (t) => {
  const { client, world } = await around(t)
  const citizen = await client('us-citizen')
  const first = await citizen.responses.create({ model: 'fable-5', input: 'hello' })
  t.equal((await citizen.responses.retrieve(first.id)).output_text, 'stored text')
  const second = await citizen.responses.create({ model: 'open-1', input: 'go on', previous_response_id: first.id })
  t.equal(second.previous_response_id, first.id)
  t.strictSame((await citizen.responses.inputItems.list(first.id)).data, [])
  t.equal((await citizen.responses.cancel(second.id)).status, 'cancelled')
  await citizen.responses.delete(first.id)
  t.equal(await codeOf(citizen.responses.retrieve(first.id)), '404 reference_unknown', 'forgotten with its deletion')

  const records = (await decisions(world)).filter(({ effect }) => effect === 'permit')
  const [made, fetched, continued] = records
  t.strictSame(fetched?.references, [{ pointer: 'path:response', kind: 'response', id: first.id, decision: made?.id }])
  t.match(fetched, { request: { operation: 'openai.responses.retrieve', phase: 'deliver' } })
  t.strictSame(fetched?.models, [
    { pointer: 'stored:path:response', name: 'fable-5', model: 'fable-5', variant: null, modes: [] },
  ])
  t.strictSame(
    continued?.models.map(({ pointer, model }) => `${pointer} ${model}`),
    ['/model open-1', 'stored:/previous_response_id fable-5'],
  )
})

t.test('B4 what one caller made is unknown to every other, in the same words as what nobody made', async (t) => {
  const { api, client } = await around(t)
  const made = await (await client('us-citizen')).responses.create({ model: 'open-1', input: 'hello' })
  const before = api.seen.length
  const other = await client('green-card')
  const item = made.output[0]?.id ?? ''
  const use = (id: string, itemId: string): Promise<unknown[]> =>
    Promise.all(
      [
        other.responses.retrieve(id),
        other.responses.delete(id),
        other.responses.cancel(id),
        other.responses.inputItems.list(id),
        other.responses.create({ model: 'open-1', input: 'go on', previous_response_id: id }),
        other.responses.create({ model: 'open-1', input: [{ type: 'item_reference', id: itemId }] }),
      ].map((asking) =>
        Promise.resolve(asking).then(
          () => 'permitted',
          (error: InstanceType<typeof OpenAI.APIError>) => ({
            status: error.status,
            code: error.code,
            message: error.message,
          }),
        ),
      ),
    )
  const foreign = await use(made.id, item)
  t.equal(foreign.length, 6)
  for (const each of foreign) t.match(each, { status: 404, code: 'reference_unknown' })
  t.strictSame(foreign, await use('resp_none', 'msg_none'))
  t.equal(api.seen.length, before, 'nothing reached the model API')
})

t.test('B4 a stream’s ids are bound before the event that has them is released', async (t) => {
  const { client } = await around(t)
  const citizen = await client('us-citizen')
  const stream = await citizen.responses.create({ model: 'fable-5', input: 'hello', stream: true })
  const types: string[] = []
  let id = ''
  for await (const event of stream) {
    types.push(event.type)
    if (event.type === 'response.created') {
      id = event.response.id
      t.equal((await citizen.responses.retrieve(id)).id, id, 'usable as soon as it is known')
    }
  }
  t.equal(types.at(-1), 'response.completed')
  const next = citizen.responses.create({ model: 'open-1', input: [{ type: 'item_reference', id: 'msg_1' }] })
  t.equal(await codeOf(next), 'permitted', 'its items too')
})

t.test('B4 a directive that took effect since closes what was made before it, to its maker too', async (t) => {
  const before = Date.parse('2026-05-01T12:00:00Z')
  const { world, api, client } = await around(t, before)
  const foreign = await client('foreign-national')
  const made = await foreign.responses.create({ model: 'fable-5', input: 'hello' })
  t.equal(await codeOf(foreign.responses.retrieve(made.id)), 'permitted')
  const next = await foreign.responses.create({ model: 'open-1', input: 'go on', previous_response_id: made.id })

  await world.setNow(scenarioInstant)
  const again = await client('foreign-national')
  const reached = api.seen.length
  t.equal(await codeOf(again.responses.create({ model: 'fable-5', input: 'hello' })), '403 person_restricted')
  for (const id of [made.id, next.id]) {
    t.equal(await codeOf(again.responses.retrieve(id)), '403 person_restricted')
    t.equal(
      await codeOf(again.responses.create({ model: 'open-1', input: 'go on', previous_response_id: id })),
      '403 person_restricted',
      'the model of what it goes on from counts, over any number of answers',
    )
  }
  t.equal(api.seen.length, reached)
})

t.test('B4 an answer that was not to be stored cannot be referred to, and neither can an error’s', async (t) => {
  const { client } = await around(t)
  const citizen = await client('us-citizen')
  const { id } = await citizen.responses.create({ model: 'open-1', input: 'hello', store: false })
  t.equal(await codeOf(citizen.responses.retrieve(id)), '404 reference_unknown')
})

t.test('B4 content beside an id makes nobody’s item the caller’s; what was told may be said again', async (t) => {
  const { client, api } = await around(t)
  const citizen = await client('us-citizen')
  const { output } = await citizen.responses.create({ model: 'open-1', input: 'hello', store: false })
  const id = output[0]?.id ?? ''
  const junk = [
    { type: 'reasoning' as const, id, summary: [], encrypted_content: 'junk' },
    { type: 'message' as const, role: 'assistant' as const, id, status: 'completed' as const, content: [] },
  ]
  const reached = api.seen.length
  const other = await client('green-card')
  for (const item of junk) {
    t.equal(await codeOf(other.responses.create({ model: 'open-1', input: [item] })), '404 reference_unknown')
  }
  t.equal(api.seen.length, reached)
  const input = [...(output as OpenAI.Responses.ResponseInputItem[]), { role: 'user' as const, content: 'go on' }]
  const whole = citizen.responses.create({ model: 'open-1', input })
  t.equal(await codeOf(whole), 'permitted', 'a conversation that is sent whole')
})

t.test('an answer waits until what it made is on disk; what never got there is unknown after a restart', async (t) => {
  const { world, client } = await around(t)
  const citizen = await client('us-citizen')
  const { stored } = world.gateway.gate
  const keeping = Promise.withResolvers<void>()
  const keep = stored.keep.bind(stored)
  const released = Promise.withResolvers<void>()
  stored.keep = async (objects) => {
    keeping.resolve()
    await released.promise
    await keep(objects)
  }
  let isAnswered = false
  const asking = citizen.responses.create({ model: 'open-1', input: 'hello' }).finally(() => {
    isAnswered = true
  })
  await keeping.promise
  t.equal(await codeOf(citizen.responses.retrieve('resp_2')), '404 reference_unknown', 'made, and not bound yet')
  t.equal(isAnswered, false)
  released.resolve()
  const { id } = await asking
  t.equal(await codeOf(citizen.responses.retrieve(id)), 'permitted')
  t.ok((await readdir(world.log)).includes('stored-objects.ndjson'))

  stored.keep = async () => {
    throw new Error('the disk failed')
  }
  const lost = await citizen.responses.create({ model: 'open-1', input: 'hello' })
  t.equal(
    await codeOf(citizen.responses.retrieve(lost.id)),
    '404 reference_unknown',
    'the answer is there, its id unknown',
  )
})
