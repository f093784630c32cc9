// The voice of a fleet's control: signs what is in force, and counts the changes of what officers have suspended and revoked.
//
// Invariants: a count never carries two digests. Each is in the journal before an officer is told that the act was done; what was signed
// and not journaled before a crash had a lower one, since a count is an instant at least. A policy is signed when whoever publishes it
// says so, and not because it came into force here a moment before.
import type { Logger } from 'pino'
import type { SigningKey } from '../decision-log/index.ts'
import type { Envelope, FedSource, Pair } from '../directives/index.ts'
import { type FleetStatement, signStatement } from '../fleet/index.ts'
import { fleetLimits } from '../fleet-limits.ts'
import { digestOf, type JsonValue } from '../json/index.ts'
import type { Clock } from '../vocabulary/clock.ts'
import type { ControlJournal, Listed } from './journal.ts'

export interface VoiceOptions {
  readonly leaseMs: number
  readonly clock: Clock
  /** Right after the clock was set nobody knows what an instant is worth: nothing is signed. */
  readonly isClockStable: () => boolean
  readonly logger: Logger
  readonly key: SigningKey
  readonly journal: ControlJournal
  readonly source: Pick<FedSource, 'current' | 'pair'>
}

export interface Said {
  readonly statement: FleetStatement
  readonly text: string
}

interface InForce {
  readonly active: ReturnType<FedSource['current']>
  readonly pair: Pair | undefined
}

type Digests = Readonly<Record<Listed, string>>

export class Voice {
  readonly #options: VoiceOptions
  readonly #counted: Record<Listed, { readonly epoch: number; readonly digest: string | null }>
  #digests: Digests
  #policy: InForce
  #said: Said | null = null
  /** Hears each statement that is new to the fleet. */
  onSaid: (text: string) => void = () => {}

  /** @param digests of the two lists, as they stand at the start */
  constructor(options: VoiceOptions, digests: Digests) {
    const { suspensionEpoch, revocationEpoch } = options.journal.highest()
    this.#options = options
    this.#digests = digests
    this.#policy = this.#inForce()
    this.#counted = {
      suspended: { epoch: suspensionEpoch, digest: null },
      revoked: { epoch: revocationEpoch, digest: null },
    }
  }

  /** Null: nothing was published yet. */
  get said(): Said | null {
    return this.#said
  }

  /** The same, signed anew where it is older than a gate should be given. */
  fresh(): Said | null {
    const age = this.#options.clock.now() - (this.#said?.statement.issuedAt ?? 0)
    if (age < 0 || age > fleetLimits.statementAgeMs) this.#sign()
    return this.#said
  }

  /** The bundles that statements speak of. */
  pair(): Pair | undefined {
    return this.#policy.pair
  }

  /** A statement of the policy that is in force at this instant. */
  sayPolicy(): void {
    this.#policy = this.#inForce()
    this.say()
  }

  /** A statement of what is in force at this instant beside the policy; where the clock does not stand, whoever set it off says so again. @param changed digests that are others by now */
  say(changed: Partial<Digests> = {}): void {
    this.#digests = { ...this.#digests, ...changed }
    this.#count('suspended')
    this.#count('revoked')
    const before = this.#said
    this.#sign()
    if (this.#said !== null && this.#said !== before) this.onSaid(this.#said.text)
  }

  #inForce(): InForce {
    const { source } = this.#options
    return { active: source.current(), pair: source.pair() }
  }

  /** Officers are answered when it is in the journal, which is for whoever answers them to see to. */
  #count(list: Listed): void {
    const { clock, journal, logger } = this.#options
    const digest = this.#digests[list]
    const before = this.#counted[list]
    if (digest === before.digest) return
    const at = clock.now()
    const epoch = Math.max(before.epoch + 1, at)
    this.#counted[list] = { epoch, digest }
    journal
      .add({ act: list, at, epoch, digest })
      .catch((error: unknown) => logger.error({ err: error }, 'the journal of control cannot be written'))
  }

  #sign(): void {
    const { leaseMs, clock, isClockStable, key } = this.#options
    if (!isClockStable()) return
    const { active, pair } = this.#policy
    if (active === undefined || pair === undefined) return
    const { suspended, revoked } = this.#counted
    const issuedAt = clock.now()
    const statement: FleetStatement = {
      policySerial: active.serial,
      policyDigest: active.digest,
      registerSerial: active.registersSerial ?? 0,
      bundlesDigest: digestOf([idOf(pair.policy), pair.registers && idOf(pair.registers)]),
      suspensionEpoch: suspended.epoch,
      suspensionDigest: this.#digests.suspended,
      revocationEpoch: revoked.epoch,
      revocationDigest: this.#digests.revoked,
      issuedAt,
      notAfter: issuedAt + leaseMs,
    }
    this.#said = { statement, text: signStatement(statement, key.privateKey) }
  }
}

/** The content has its digest in the statement of the bundle. */
const idOf = ({ statement, approvals }: Envelope): JsonValue => ({ statement, approvals }) as unknown as JsonValue
