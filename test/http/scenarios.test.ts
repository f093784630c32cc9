// The scenarios through HTTP: a real token, a real lookup, a real upstream; the same rows that the engine decides.
import t from 'tap'
import { demoPlaces } from '../../src/demo/database.ts'
import { type World } from '../../src/demo/world.ts'
import type { Case } from '../../src/policy/index.ts'
import { claimsOf } from '../support/claims.ts'
import { ask, decision, gateFor, scenarioInstant } from '../support/gate.ts'
import { type Overlay, overlayFolder, readScenarios } from '../support/scenario.ts'

/** Rows of the truth table that must be carried by HTTP. */
const demanded = ['1', '2', '4', '5', '6', '7', '13', '14', '15', '15b', '27', '31', '33', '38', '39']

const addresses: Readonly<Record<string, string | undefined>> = {
  home: demoPlaces['us'],
  DE: demoPlaces['germany'],
  IR: demoPlaces['iran'],
  CA: demoPlaces['canada'],
  FR: demoPlaces['france'],
  GB: demoPlaces['united-kingdom'],
  CU: demoPlaces['cuba'],
  KP: demoPlaces['north-korea'],
  PR: demoPlaces['puerto-rico'],
}
const efforts: Readonly<Record<string, string>> = { thinking: 'high', instant: 'minimal' }

/** One case in one dialect, as its SDK would send it. */
function requestOf({ asks }: Case, dialect: 'openai' | 'anthropic'): { path: string; body: object } {
  const messages = [{ role: 'user', content: 'hello' }]
  const [model] = asks.model
  if (dialect === 'anthropic') {
    const thinking = asks.mode === 'thinking' ? { type: 'enabled', budget_tokens: 1024 } : { type: 'disabled' }
    const body = { model, messages, max_tokens: 2048, ...(asks.mode === undefined ? {} : { thinking }) }
    return { path: '/v1/messages', body }
  }
  const body = { model, messages, ...(asks.mode === undefined ? {} : { reasoning_effort: efforts[asks.mode] }) }
  return { path: '/v1/chat/completions', body }
}

/** Why a row is not for HTTP, or null. */
function beyondHttp(one: Case): string | null {
  if (typeof one.where !== 'string' || addresses[one.where] === undefined)
    return 'a place that the demo’s database does not show'
  if (one.asks.model.length !== 1) return 'several models in one request'
  if (!['admit', 'start'].includes(one.asks.phase)) return 'a phase that no route has yet'
  if (one.asks.action !== 'infer') return 'another action'
  if (one.left !== undefined || one.expect.answer.includes('grant_exhausted'))
    return 'what is left is the gate’s own to know: amounts.test.ts'
  try {
    claimsOf(one)
  } catch (error) {
    return (error as Error).message
  }
  return null
}

async function play(world: World, one: Case, dialect: 'openai' | 'anthropic') {
  await world.setNow(one.when)
  const token = await world.provider.mint(claimsOf(one))
  const before = await world.modelApi.count()
  const headers = { 'x-forwarded-for': addresses[one.where as string] ?? '', 'anthropic-version': '2023-06-01' }
  const answer = await ask(world, {
    token,
    headers: dialect === 'anthropic' ? headers : { 'x-forwarded-for': headers['x-forwarded-for'] },
    ...requestOf(one, dialect),
  })
  const record = await decision(world, answer.headers.get('portcullis-decision') ?? '')
  return { answer, record, forwarded: (await world.modelApi.count()) - before }
}

const rows = (issuer: string) =>
  readScenarios({ demo: issuer }).flatMap(({ row, title, cases }) => cases.map((one) => ({ row, title, ...one })))

/** The reference directives, and what some rows lay over them. */
const overlays: readonly (Overlay | null)[] = [null, 'C1', 'O1', 'D5', 'D5-list', 'L8']
const carried = new Set<string>()

for (const overlay of overlays) {
  t.test(`every row that a request can carry, ${overlay ?? 'under the reference directives'}`, async (t) => {
    const policies = overlay === null ? {} : { policies: overlayFolder(t, overlay) }
    const world = await gateFor(t, { now: scenarioInstant, pace: 'frozen', ...policies })
    for (const { row, title, name, overlay: over, case: one } of rows(world.provider.issuer)) {
      if (over !== overlay || beyondHttp(one) !== null) continue
      carried.add(row)
      for (const dialect of ['openai', 'anthropic'] as const) {
        await t.test(`${row} (${dialect}): ${title}: ${name}`, async (t) => {
          const { answer, record, forwarded } = await play(world, one, dialect)
          const [effect, reason, status] = one.expect.answer.split(' ')
          t.equal(record?.effect, effect, `recorded ${record?.reason}`)
          t.equal(forwarded, effect === 'permit' ? 1 : 0, 'what reached the model API')
          if (effect === 'deny') t.equal(record?.reason, reason)
          else t.equal(answer.status, 200)
          if (status !== undefined) t.equal(String(answer.status), status)
          if (one.expect.obligations !== undefined) {
            const told = record?.obligations.map((each) => ('mode' in each ? `${each.kind} ${each.mode}` : each.kind))
            t.strictSame([...(told ?? [])].sort(), [...one.expect.obligations].sort())
          }
          if (effect === 'deny' && reason !== 'model_unknown') {
            const code =
              dialect === 'openai'
                ? answer.json.error?.code
                : (answer.json.error as { details?: { error_code?: string } })?.details?.error_code
            t.equal(code, reason, 'told in the dialect’s own words')
          }
        })
      }
    }
  })
}

t.test('the rows that must go through HTTP did', async (t) => {
  for (const row of demanded) t.ok(carried.has(row), `row ${row} went through HTTP`)
})
