// One row: load, fault, an order to close a model in the middle of it, the fault's end, the order's end, and what is found afterwards.
import { setTimeout as sleep } from 'node:timers/promises'
import { faultsOf, faultsOfLogs, settledRecords } from './judge.ts'
import { type Load, type Model, models, startLoad, type Told } from './load.ts'
import { recovery, tally } from './recovery.ts'
import type { Row } from './row.ts'
import { type GateSite, leaseMs, type Site } from './site.ts'

/** From the order, or the lease's end, to the last forward that counts as in time: the way to the model API on a busy machine. */
const wayMs = 500
/** A service that is not back by itself by then is not. */
const patienceMs = 60_000
const forbidden: Model = 'fable-5'

export interface Found {
  readonly row: Row
  /** Sentences; none: the row holds. */
  readonly faults: readonly string[]
  /** Why it could not be done here. */
  readonly skipped?: string
  readonly forwarded: number
  readonly permits: number
  /** Milliseconds from the order (of the fault, where there was none) to the last forward or streamed byte of what was closed; null: none came. */
  readonly lastMs: number | null
  /** From the fault's end to the first normal answer, of the last gate and model to give one. */
  readonly backMs: number
  /** What clients were told from the fault's beginning until all was normal, and how often. */
  readonly told: ReadonlyMap<string, number>
}

export async function runRow(site: Site, row: Row): Promise<Found> {
  const skipped = await row.prepare?.(site)
  const none = { row, faults: [], forwarded: 0, permits: 0, lastMs: null, backMs: 0, told: new Map<string, number>() }
  if (skipped !== undefined) return { ...none, skipped }
  const startedAt = Date.now()
  const targets = site.gates.map(({ name, data }) => ({ name, data }))
  const load = startLoad(targets, site.tokens.caller)
  try {
    return await underLoad(site, row, load, startedAt)
  } finally {
    await load.stop()
    await row.clear?.(site)
  }
}

async function underLoad(site: Site, row: Row, load: Load, startedAt: number): Promise<Found> {
  const faults: string[] = []
  const names = site.gates.map(({ name }) => name)
  await normal(load, names, startedAt, 'before the fault')

  const brokenAt = Date.now()
  await row.begin(site)
  const order = await sleepAndOrder(site, row)
  await sleep(Math.max(0, brokenAt + row.ms - Date.now()))
  const mendedAt = Date.now()
  await row.end(site)
  // What waited for the fault's end meets the order still in force.
  if (order !== undefined) await sleep(1_000)
  const liftedAt = Date.now()
  await order?.lift()

  const since = (model: Model): number => (model === forbidden && order !== undefined ? liftedAt : mendedAt)
  const backMs = await normal(load, names, since, 'after it').catch((error: Error) => {
    faults.push(error.message)
    return Number.NaN
  })
  const end = Date.now()
  await load.stop()

  const records = await settledRecords(site.gates, startedAt)
  const forwarded = site.modelApi.seen().filter(({ at }) => at >= startedAt)
  faults.push(...faultsOf(forwarded, records), ...(await faultsOfLogs(site.gates)))

  const closed = order?.at ?? (row.leaseEnds === true ? brokenAt : undefined)
  const opened = order === undefined ? mendedAt : liftedAt
  const lastMs = closed === undefined ? null : lastOf(site, row, load, closed, opened, startedAt, records.decisions)
  if (lastMs !== null && lastMs > leaseMs + wayMs)
    faults.push(`what was closed was forwarded ${Math.round(lastMs)} ms later, after the lease`)
  const told = tally(load.told, brokenAt, end)
  const may = new Set([...row.mayTell, '200', '403 model_suspended', 'ended', 'cut model_suspended'])
  for (const [says, count] of told)
    if (!may.has(says.replace(/^stream /, '')) && !may.has(says))
      faults.push(`clients were told \`${says}\`, ${count} times`)
  const permits = records.decisions.filter(({ effect }) => effect === 'permit').length
  return { row, faults, forwarded: forwarded.length, permits, lastMs, backMs, told }
}

/** Waits until each gate answers each model as without a fault, and goes on to. */
async function normal(
  load: Load,
  gates: readonly GateSite['name'][],
  since: number | ((model: Model) => number),
  when: string,
): Promise<number> {
  const until = Date.now() + patienceMs
  for (;;) {
    const found = gates.flatMap((gate) =>
      models.map((model) => {
        const from = typeof since === 'number' ? since : since(model)
        return { gate, model, ...recovery(load.told, { gate, model, from, now: Date.now() }) }
      }),
    )
    if (found.every(({ isNormal }) => isNormal)) return Math.max(...found.map(({ ms }) => ms))
    if (Date.now() > until) {
      const late = found.filter(({ isNormal }) => !isNormal)
      const said = late.map(({ gate, model, last }) => `gate ${gate}, ${model}: ${last ?? 'nothing'}`)
      throw new Error(`not normal ${when} within ${patienceMs / 1_000} s (${said.join('; ')})`)
    }
    await sleep(100)
  }
}

interface Order {
  /** When control had accepted it. */
  readonly at: number
  readonly lift: () => Promise<void>
}

async function sleepAndOrder(site: Site, row: Row): Promise<Order | undefined> {
  await sleep(Math.min(1_000, row.ms / 3))
  if (row.order === 'none') return undefined
  if (row.order === 'directive') {
    await site.directives.close()
    return { at: Date.now(), lift: site.directives.open }
  }
  const { status, json } = await officer(site, 'officer', '', { of: forbidden, why: `row ${row.name}` })
  if (status !== 201) throw new Error(`control did not suspend ${forbidden}: ${status} ${JSON.stringify(json)}`)
  const { id } = json['suspension'] as { readonly id: string }
  return { at: Date.now(), lift: () => lift(site, id) }
}

async function lift(site: Site, id: string): Promise<void> {
  for (const who of ['officer', 'second'] as const) {
    const { status, json } = await officer(site, who, `/${id}/lift`, { why: 'the fault is over' })
    if (status !== (who === 'officer' ? 202 : 200)) throw new Error(`not lifted: ${status} ${JSON.stringify(json)}`)
  }
}

/** Past every line: officers are where control is. */
async function officer(
  site: Site,
  who: 'officer' | 'second',
  path: string,
  body: object,
): Promise<{ readonly status: number; readonly json: Readonly<Record<string, unknown>> }> {
  const response = await fetch(`${site.fleet.url}/v1/policy/suspensions${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${site.tokens[who]}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, json: (await response.json()) as Record<string, unknown> }
}

/** The last that was let through of what was closed, from the order on; what was let through again later does not count. */
function lastOf(
  site: Site,
  row: Row,
  load: Load,
  closed: number,
  opened: number,
  startedAt: number,
  decisions: readonly { readonly at: number; readonly length: number; readonly effect: string }[],
): number | null {
  const decided = new Map(decisions.map(({ length, at }) => [length, at]))
  const instants = [
    ...site.modelApi
      .seen()
      .filter(({ at, model }) => at >= startedAt && model === forbidden)
      .map(({ at, length }) => (row.linesHold === true ? (decided.get(length) ?? at) : at)),
    ...load.told.filter(({ stream }) => stream).map(({ lastByteAt }: Told) => lastByteAt),
  ].filter((at) => at >= closed && at < opened)
  return instants.length === 0 ? null : Math.max(...instants) - closed
}
