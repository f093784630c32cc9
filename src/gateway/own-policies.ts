// A gate by itself: it reads its policy, and its own officers suspend.
import { join } from 'node:path'
import {
  openPolicySource,
  type PolicySourceOptions,
  type RevocationSet,
  type SuspendedSource,
  type Suspensions,
} from '../directives/index.ts'
import { limits } from '../limits.ts'
import type { Settings } from '../vocabulary/settings.ts'
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
  readonly fleet: null
  /** Nobody else could have a newer one. */
  readonly isFresh: () => boolean
  close(): Promise<void>
}

export async function openOwnPolicies(
  own: SuspendingOptions,
  options: AboutPolicies & Pick<PolicySourceOptions, 'source' | 'issuers'>,
  revoked: RevocationSet,
): Promise<OwnPolicies> {
  const suspending = await openSuspending(own)
  try {
    const source = await openPolicySource({
      ...options,
      quietMs: limits.policyQuietMs,
      // Beside the logs, since there it can be written and is kept: what was in force is not forgotten by a restart.
      memory: join(own.folder, 'policy-in-force.json'),
    })
    return {
      policies: suspending.over(source, revoked),
      suspensions: suspending.suspensions,
      fleet: null,
      isFresh: () => true,
      close: async () => {
        await source.close()
        await suspending.close()
      },
    }
  } catch (error) {
    await suspending.close()
    throw error
  }
}

/** @throws Error where the policy comes from elsewhere: the settings see to it that somebody is followed then */
export function sourceOf({ policy: { source } }: Settings): PolicySourceOptions['source'] {
  if (source === 'control') throw new Error('`policy.source: control` needs `fleet.control`')
  return source
}
