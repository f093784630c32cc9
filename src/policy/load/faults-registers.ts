// What is wrong with well-formed registers: records that contradict each other. Of two the first would win, and no answer may depend
// on an order.

import type { Interval, Organization, Registers } from '../bundle/bundle.ts'
import { twice } from './faults-names.ts'

export function registerFaults({ organizations, attestations }: Registers): readonly string[] {
  return [
    ...[...Map.groupBy(organizations, ({ id }) => id)].flatMap(([id, records]) => overlapFaults(id, records)),
    ...twice(
      'attestation',
      attestations.map(({ id }) => id),
    ),
    ...attestations
      .filter((one) => one.noForeignPersonUnder.some((id) => one.foreignPersonsUnder.includes(id)))
      .map(
        ({ id }) =>
          `attestation ${id}: says of one definition both that there are foreign persons and that there are none`,
      ),
  ]
}

/** An organization may change, but not be two things at once. */
function overlapFaults(id: string, records: readonly Organization[]): readonly string[] {
  const inTime = records.toSorted((a, b) => a.from - b.from)
  const isTwofold = inTime.some((one, index) => inTime.slice(index + 1).some((next) => next.from < endOf(one)))
  return isTwofold ? [`organization ${id}: two records hold at the same time`] : []
}

const endOf = ({ to }: Interval): number => to ?? Number.POSITIVE_INFINITY
