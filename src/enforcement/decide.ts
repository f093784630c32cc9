// Step 5, decide: memory, then Redis, then the policy itself. A cache can only save work: whatever it cannot vouch for is decided here.
import { type Bindings, type Cached, fingerprint } from '../decision-cache/index.ts'
import type { ActivePolicy } from '../directives/index.ts'
import { decide } from '../policy/index.ts'
import type { Decision, Facts } from '../vocabulary/decision.ts'
import { deepFreeze } from '../vocabulary/deep-freeze.ts'
import type { TokenFacts } from '../vocabulary/party.ts'
import { reasons } from '../vocabulary/reason.ts'
import type { DecisionRecord } from '../vocabulary/record.ts'
import type { Withdrawn } from '../vocabulary/revocation.ts'
import type { Gate } from './gate.ts'

export interface SharedDecision {
  readonly decision: Decision
  readonly cache: DecisionRecord['cache']
  /** Lets later requests use it. To be called once the record that computed it is durable; nothing to do for one that was found. */
  readonly share: () => void
}

const shared = (): void => {}

/** The same for all who find it. */
const inMemories = new WeakMap<Cached, SharedDecision>()
function fromMemory(cached: Cached): SharedDecision {
  const known = inMemories.get(cached)
  if (known !== undefined) return known
  const cache = Object.freeze({ state: 'memory', of: cached.of } as const)
  const made = { decision: cached.decision, cache, share: shared }
  inMemories.set(cached, made)
  return made
}

/**
 * @param at for which instant (ms since the epoch), and under which decision id it will be recorded
 * @returns a decision that holds at that instant, without waiting where memory has it; never throws
 */
export function decideShared(
  gate: Gate,
  active: ActivePolicy,
  facts: Facts,
  at: { readonly instant: number; readonly id: string },
): SharedDecision | Promise<SharedDecision> {
  const bindings = bindingsOf(gate, active)
  const key = fingerprint(facts)
  const inMemory = gate.cache.peek(key, bindings, at.instant)
  return inMemory === undefined ? decideAfresh(gate, active, facts, { ...at, bindings, key }) : fromMemory(inMemory)
}

async function decideAfresh(
  gate: Gate,
  active: ActivePolicy,
  facts: Facts,
  at: { readonly instant: number; readonly id: string; readonly bindings: Bindings; readonly key: string },
): Promise<SharedDecision> {
  const { instant, id, bindings, key } = at
  const inRedis = await gate.cache.fetch(key, bindings, instant)
  if (inRedis !== undefined) {
    return { decision: inRedis.decision, cache: { state: 'redis', of: inRedis.of }, share: shared }
  }
  const decision = decideNow(gate, active, facts, instant)
  const share = (): void => {
    // A system fault is of this moment and this machine: never shared, never kept.
    // A caller who is shut out meanwhile is asked about before any cache.
    if (decision.basis === 'system' || decision.basis === 'session') return
    const { token } = facts.caller
    const cached = { decision: deepFreeze(decision), of: id, keyThumbprint: token.keyThumbprint }
    gate.cache.put(key, bindings, cached, instant, lastUseOf(gate, token))
  }
  return { decision, cache: { state: 'computed', of: null }, share }
}

/** The pure decision, for live answers and AuthZEN: whoever is revoked is not asked about further. */
export function decideNow(gate: Gate, active: ActivePolicy, facts: Facts, instant: number): Decision {
  const withdrawn = gate.revoked().of(facts.caller)
  if (withdrawn !== null) return withdrawnDecision(withdrawn)
  return decide(active.policy, facts, instant, {
    clockUncertaintyMs: gate.settings.clock.uncertaintyMs,
    onFault: (error) => gate.observe.fault(error, 'a decision could not be made'),
  })
}

const withdrawnDecision = ({ reason }: Withdrawn): Decision => ({
  effect: 'deny',
  basis: reasons[reason].basis,
  reason,
  tellReason: true,
  stepUp: false,
  resources: [],
  determinations: [],
  obligations: [],
  validUntil: null,
})

const bindingsByPolicy = new WeakMap<ActivePolicy, Bindings>()

/** Everything besides the facts that a cached decision depends on: one object for as long as nothing changes. */
function bindingsOf(gate: Gate, active: ActivePolicy): Bindings {
  const geoDigest = gate.location.status().digest
  const known = bindingsByPolicy.get(active)
  if (known !== undefined && known.geoDigest === geoDigest) return known
  const bindings: Bindings = {
    policyDigest: active.digest,
    policySerial: active.serial,
    suspensionsDigest: active.suspensions,
    isConfirmed: active.isConfirmed,
    settingsDigest: gate.settings.digest,
    geoDigest,
    revocationsDigest: active.revocations,
  }
  bindingsByPolicy.set(active, bindings)
  return bindings
}

/** The first instant (ms) at which the token may no longer be used: the earlier of its expiry and its greatest age. */
export function lastUseOf(gate: Gate, { issuer, issuedAt, expiresAt }: TokenFacts): number {
  const maxAge = gate.settings.issuers.find((each) => each.issuer === issuer)?.maxTokenAgeS ?? 0
  return Math.min(expiresAt, issuedAt + maxAge) * 1000
}
