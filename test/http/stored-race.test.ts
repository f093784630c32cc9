// Two requests of one maker on one conversation: its models grow between the decision on the one and its use (threat B4).
import t from 'tap'
import type { StoredModel } from '../../src/vocabulary/stored-object.ts'
import { decisions } from '../support/gate.ts'
import { around, codeOf } from '../support/stored.ts'

const fable: StoredModel = { model: 'fable-5', variant: null, mode: null }
const asked = { model: 'open-1', input: 'hello' }

t.test('what grew after it was decided is not added to: asked again, it is decided for all', async (t) => {
  const { world, client, api } = await around(t)
  const citizen = await client('us-citizen')
  const { id: conversation } = await citizen.conversations.create({})
  const { stored } = world.gateway.gate
  const widen = stored.widen.bind(stored)
  let isFirst = true
  // Another request comes in between, whole.
  stored.widen = async (name, models) => {
    if (isFirst) {
      isFirst = false
      t.equal(await codeOf(citizen.responses.create({ ...asked, model: 'fable-5', conversation })), 'permitted')
    }
    return widen(name, models)
  }
  const reached = api.seen.length
  t.equal(await codeOf(citizen.responses.create({ ...asked, conversation })), '503 overloaded')
  t.equal(api.seen.length, reached + 1, 'only the one between was sent')
  t.equal(await codeOf(citizen.responses.create({ ...asked, conversation })), 'permitted')
})

t.test(
  'what grew while an answer was made is decided before the answer is released, and is bound with it',
  async (t) => {
    const { world, client } = await around(t)
    const { stored } = world.gateway.gate
    const widen = stored.widen.bind(stored)
    const find = stored.find.bind(stored)
    const asking = async (persona: string, isRead: boolean): Promise<unknown> => {
      const person = await client(persona)
      const { id: conversation } = await person.conversations.create({})
      const { data } = await person.conversations.items.create(conversation, {
        items: [{ type: 'message', role: 'user', content: 'hello' }],
      })
      t.equal(data.length, 1)
      // Between the decision and the end of the answer, the same maker's other request adds what another model says.
      let looked = 0
      stored.find = async (name) => {
        if (name.kind === 'conversation' && name.id === conversation && ++looked === 2) {
          await widen(name, { from: [{ ...fable, model: 'open-1' }], more: [fable] })
        }
        return find(name)
      }
      const made = isRead
        ? person.conversations.items.list(conversation).then(({ data }) => data.length)
        : person.responses.create({ ...asked, conversation }).then(({ id }) => id)
      const answered = await made.catch((error: unknown) => codeOf(Promise.reject(error as Error)))
      stored.find = find
      return answered
    }
    t.equal(await asking('foreign-national', true), '403 person_restricted', 'a list of items')
    t.equal(await asking('foreign-national', false), '403 person_restricted', 'an answer')
    const id = String(await asking('us-citizen', false))
    t.match(id, /^resp_/, 'who may use both has the answer')
    const citizen = await client('us-citizen')
    await citizen.responses.retrieve(id)
    const models = (await decisions(world))
      .findLast(({ request }) => request.operation === 'openai.responses.retrieve')
      ?.models.map(({ model }) => model)
    t.strictSame(models?.sort(), ['fable-5', 'open-1'], 'what was made of it carries both')
  },
)
