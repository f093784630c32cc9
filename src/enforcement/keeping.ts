// Keeping: what an answer makes is bound to its maker, with every model that was decided for it, before the answer is released; what
// was deleted is forgotten once the model API has confirmed it.
import { hash } from 'node:crypto'
import type { JsonObject } from '../json/index.ts'
import { limits } from '../limits.ts'
import {
  type Made,
  type MadeRow,
  madeIn,
  type OperationRead,
  type RouteMatch,
  type StoredRow,
} from '../request/index.ts'
import type { Decision } from '../vocabulary/decision.ts'
import type { Dialect, ModelReference, Resource } from '../vocabulary/operation.ts'
import type { Caller } from '../vocabulary/party.ts'
import type { UpstreamSettings } from '../vocabulary/settings.ts'
import type { Maker, StoredModel } from '../vocabulary/stored-object.ts'
import { anyModel } from './any-model.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import { type Known, makerOf, storedModels } from './references.ts'
import type { Stop } from './refusing.ts'

export interface Keeping {
  /** What an answer, or one event of it, tells of that was not kept before. */
  made(value: JsonObject): readonly Made[]
  /**
   * Resolves when it is bound to its maker, with the models by which a conversation has grown since it was decided: the answer may be
   * made of what they said. Rejects where that cannot be said: it is then unknown, and refused.
   */
  keep(made: readonly Made[]): Promise<readonly ModelReference[]>
  /** The request deletes something. */
  readonly forgets: boolean
  /** The model API has confirmed the request: what it deletes is forgotten. */
  confirmed(): Promise<void>
}

/** What a permitted request has to do with what is stored. */
export interface Storing {
  readonly decisionId: string
  readonly dialect: Dialect
  readonly maker: Maker
  readonly upstream: string
  readonly decision: Decision
  readonly known: readonly Known[]
  readonly makes: readonly MadeRow[]
  readonly row: StoredRow | null
  readonly purpose: string | null
  readonly digest: string | null
  readonly earlier: Earlier
}

/** What the events of a WebSocket may rest on as well, since they do not say which of its frames they answer. */
export interface Earlier {
  /** Every model that was permitted on it so far. */
  readonly models: readonly StoredModel[]
  /** Conversations to which its latest frames referred. */
  readonly known: readonly Known[]
}

export function storingOf(
  { id: decisionId, references: known, dialect }: Exchange,
  about: {
    readonly match: RouteMatch
    readonly reading: OperationRead
    readonly body: Uint8Array
    readonly upstream: UpstreamSettings
    readonly decision: Decision
    readonly makes: readonly MadeRow[]
    readonly caller: Caller
    readonly earlier: Earlier
  },
): Storing {
  const { match, reading, body, upstream, decision, makes, caller, earlier } = about
  const { purpose } = reading
  // Of what was read line by line: it is bounded, and the one thing whose content matters later.
  const digest = purpose === null ? null : hash('sha256', body)
  const row = match.route.stored
  return {
    decisionId,
    dialect,
    maker: makerOf(caller),
    upstream: upstream.name,
    decision,
    known,
    makes,
    row,
    purpose,
    digest,
    earlier,
  }
}

/** Null: the operation makes nothing and deletes nothing. */
export function keepingOf(gate: Gate, storing: Storing): Keeping | null {
  const { decisionId, dialect, maker, upstream, decision, known, makes, row, purpose, digest, earlier } = storing
  const gone = row === null || row.forgets === null ? null : `path:${row.forgets}`
  const forgets = gone !== null
  if (makes.length === 0 && !forgets) return null
  const seen = new Set<string>()
  const models = eachOnce([...partsOf(decision), ...earlier.models])
  const parents = [...new Set(known.flatMap(({ object }) => object?.decision ?? []))]
  const object = { upstream, models, purpose, digest, decision: decisionId, parents }
  return {
    forgets,
    made: (value) =>
      madeIn(makes, value).filter(({ kind, id }) => {
        const key = `${kind} ${id}`
        if (seen.has(key) || seen.size >= limits.storedPerAnswer) return false
        seen.add(key)
        return true
      }),
    async keep(made) {
      const grown = await grownSince(gate, storing)
      const madeAt = gate.clock.now()
      const models = eachOnce([...object.models, ...grown.flatMap(({ object }) => object?.models ?? [])])
      await gate.stored.keep(
        made.map(({ kind, id, purpose = object.purpose }) => ({
          name: { dialect, kind, id, maker },
          object: { ...object, models, purpose, madeAt },
        })),
      )
      const active = gate.policies.current()
      return active === undefined ? [] : storedModels(active.policy, grown)
    },
    async confirmed() {
      for (const { reference } of known) {
        const { pointer, kind, id } = reference
        if (pointer === gone) await gate.stored.forget({ dialect, kind, id, maker })
      }
    },
  }
}

/** Conversations that hold more models than were decided: another request of this maker has added to them since. */
async function grownSince(
  gate: Gate,
  { known, decision, dialect, maker, earlier }: Storing,
): Promise<readonly Known[]> {
  const decided = new Set([...partsOf(decision), ...earlier.models].map((part) => JSON.stringify(part)))
  const grown = [...known, ...earlier.known].map(async ({ reference, object }): Promise<Known[]> => {
    const { kind, id, pointer } = reference
    if (kind !== 'conversation' || object === undefined) return []
    const before = new Set([...decided, ...eachOnce(object.models).map((part) => JSON.stringify(part))])
    const now = await gate.stored.find({ dialect, kind, id, maker })
    const models = now?.models.filter((part) => !before.has(JSON.stringify(part))) ?? []
    return models.length === 0
      ? []
      : [{ reference: { ...reference, pointer: `${pointer} since` }, object: { ...object, models } }]
  })
  return (await Promise.all(grown)).flat()
}

/**
 * What the request adds to, it adds to before it is sent: a conversation carries the models of an answer that never arrived too.
 * Null: nothing is in the way.
 */
export async function widen(gate: Gate, { known, row, decision, dialect, maker }: Storing): Promise<Stop | null> {
  for (const { reference, object } of known) {
    const { kind, id } = reference
    if (!row?.widens.includes(kind)) continue
    const from = object?.models ?? []
    const done = await gate.stored.widen({ dialect, kind, id, maker }, { from, more: partsOf(decision) })
    if (done !== 'widened') return done === 'grown' ? grownMeanwhile : outgrown
  }
  return null
}

const outgrown: Stop = {
  reason: 'reference_unknown',
  message: 'what is to be added to is gone, or holds more models than one object may',
}
/** Decided for less than it is by now: asked again, it is decided for all. */
const grownMeanwhile: Stop = {
  reason: 'overloaded',
  message: 'another request has added to the conversation meanwhile',
}

/** Every model that was decided, in each mode that it could reach; a mode that was forced is the only one. */
export function partsOf({ resources, obligations }: Decision): readonly StoredModel[] {
  const forced = new Map(obligations.flatMap((each) => (each.kind === 'force-mode' ? [[each.pointer, each.mode]] : [])))
  const parts = resources
    .filter(({ pointer }) => pointer !== anyModel)
    .flatMap(({ pointer, model, variant, modes }) =>
      modesOf(forced.get(pointer), modes).map((mode) => ({ model, variant, mode })),
    )
  return eachOnce(parts)
}

function eachOnce(parts: readonly StoredModel[]): readonly StoredModel[] {
  return [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()]
}

function modesOf(forced: string | undefined, modes: Resource['modes']): readonly (string | null)[] {
  if (forced !== undefined) return [forced]
  return modes.length === 0 ? [null] : modes
}
