// The voice of a fleet's control: signs what is in force, and counts the changes of what officers have suspended and revoked.
//
// Invariant: a count never carries two digests. Each is in the journal before an officer is told that the act was done; what was signed
// and not journaled before a crash had a lower one, since a count is an instant at least.
import type { Logger } from 'pino'
import type { SigningKey } from '../decision-log/index.ts'
import type { Envelope, FedSource } from '../directives/index.ts'
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

type Digests = Readonly<Record<Listed, string>>

export class Voice {
  readonly #options: VoiceOptions
  readonly #counted: Record<Listed, { readonly epoch: number; readonly digest: string | null }>
  #digests: Digests
  #said: Said | null = null
  #kept: Promise<void> = Promise.resolve()
  /** Hears each statement that is new to the fleet. */
  onSaid: (text: string) => void = () => {}

  /** @param digests of the two lists, as they stand at the start */
  constructor(options: VoiceOptions, digests: Digests) {
    const { suspensionEpoch, revocationEpoch } = options.journal.highest()
    this.#options = options
    this.#digests = digests
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

  /** Resolves when the counts are in the journal. */
  kept(): Promise<void> {
    return this.#kept
  }

  /** A statement of what is in force at this instant; where the clock does not stand, whoever set it off says so again. @param changed digests that are others by now */
  say(changed: Partial<Digests> = {}): void {
    this.#digests = { ...this.#digests, ...changed }
    const counted = (['suspended', 'revoked'] as const).flatMap((list) => this.#count(list) ?? [])
    if (counted.length > 0) {
      this.#kept = Promise.all(counted).then(() => {})
      this.#kept.catch((error: unknown) =>
        this.#options.logger.error({ err: error }, 'the journal of control cannot be written'),
      )
    }
    const before = this.#said
    this.#sign()
    if (this.#said !== null && this.#said !== before) this.onSaid(this.#said.text)
  }

  /** @returns undefined: it is as it was */
  #count(list: Listed): Promise<void> | undefined {
    const { clock, journal } = this.#options
    const digest = this.#digests[list]
    const before = this.#counted[list]
    if (digest === before.digest) return undefined
    const at = clock.now()
    const epoch = Math.max(before.epoch + 1, at)
    this.#counted[list] = { epoch, digest }
    return journal.add({ act: list, at, epoch, digest })
  }

  #sign(): void {
    const { leaseMs, clock, isClockStable, key, source } = this.#options
    if (!isClockStable()) return
    const [active, pair] = [source.current(), source.pair()]
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
