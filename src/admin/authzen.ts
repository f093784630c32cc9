// AuthZEN 1.0 in front of the very function that the data path uses: a request in, facts out; a decision in, an answer out.
import {
  batchSchema,
  type EvaluationFault,
  faultsOf,
  readEvaluation as read,
  type Surroundings,
} from '../authzen/index.ts'
import type { Evaluated, Gate } from '../enforcement/index.ts'
import { clientAddress } from '../location/index.ts'
import { catalogueOf } from '../policy/index.ts'
import { timestamp } from '../vocabulary/clock.ts'
import type { Facts } from '../vocabulary/decision.ts'
import { reasons } from '../vocabulary/reason.ts'
import type { AdminRole } from '../vocabulary/settings.ts'

export interface Asked {
  readonly kind: 'asked'
  readonly facts: Facts
  /** Milliseconds since the epoch; null: now. */
  readonly instant: number | null
}

export interface AuthzenFault {
  readonly kind: 'fault'
  readonly status: 400 | 403
  readonly code: 'request_unreadable' | 'role_required'
  readonly message: string
}

/** @param body parsed JSON @param roles of the asking credential */
export function readEvaluation(gate: Gate, body: unknown, roles: readonly AdminRole[]): Asked | AuthzenFault {
  const reading = read(body, surroundingsOf(gate))
  if (reading.kind === 'faults') return unreadable(reading.faults)
  if (reading.statesVerified && !roles.includes('enforcement-point')) {
    const message = 'only an enforcement-point may state evidence as verified'
    return { kind: 'fault', status: 403, code: 'role_required', message }
  }
  return { kind: 'asked', facts: reading.facts, instant: reading.instant }
}

/** AuthZEN 1.0 §7.1: the top level holds defaults for each evaluation; without evaluations it is a single one, answered like one. */
export function readBatch(
  gate: Gate,
  body: unknown,
  roles: readonly AdminRole[],
): Asked | { kind: 'batch'; asked: readonly Asked[] } | AuthzenFault {
  const parsed = batchSchema.safeParse(body)
  if (!parsed.success) return unreadable(faultsOf(parsed.error))
  const { evaluations = [], options: _, ...defaults } = parsed.data
  if (evaluations.length === 0) return readEvaluation(gate, defaults, roles)
  const asked: Asked[] = []
  for (const evaluation of evaluations) {
    const one = readEvaluation(gate, { ...defaults, ...evaluation }, roles)
    if (one.kind === 'fault') return one
    asked.push(one)
  }
  return { kind: 'batch', asked }
}

export function answerOf({ id, effect, reason, decision }: Evaluated): object {
  const found = decision?.determinations.flatMap(({ limbs }) => limbs.map((limb) => limb.reason)) ?? []
  return {
    decision: effect === 'permit',
    context: {
      id,
      basis: reasons[reason].basis,
      reason,
      reasons: [...new Set([reason, ...found.filter((each) => each !== null)])],
      obligations: decision?.obligations ?? [],
      valid_until: decision?.validUntil == null ? null : timestamp(decision.validUntil),
    },
  }
}

/** @param base origin under which the caller reached this listener */
export function configuration(base: string): object {
  return {
    policy_decision_point: base,
    access_evaluation_endpoint: `${base}/access/v1/evaluation`,
    access_evaluations_endpoint: `${base}/access/v1/evaluations`,
  }
}

/** What a request leaves to the gate that reads it. */
function surroundingsOf({ clock, policies, settings, location }: Gate): Surroundings {
  const policy = policies.current()?.policy
  return {
    now: clock.now(),
    catalogue: policy === undefined ? [] : catalogueOf(policy),
    issuer: (id) => {
      const found = settings.issuers.find(({ issuer }) => issuer === id)
      return found && { organizationExpected: found.organization === 'always-asserted', stepUp: found.stepUp }
    },
    locate: (address) =>
      location.locate(address === null ? { kind: 'unknown', why: 'not stated' } : clientAddress(address, [], null)),
  }
}

/** The first faults, each where it stands; a message is not made as long as its request. */
function unreadable(faults: readonly EvaluationFault[]): AuthzenFault {
  const said = faults
    .slice(0, 10)
    .map(({ path, message }) => (path.length === 0 ? message : `\`${path.join('.')}\`: ${message}`))
  const message = said.join('; ')
  const shown = message.length > 1_000 ? `${message.slice(0, 1_000)} …` : message
  return { kind: 'fault', status: 400, code: 'request_unreadable', message: shown }
}
