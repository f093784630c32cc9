// Below which serials nothing may be published, whatever is in force now: a fleet has followed them, and follows nothing that is older. Of
// bundles of one kind judge-part.ts sees to it; this holds where the kind changes, and a count would begin anew. Pure.
import type { Refusal } from './judge-part.ts'
import type { Offer, Offered } from './next-policy.ts'

/** The highest that were ever in force; 0: none was. */
export interface Floor {
  readonly policySerial: number
  readonly registerSerial: number
}

/** @returns why the bundles are refused; undefined: they are not older */
export function belowFloor({ policy, registers }: Offer, floor: Floor): Refusal | undefined {
  const first = serialOf(policy)
  if (first !== null && first.serial < floor.policySerial) return older('policy', first.serial, floor.policySerial)
  const second = registers === null ? null : serialOf(registers)
  if (second !== null && second.serial < floor.registerSerial)
    return older('registers', second.serial, floor.registerSerial)
  if (first?.kind === 'whole' && floor.registerSerial > 0)
    return refusal(
      `the policy bundle with serial ${first.serial} has no registers bundle beside it, and one with ${floor.registerSerial} was in force: build it with \`--registers\``,
    )
  return undefined
}

const older = (kind: string, serial: number, highest: number): Refusal =>
  refusal(
    `the ${kind} bundle with serial ${serial} is older than one that was in force, which had ${highest}: to go back is a change like any other, build it with a higher serial`,
  )

const refusal = (reason: string): Refusal => ({ code: 'serial_not_higher', reasons: [reason] })

const serialOf = (offered: Offered): { readonly kind: string; readonly serial: number } | null =>
  offered.kind === 'envelope' ? offered.envelope.statement : null
