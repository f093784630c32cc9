// An answer may say where more of it is to be had, at the model API's own address. A client would go there, around the gate and with the
// caller's token: it is given the same path of the gate instead.

import { Buffer } from 'node:buffer'
import { isJsonObject, readJson, setJson } from '../json/index.ts'

/** Takes a whole answer and the keys, as pointers, under which such an address stands; gives the answer to release. Pure. */
export function ownAddresses(answer: Buffer, pointers: readonly string[]): Buffer {
  if (pointers.length === 0) return answer
  const reading = readJson(answer)
  if (reading.kind === 'fault' || !isJsonObject(reading.value)) return answer
  let own: Uint8Array = answer
  for (const pointer of pointers) {
    const key = pointer.slice(1)
    const said = reading.value[key]
    if (typeof said === 'string') own = setJson(own, [key], URL.parse(said)?.pathname ?? null) ?? own
  }
  return Buffer.from(own)
}
