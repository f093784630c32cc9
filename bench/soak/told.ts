// What the clients of a soak were told, as it stands in a file.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

export interface Told {
  readonly number: number
  /** Decision id of the answer; empty where none came. */
  readonly id: string
  /** `200`, a status with its code, `ended`, `cut` with its code, `left`. */
  readonly says: string
}

export const lineOf = ({ number, id, says }: Told): string => `${number}\t${id}\t${says}\n`

export async function readTold(file: string): Promise<readonly Told[]> {
  const told: Told[] = []
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const [number, id = '', says = ''] = line.split('\t')
    told.push({ number: Number(number), id, says })
  }
  return told
}
