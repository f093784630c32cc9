// What goes upstream: the bytes that were read, with the decision's edits. An edited body is read and resolved again, and must say
// exactly what was decided; otherwise nothing is sent.
import type { ActivePolicy } from '../directives/index.ts'
import { offeredModel, resourcesOf } from '../policy/index.ts'
import {
  applyingEdits,
  dialects,
  type Edits,
  type MadeRow,
  type OperationRead,
  type RouteMatch,
  readingOperation,
  rebuildParts,
  type Steps,
} from '../request/index.ts'
import type { Decision, Obligation } from '../vocabulary/decision.ts'
import type { Dialect, ModeField, ModelReference, Resource } from '../vocabulary/operation.ts'
import { outputLimitFields, type UpstreamSettings } from '../vocabulary/settings.ts'
import type { Gate } from './gate.ts'
import type { Dispatch } from './permit.ts'

export type Plan =
  | {
      readonly kind: 'dispatch'
      readonly dispatch: Dispatch
      /** What the answer to the request as it is sent will tell of that is stored. */
      readonly makes: readonly MadeRow[]
    }
  | {
      readonly kind: 'unenforceable'
      /** The decision with what it lacks: permitted, but for an obligation that cannot be kept on this request. */
      readonly denial: Decision
      readonly detail: string
    }

export interface PlanInput {
  readonly match: RouteMatch
  readonly reading: OperationRead
  /** Models that the request does not name itself: of what is stored, or any. No edit reaches them. */
  readonly joined: readonly ModelReference[]
  readonly body: Uint8Array
  readonly active: ActivePolicy
  readonly decision: Decision
  readonly upstream: UpstreamSettings
  /** Stands between the parts of a body that is written anew: nobody outside the gate knows it before. */
  readonly boundary: string
}

/** The one upstream of a dialect that serves every model that a request names; null where there is none. */
export function upstreamOf(gate: Gate, dialect: Dialect, resources: readonly Resource[]): UpstreamSettings | null {
  const upstreams = new Set(resources.map(({ model }) => gate.upstreamFor(dialect, model)))
  const [upstream] = upstreams
  return upstreams.size === 1 && upstream !== undefined ? upstream : null
}

/** The `{name}` of a path that has another value than this upstream's own; null where there is none. */
export function misplaced({ route, params }: RouteMatch, { path }: UpstreamSettings): string | null {
  const own = Object.entries(route.segments).filter(([, { setBy }]) => setBy === 'upstream')
  return own.find(([name]) => !Object.hasOwn(path, name) || params[name] !== path[name])?.[0] ?? null
}

export function* planDispatch(input: PlanInput): Steps<Plan> {
  const { upstream } = input
  const { operation } = input.reading
  const edited = yield* editedRequest(input)
  if (edited.kind === 'unenforceable') return edited
  const credential =
    upstream.credential === null ? {} : dialects[operation.dialect].credentialHeaders(upstream.credential)
  const { match, body, makes } = edited
  const headers = Object.entries({ ...match.headers, ...credential })
  const { method } = match.route
  return { kind: 'dispatch', dispatch: { upstream, method, path: match.target, headers, body }, makes }
}

function* editedRequest(
  input: PlanInput,
): Steps<
  | { kind: 'request'; match: RouteMatch; body: Uint8Array; makes: readonly MadeRow[] }
  | (Plan & { kind: 'unenforceable' })
> {
  const unenforceable = (detail: string) => {
    const denial = {
      ...input.decision,
      effect: 'deny',
      basis: 'prohibited',
      reason: 'obligation_unenforceable',
    } as const
    return { kind: 'unenforceable', denial, detail } as const
  }
  const edits = editsOf(input)
  if (edits === 'unforceable') return unenforceable('this dialect has no field that fixes the mode')
  // Parts are written anew also where nothing is edited; any other body goes out byte for byte.
  const isParts = input.match.media === 'multipart'
  if (edits === null && !isParts) {
    return { kind: 'request', match: input.match, body: input.body, makes: input.reading.makes }
  }
  const { match, body, unmade } = isParts
    ? yield* rebuildParts(input.match, input.reading.parts, edits ?? noEdits, input.boundary)
    : yield* applyingEdits(input.match, input.body, edits ?? noEdits)
  if (unmade.length > 0) return unenforceable(`cannot be edited: ${unmade.join(', ')}`)
  const again = yield* readingOperation(match, body, { batch: input.reading.batch })
  if (again.kind === 'refused' || !saysWhatWasDecided(input, again)) {
    return unenforceable('the edited body says something else than was decided')
  }
  const widened = match.route.stored?.widens ?? []
  const isStored =
    again.makes.some(({ when }) => when !== 'told') || again.references.some(({ kind }) => widened.includes(kind))
  if (edits?.noStore && isStored) return unenforceable('what is asked for is stored in any case')
  return { kind: 'request', match, body, makes: again.makes }
}

const noEdits: Edits = { model: [], forceMode: [], capOutputTokens: null, noStore: false }

/** The edits that the decision and the catalogue ask for; null: none. */
function editsOf({ active, reading, joined, decision, upstream }: PlanInput): Edits | 'unforceable' | null {
  const { operation, inserted } = reading
  const model: { pointer: string; name: string }[] = []
  const forceMode: { pointer: string; field: ModeField; value: string }[] = []
  const forced = new Map(obligationsOf(decision, 'force-mode').map(({ pointer, mode }) => [pointer, mode]))
  if (joined.some(({ pointer }) => forced.has(pointer))) return 'unforceable'
  for (const reference of operation.models) {
    const offered = offeredOf(active, decision, reference)
    const forwardAs = offered?.names.find(({ name }) => name === reference.name)?.forwardAs ?? null
    if (forwardAs !== null || inserted.includes(reference.pointer)) {
      model.push({ pointer: reference.pointer, name: forwardAs ?? reference.name })
    }
    const mode = forced.get(reference.pointer)
    if (mode === undefined) continue
    const fields = reference.mode === null ? [] : [reference.mode, ...(reference.mode.beside ?? [])]
    const selectors = offered?.modeSelectors.filter((selector) => fields.some(({ field }) => field === selector.field))
    if (selectors === undefined || selectors.length === 0) return 'unforceable'
    for (const { field, force } of selectors) {
      const value = force.find((entry) => entry.mode === mode)?.value
      if (value === undefined) return 'unforceable'
      forceMode.push({ pointer: reference.pointer, field, value })
    }
  }
  const caps = obligationsOf(decision, 'cap-output-tokens').map(({ max }) => max)
  const capOutputTokens = caps.length === 0 ? null : Math.min(...caps)
  const noStore = obligationsOf(decision, 'no-store').length > 0
  if (model.length === 0 && forceMode.length === 0 && capOutputTokens === null && !noStore) return null
  return { model, forceMode, capOutputTokens, boundBy: boundBy(upstream), noStore }
}

/** Pointers into a chat of OpenAI's dialect, of whose servers each knows its own; null: not known which. */
function boundBy({ outputLimit }: UpstreamSettings): readonly string[] | null {
  if (outputLimit === null) return null
  return (outputLimit === 'either' ? outputLimitFields : [outputLimit]).map((field) => `/${field}`)
}

function saysWhatWasDecided({ active, reading, joined, decision }: PlanInput, edited: OperationRead): boolean {
  if (edited.operation.stream !== reading.operation.stream) return false
  if (JSON.stringify(edited.references) !== JSON.stringify(reading.references)) return false
  const models = [...edited.operation.models, ...joined]
  const again = resourcesOf(active.policy, { ...edited.operation, models })
  if (again.kind === 'unknown' || again.resources.length !== decision.resources.length) return false
  const forced = new Map(obligationsOf(decision, 'force-mode').map(({ pointer, mode }) => [pointer, mode]))
  const expected = new Map(
    decision.resources.map((resource) => [resource.pointer, identityOf(resource, forced.get(resource.pointer))]),
  )
  if (again.resources.some((resource) => identityOf(resource) !== expected.get(resource.pointer))) return false
  const caps = obligationsOf(decision, 'cap-output-tokens')
  return caps.every(({ max }) => (edited.operation.maxOutputTokens ?? Number.POSITIVE_INFINITY) <= max)
}

const identityOf = ({ model, variant, modes }: Resource, forcedMode?: string): string =>
  JSON.stringify([model, variant, forcedMode === undefined ? modes : [forcedMode]])

const offeredOf = ({ policy }: ActivePolicy, { resources }: Decision, { pointer }: ModelReference) => {
  const model = resources.find((resource) => resource.pointer === pointer)?.model
  return model === undefined ? undefined : offeredModel(policy, model)
}

function obligationsOf<Kind extends Obligation['kind']>(
  { obligations }: Decision,
  kind: Kind,
): readonly Extract<Obligation, { kind: Kind }>[] {
  return obligations.filter((obligation): obligation is Extract<Obligation, { kind: Kind }> => obligation.kind === kind)
}
