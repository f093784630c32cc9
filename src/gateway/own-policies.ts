// A gate by itself: it reads its policy, and its own officers suspend and revoke; what they do is laid over the policy in force.
import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Notes, openRevoking, openSuspending } from '../acts/index.ts'
import {
  openPolicySource,
  type PolicySourceOptions,
  type Revocations,
  revocationSet,
  type SuspendedSource,
  type Suspensions,
  suspendable,
} from '../directives/index.ts'
import type { LiveAnswers } from '../enforcement/index.ts'
import { limits } from '../limits.ts'
import type { Settings } from '../vocabulary/settings.ts'
import type { Revoked } from './revoked.ts'

/** What every source of policies is told, wherever it reads them. */
export interface AboutPolicies extends Omit<Settings['policy'], 'source'> {
  readonly clock: PolicySourceOptions['clock']
  readonly permitsMore: NonNullable<PolicySourceOptions['permitsMore']>
  readonly onEvent: PolicySourceOptions['onEvent']
  readonly onListenerFault: (error: unknown) => void
}

export interface Own {
  /** Folder of the decision log, and of the journals beside it. */
  readonly folder: string
  readonly notes: Notes
  readonly logger: Logger
  readonly clock: PolicySourceOptions['clock']
  readonly live: Pick<LiveAnswers, 'denied' | 'reviewed'>
}

export interface OwnPolicies {
  readonly policies: SuspendedSource
  readonly suspensions: Suspensions
  readonly revocations: Revocations
  readonly fleet: null
  /** Nobody else could have a newer one. */
  readonly isFresh: () => boolean
  close(): Promise<void>
}

export async function openOwnPolicies(
  own: Own,
  options: AboutPolicies & Pick<PolicySourceOptions, 'source' | 'issuers'>,
  revoked: Revoked,
): Promise<OwnPolicies> {
  const { live } = own
  let laid: SuspendedSource | undefined
  const revocations = await openRevoking({
    ...own,
    apply: (standing) => revoked.put(revocationSet(standing)),
    digest: () => revoked.now().digest,
  })
  const suspensions = await openSuspending({
    ...own,
    apply: (standing) => {
      const denied = live.denied()
      laid?.suspend(standing)
      return live.reviewed().then(() => live.denied() - denied)
    },
    digest: () => laid?.current()?.suspensions ?? null,
  }).catch(async (error: unknown) => {
    await revocations.close()
    throw error
  })
  const close = async (): Promise<void> => {
    await suspensions.close()
    await revocations.close()
  }
  try {
    const source = await openPolicySource({
      ...options,
      quietMs: limits.policyQuietMs,
      // Beside the logs, since there it can be written and is kept: what was in force is not forgotten by a restart.
      memory: join(own.folder, 'policy-in-force.json'),
    })
    const policies = suspendable({
      source,
      standing: suspensions.standing(),
      revoked: revoked.now(),
      onReached: suspensions.reach,
      onListenerFault: options.onListenerFault,
    })
    laid = policies
    revoked.over(policies)
    return {
      policies,
      suspensions,
      revocations,
      fleet: null,
      isFresh: () => true,
      close: async () => {
        await source.close()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** @throws Error where the policy comes from elsewhere: the settings see to it that somebody is followed then */
export function sourceOf({ policy: { source } }: Settings): PolicySourceOptions['source'] {
  if (source === 'control') throw new Error('`policy.source: control` needs `fleet.control`')
  return source
}
