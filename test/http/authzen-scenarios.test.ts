// The scenarios through AuthZEN: the same rows, asked by an enforcement point that states the facts itself.
import t from 'tap'
import { type Case, factsOf } from '../../src/policy/index.ts'
import type { Evidence } from '../../src/vocabulary/evidence.ts'
import type { Subject } from '../../src/vocabulary/party.ts'
import { gateFor } from '../support/gate.ts'
import { type Overlay, overlayFolder, readScenarios } from '../support/scenario.ts'

/** Also rows that no chat request carries: an actor, a service, a place beyond the demo’s database, a phase. */
const demanded = '1 2 4 5 6 7 9 11 13 14 15 15b 18 19 21 23 25 29 31 33 38 39 42 51'.split(' ')

/** Later than every case: nobody may state what was verified after now. */
const now = Date.parse('2026-12-01T00:00:00Z')
const overlays: readonly (Overlay | null)[] = [null, 'C1', 'O1', 'D5', 'D5-list', 'L8']
const carried = new Set<string>()

/** Why AuthZEN has no words for it, or null. */
function beyondAuthzen(one: Case): string | null {
  if (one.asks.model.length !== 1) return 'several models in one request'
  if (one.asks.action === 'list-models') return 'a list of models'
  if (one.where === 'not-found' || one.where === 'no-address' || one.where === 'no-database')
    return 'a place that failed'
  if (typeof one.where === 'object' && one.where.region !== undefined && !one.where.resolves_regions) return 'a region'
  if (one.who.organization_expected) return 'the issuer’s own setting'
  if (one.left !== undefined) return 'amounts that are left'
  return null
}

const instantText = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

const stated = ({ verifiedAt, ...rest }: Evidence): object => ({ ...rest, verified_at: instantText(verifiedAt) })

const subject = ({ id, kind, evidence }: Subject): object => ({
  type: kind,
  id: id.subject,
  properties: { evidence: evidence.map(stated) },
})

/** AuthZEN names one issuer for all parties: that of whoever the registers know. */
const issuerOf = ({ who }: Case): string =>
  [who.actor, ...who.prior_actors, who].find((one) => one !== undefined)?.issuer ?? ''

function evaluationOf(one: Case): object {
  const { caller, place, operation } = factsOf(one)
  return {
    subject: subject(caller.subject),
    action: {
      name: operation.action,
      properties: { phase: operation.phase, stream: operation.stream, max_output_tokens: operation.maxOutputTokens },
    },
    resource: { type: 'model', id: operation.models[0]?.name, properties: { mode: operation.models[0]?.mode?.value } },
    context: {
      time: instantText(one.when),
      place: {
        country: place.country,
        region: place.region,
        anonymizer: place.anonymizer,
        database_built_at: instantText(place.databaseBuiltAt),
      },
      actor: caller.actor === null ? null : subject(caller.actor),
      organization: caller.organization,
      prior_actors: caller.priorActors.map(subject),
      token: { iss: issuerOf(one) },
    },
  }
}

for (const overlay of overlays) {
  t.test(`every row that AuthZEN has words for, ${overlay ?? 'under the reference directives'}`, async (t) => {
    const policies = overlay === null ? {} : { policies: overlayFolder(t, overlay) }
    const world = await gateFor(t, { now, pace: 'frozen', ...policies })
    const token = await world.provider.token('enforcement-point')
    const ask = async (one: Case): Promise<Record<string, unknown>> => {
      const response = await fetch(`${world.gateway.admin}/access/v1/evaluation`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(evaluationOf(one)),
      })
      return (await response.json()) as Record<string, unknown>
    }
    for (const { row, title, cases } of readScenarios({ demo: world.provider.issuer })) {
      for (const { name, overlay: over, case: one } of cases) {
        if (over !== overlay || beyondAuthzen(one) !== null) continue
        carried.add(row)
        const [effect, reason] = one.expect.answer.split(' ')
        const { decision, context } = (await ask(one)) as { decision?: boolean; context?: { reason: string } }
        t.equal(decision, effect === 'permit', `${row}: ${title}: ${name}: ${context?.reason}`)
        if (effect === 'deny') t.equal(context?.reason, reason, `${row}: ${name}`)
      }
    }
  })
}

t.test('the rows that AuthZEN must carry were asked', async (t) => {
  for (const row of demanded) t.ok(carried.has(row), `row ${row}`)
})
