// Conversations and chat completions that are stored, through the gate (threat B4).
import t from 'tap'
import { decisions, scenarioInstant } from '../support/gate.ts'
import { around, codeOf } from '../support/stored.ts'

const hello = [{ type: 'message' as const, role: 'user' as const, content: 'hello' }]
const messages = [{ role: 'user' as const, content: 'hello' }]

t.test('the official client makes a conversation, talks in it, reads it and deletes it', async (t) => {
  const { client, world } = await around(t)
  const citizen = await client('us-citizen')
  const { id } = await citizen.conversations.create({ items: hello })
  t.equal((await citizen.conversations.retrieve(id)).id, id)
  t.equal((await citizen.conversations.update(id, { metadata: { topic: 'gates' } })).id, id)
  await citizen.responses.create({ model: 'fable-5', input: 'hello', conversation: id })
  await citizen.responses.create({ model: 'open-1', input: 'hello', conversation: { id } })
  const added = await citizen.conversations.items.create(id, { items: hello })
  const item = added.data[0]?.id ?? ''
  t.equal((await citizen.conversations.items.retrieve(item, { conversation_id: id })).id, item)
  for await (const _ of citizen.conversations.items.list(id)) break
  t.equal(await codeOf(citizen.conversations.items.delete(item, { conversation_id: id })), 'permitted')
  t.equal(
    await codeOf(citizen.conversations.items.retrieve(item, { conversation_id: id })),
    '404 reference_unknown',
    'an item that was deleted is forgotten, and its conversation is not',
  )
  await citizen.conversations.delete(id)
  t.equal(await codeOf(citizen.conversations.retrieve(id)), '404 reference_unknown')

  const models = (await decisions(world))
    .filter(({ request }) => request.operation === 'openai.conversations.items.create')
    .flatMap(({ models }) => models.map(({ pointer, model }) => `${pointer} ${model}`))
  t.strictSame(models, ['stored:path:conversation fable-5', 'stored:path:conversation 2 open-1'])
})

t.test('B4 somebody else’s conversation is unknown, and so are its items and its completions', async (t) => {
  const { api, client } = await around(t)
  const citizen = await client('us-citizen')
  const { id } = await citizen.conversations.create({ items: hello })
  const { data } = await citizen.conversations.items.create(id, { items: hello })
  const completion = await citizen.chat.completions.create({ model: 'open-1', messages, store: true })
  const mine = await (await client('green-card')).conversations.create({})
  const reached = api.seen.length
  const other = await client('green-card')
  const item = data[0]?.id ?? ''
  const asked = [
    other.conversations.retrieve(id),
    other.conversations.update(id, { metadata: {} }),
    other.conversations.delete(id),
    other.conversations.items.create(id, { items: hello }),
    other.conversations.items.list(id),
    other.conversations.items.retrieve(item, { conversation_id: id }),
    other.conversations.items.retrieve(item, { conversation_id: mine.id }),
    other.conversations.items.create(mine.id, { items: [{ type: 'item_reference', id: item }] }),
    other.responses.create({ model: 'open-1', input: 'hello', conversation: id }),
    other.chat.completions.retrieve(completion.id),
    other.chat.completions.update(completion.id, { metadata: {} }),
    other.chat.completions.delete(completion.id),
    other.chat.completions.messages.list(completion.id),
  ].map(codeOf)
  t.strictSame(await Promise.all(asked), Array(13).fill('404 reference_unknown'))
  t.equal(api.seen.length, reached, 'nothing reached the model API')
})

t.test(
  'B4 a conversation carries the models of all that was said in it, also of answers that never came',
  async (t) => {
    const { world, api, client } = await around(t, Date.parse('2026-05-01T12:00:00Z'))
    const foreign = await client('foreign-national')
    const quiet = await foreign.conversations.create({})
    const talk = await foreign.conversations.create({})
    await foreign.responses.create({ model: 'open-1', input: 'hello', conversation: quiet.id })
    api.answerNothing = true
    t.match(await codeOf(foreign.responses.create({ model: 'fable-5', input: 'hello', conversation: talk.id })), /^502/)
    api.answerNothing = false
    await world.setNow(scenarioInstant)
    const again = await client('foreign-national')
    t.equal(await codeOf(again.conversations.retrieve(quiet.id)), 'permitted')
    t.equal(await codeOf(again.conversations.retrieve(talk.id)), '403 person_restricted')
    const next = again.responses.create({ model: 'open-1', input: 'hello', conversation: talk.id })
    t.equal(await codeOf(next), '403 person_restricted')
  },
)

t.test('a chat completion is known where the request says that it is to be stored, and nowhere else', async (t) => {
  const { client } = await around(t)
  const citizen = await client('us-citizen')
  const kept = await citizen.chat.completions.create({ model: 'open-1', messages, store: true })
  t.equal((await citizen.chat.completions.retrieve(kept.id)).id, kept.id)
  t.equal(await codeOf(citizen.chat.completions.messages.list(kept.id)), 'permitted')
  t.equal(await codeOf(citizen.chat.completions.delete(kept.id)), 'permitted')
  t.equal(await codeOf(citizen.chat.completions.retrieve(kept.id)), '404 reference_unknown')
  const passing = await citizen.chat.completions.create({ model: 'open-1', messages })
  t.equal(await codeOf(citizen.chat.completions.retrieve(passing.id)), '404 reference_unknown')
  t.equal(await codeOf(citizen.chat.completions.list()), '405 method_not_allowed', 'lists are everybody’s')
  t.equal(await codeOf(citizen.get('/conversations')), '405 method_not_allowed')
})

t.test('what must not be stored is put into no conversation, whatever `store` says', async (t) => {
  const { api, client } = await around(t, Date.parse('2026-09-10T12:00:00Z'))
  const evaluator = await client('evaluator')
  const { id } = await evaluator.conversations.create({ items: hello })
  const reached = api.seen.length
  const asked = { model: 'next-1-safeguards-reduced', input: 'hello', store: false }
  t.equal(await codeOf(evaluator.responses.create({ ...asked, conversation: id })), '403 obligation_unenforceable')
  t.equal(api.seen.length, reached)
  t.equal(await codeOf(evaluator.responses.create(asked)), 'permitted')
})
