// A gate by itself: it reads its policy, and its own officers suspend and revoke.
import { join } from 'node:path'
import {
  openPolicySource,
  type PolicySourceOptions,
  type Revocations,
  type SuspendedSource,
  type Suspensions,
} from '../directives/index.ts'
import { limits } from '../limits.ts'
import type { Settings } from '../vocabulary/settings.ts'
import type { Revoked } from './revoked.ts'
import { openRevoking } from './revoking.ts'
import { openSuspending, type SuspendingOptions } from './suspending.ts'

/** What every source of policies is told, wherever it reads them. */
export interface AboutPolicies extends Omit<Settings['policy'], 'source'> {
  readonly clock: PolicySourceOptions['clock']
  readonly permitsMore: NonNullable<PolicySourceOptions['permitsMore']>
  readonly onEvent: PolicySourceOptions['onEvent']
  readonly onListenerFault: (error: unknown) => void
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
  own: SuspendingOptions,
  options: AboutPolicies & Pick<PolicySourceOptions, 'source' | 'issuers'>,
  revoked: Revoked,
): Promise<OwnPolicies> {
  const revocations = await openRevoking({ ...own, revoked })
  const suspending = await openSuspending(own).catch(async (error: unknown) => {
    await revocations.close()
    throw error
  })
  const close = async (): Promise<void> => {
    await suspending.close()
    await revocations.close()
  }
  try {
    const source = await openPolicySource({
      ...options,
      quietMs: limits.policyQuietMs,
      // Beside the logs, since there it can be written and is kept: what was in force is not forgotten by a restart.
      memory: join(own.folder, 'policy-in-force.json'),
    })
    const policies = suspending.over(source, revoked.now())
    revoked.over(policies)
    return {
      policies,
      suspensions: suspending.suspensions,
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
