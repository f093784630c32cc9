// Who hands licensed amounts out to this gate: the control of its fleet, or a file of its own. Gates that share a fleet's key and follow
// no control get nothing: each would give the whole amount.
import { join } from 'node:path'
import { fromControl } from '../fleet/index.ts'
import { fleetLimits } from '../fleet-limits.ts'
import { fromFile, nothingHandedOut, openQuantities, type Quantities } from '../quantities/index.ts'
import type { Settings } from '../vocabulary/settings.ts'

export interface HandingOutOptions extends Pick<Parameters<typeof openQuantities>[0], 'onHandedOut' | 'onFault'> {
  readonly settings: Settings
  /** Its name in the fleet; null: it follows no control. */
  readonly gate: string | null
}

/** @throws Error with what to do, where what was handed out cannot be read */
export async function openHandingOut({ settings, gate, ...heard }: HandingOutOptions): Promise<Quantities> {
  const { fleet, log } = settings
  const waiting = { ...heard, waitMs: log.appendTimeoutMs }
  if (fleet === null) {
    const handsOut = await fromFile(join(log.path, 'quantities.json'))
    return openQuantities({ ...waiting, handsOut, surplusMs: null })
  }
  const { control } = fleet
  if (control === null || gate === null) return nothingHandedOut
  const { surplusMs } = fleetLimits
  return openQuantities({ ...waiting, handsOut: fromControl({ ...fleet, control }, gate), surplusMs })
}
