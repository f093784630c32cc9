// Descriptors: how many connections there may be, so that the log, the policy and the way to the model APIs always get theirs (threat O13).
// Every connection is a file to the kernel, and a process may have only so many open (`ulimit -n`; node asks for as many as it may
// have). What is needed besides is kept back; the connections share the rest.
import { readdirSync } from 'node:fs'
import type { Logger } from 'pino'
import { processLimits } from '../process-limits.ts'
import type { Settings } from '../vocabulary/settings.ts'

/** Of connections, how many at once. */
export interface Shares {
  readonly data: number
  readonly admin: number
  /** Requests at one moment: each has a connection to its model API. */
  readonly inFlight: number
}

export interface Descriptors {
  /** How many may be open, and how many are before there is any connection. */
  readonly most: number
  readonly open: number
}

/**
 * As wanted, where that fits; less of each where it does not.
 * @param pools of connections to model APIs, each of which keeps its own for a while
 * @throws Error where there is no room for a gate
 */
export function shareDescriptors({ most, open }: Descriptors, wanted: Shares, pools: number): Shares {
  const room = most - open - processLimits.descriptorsKept
  // A WebSocket's way to its model API belongs to no pool.
  const each = pools + 1
  if (wanted.data + wanted.admin + each * wanted.inFlight <= room) return wanted
  const admin = Math.min(wanted.admin, Math.max(fewestOfEach, Math.floor(room / 8)))
  const inFlight = Math.min(wanted.inFlight, Math.floor((room - admin) / 2 / each))
  const data = Math.min(wanted.data, room - admin - each * inFlight)
  if (inFlight >= 1 && data >= Math.min(wanted.data, fewestOfEach)) return { data, admin, inFlight }
  const needed = open + processLimits.descriptorsKept + fewestOfEach + 2 * Math.max(each, fewestOfEach)
  throw new Error(`this process may open ${most} files (\`ulimit -n\`), and a gate needs ${needed}: let it open more`)
}

/** One is asked while another is answered, and one may come. */
const fewestOfEach = 4

/** Of this process, now; null where the system does not say. */
export function ownDescriptors(): Descriptors | null {
  const { report } = process
  // Names of peers are of no use here, and looking them up would take its time.
  Object.assign(report, { excludeNetwork: true })
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft: number | 'unlimited' } } }
  const most = userLimits?.open_files?.soft
  if (typeof most !== 'number') return null
  return { most, open: readdirSync('/dev/fd').length }
}

/** What the kernel lets this process open, in connections; what is less than was asked for is said. */
export function sharesOf({ limits: { connections, inFlight }, upstreams }: Settings, logger: Logger): Shares {
  const wanted: Shares = { data: connections, admin: processLimits.adminConnections, inFlight }
  const own = ownDescriptors()
  if (own === null) return wanted
  const shares = shareDescriptors(own, wanted, upstreams.length)
  if (shares !== wanted)
    logger.warn({ ...own, ...shares }, 'fewer connections than set: this process may open few files')
  return shares
}
