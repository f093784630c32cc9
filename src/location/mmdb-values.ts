// A strict reader of the values in a MaxMind DB (File Format Specification 2.0, "Data Section"), used to examine a file before
// it is trusted. The reader that answers look-ups (maxmind) takes whatever bytes it meets for a value; this one refuses what the
// format does not allow: bytes outside the section, malformed UTF-8, keys that are no strings or occur twice, wrong sizes,
// pointers to pointers, deep nesting. It never answers a look-up.

import { limits } from '../limits.ts'

export class MmdbFault extends Error {
  readonly code = 'geo_database_corrupt'
}

export type MmdbValue = string | number | bigint | boolean | Uint8Array | MmdbValue[] | { [key: string]: MmdbValue }

export interface Decoded {
  readonly value: MmdbValue
  /** Offset of the first byte after it. */
  readonly end: number
}

/** What the one, two or three bytes of a longer size are added to. */
const sizeBases = [29, 285, 65_821]

export class MmdbValues {
  readonly #section: Buffer
  readonly #pointed = new Map<number, MmdbValue>()
  readonly #text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #left: number

  /** @param section the data section alone, or the metadata: offsets and pointers count from its first byte */
  constructor(section: Buffer) {
    this.#section = section
    // Records share values by pointers, so reading all of them decodes little more than one value for each byte. A file
    // made to explode runs out of this.
    this.#left = 32 * section.length + 1_024
  }

  /** The value at an offset. Throws MmdbFault. */
  decode(offset: number): Decoded {
    return this.#decode(offset, 0)
  }

  #decode(offset: number, depth: number): Decoded {
    if (depth > limits.geoRecordDepth) throw this.#fault(offset, 'is nested too deep')
    this.#left -= 1
    if (this.#left < 0) throw this.#fault(offset, 'holds more values than its size allows')
    const control = this.#byte(offset)
    const type = control >> 5
    if (type === 1) return this.#pointer(control, offset, depth)
    if (type !== 0) return this.#sized(type, control, offset, offset + 1, depth)
    const extended = this.#byte(offset + 1) + 7
    if (extended < 8) throw this.#fault(offset, 'has an extended type below 8')
    return this.#sized(extended, control, offset, offset + 2, depth)
  }

  #pointer(control: number, offset: number, depth: number): Decoded {
    const size = (control >> 3) & 3
    const end = offset + 2 + size
    const rest = this.#uint(offset + 1, size + 1)
    const high = control & 7
    const target =
      [high * 256 + rest, high * 65_536 + rest + 2_048, high * 16_777_216 + rest + 526_336, rest][size] ?? -1
    const known = this.#pointed.get(target)
    if (known !== undefined) return { value: known, end }
    if (this.#byte(target) >> 5 === 1) throw this.#fault(offset, 'is a pointer to a pointer')
    const { value } = this.#decode(target, depth + 1)
    this.#pointed.set(target, value)
    return { value, end }
  }

  #sized(type: number, control: number, offset: number, start: number, depth: number): Decoded {
    let size = control & 31
    let at = start
    if (size > 28) {
      const more = size - 28
      size = (sizeBases[more - 1] ?? 0) + this.#uint(at, more)
      at += more
    }
    const end = at + size
    switch (type) {
      case 2:
        return { value: this.#string(at, end), end }
      case 3:
        this.#demand(size === 8, offset, 'is a double of another size than 8')
        return { value: this.#bytes(at, end).readDoubleBE(0), end }
      case 4:
        return { value: this.#bytes(at, end), end }
      case 5:
        this.#demand(size <= 2, offset, 'is a uint16 of more than 2 bytes')
        return { value: this.#uint(at, size), end }
      case 6:
        this.#demand(size <= 4, offset, 'is a uint32 of more than 4 bytes')
        return { value: this.#uint(at, size), end }
      case 7:
        return this.#map(size, at, offset, depth)
      case 8:
        this.#demand(size <= 4, offset, 'is an int32 of more than 4 bytes')
        return { value: this.#uint(at, size) | 0, end }
      case 9:
        this.#demand(size <= 8, offset, 'is a uint64 of more than 8 bytes')
        return { value: this.#bigUint(at, size), end }
      case 10:
        this.#demand(size <= 16, offset, 'is a uint128 of more than 16 bytes')
        return { value: this.#bigUint(at, size), end }
      case 11:
        return this.#array(size, at, depth)
      case 14:
        this.#demand(size <= 1, offset, 'is a boolean that is neither 0 nor 1')
        return { value: size === 1, end: at }
      case 15:
        this.#demand(size === 4, offset, 'is a float of another size than 4')
        return { value: this.#bytes(at, end).readFloatBE(0), end }
      default:
        throw this.#fault(offset, `has the type ${type}, which no record holds`)
    }
  }

  #map(size: number, start: number, offset: number, depth: number): Decoded {
    const map: { [key: string]: MmdbValue } = Object.create(null)
    let at = start
    for (let index = 0; index < size; index += 1) {
      const key = this.#decode(at, depth + 1)
      if (typeof key.value !== 'string') throw this.#fault(at, 'is a key and no string')
      if (key.value in map) throw this.#fault(offset, `holds the key \`${key.value}\` twice`)
      const entry = this.#decode(key.end, depth + 1)
      map[key.value] = entry.value
      at = entry.end
    }
    return { value: map, end: at }
  }

  #array(size: number, start: number, depth: number): Decoded {
    const array: MmdbValue[] = []
    let at = start
    for (let index = 0; index < size; index += 1) {
      const item = this.#decode(at, depth + 1)
      array.push(item.value)
      at = item.end
    }
    return { value: array, end: at }
  }

  #string(start: number, end: number): string {
    try {
      return this.#text.decode(this.#bytes(start, end))
    } catch (error) {
      if (error instanceof MmdbFault) throw error
      throw this.#fault(start, 'is no UTF-8')
    }
  }

  /** At most four bytes. */
  #uint(start: number, size: number): number {
    if (start + size > this.#section.length) throw this.#fault(start, 'reaches beyond its section')
    return size === 0 ? 0 : this.#section.readUIntBE(start, size)
  }

  #bigUint(start: number, size: number): bigint {
    let value = 0n
    for (const byte of this.#bytes(start, start + size)) value = value * 256n + BigInt(byte)
    return value
  }

  #bytes(start: number, end: number): Buffer {
    if (start < 0 || end > this.#section.length) throw this.#fault(start, 'reaches beyond its section')
    return this.#section.subarray(start, end)
  }

  #byte(offset: number): number {
    const byte = offset < 0 ? undefined : this.#section[offset]
    if (byte === undefined) throw this.#fault(offset, 'lies beyond its section')
    return byte
  }

  #demand(holds: boolean, offset: number, what: string): void {
    if (!holds) throw this.#fault(offset, what)
  }

  #fault(offset: number, what: string): MmdbFault {
    return new MmdbFault(`the value at offset ${offset} ${what}`)
  }
}
