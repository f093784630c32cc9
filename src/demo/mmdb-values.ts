// Values of a MaxMind DB's data section, as bytes (File Format Specification 2.0, "Output Data Section").

/** A number is a uint32 where it is whole and fits, else a double; a bigint is a uint128. */
export type MmdbData =
  | string
  | number
  | bigint
  | boolean
  | Typed
  | readonly MmdbData[]
  | { readonly [key: string]: MmdbData }

class Typed {
  readonly type: number
  readonly value: bigint
  constructor(type: number, value: bigint) {
    this.type = type
    this.value = value
  }
}

export function uint16(value: number): Typed {
  return new Typed(5, BigInt(value))
}

export function uint64(value: number): Typed {
  return new Typed(9, BigInt(value))
}

/** A data section in the making: equal records are written once, and strings that occurred before become pointers. */
export class SectionWriter {
  readonly #parts: Buffer[] = []
  readonly #records = new Map<string, number>()
  readonly #strings = new Map<string, number>()
  #length = 0

  /** The offset of the record. */
  add(data: MmdbData): number {
    const key = encodeValue(data).toString('latin1')
    const known = this.#records.get(key)
    if (known !== undefined) return known
    const offset = this.#length
    this.#records.set(key, offset)
    this.#write(data)
    return offset
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }

  #write(data: MmdbData): void {
    if (isList(data)) {
      this.#push(control(11, data.length))
      for (const item of data) this.#write(item)
    } else if (isPlainMap(data)) {
      const entries = Object.entries(data)
      this.#push(control(7, entries.length))
      for (const [key, value] of entries) {
        this.#write(key)
        this.#write(value)
      }
    } else if (typeof data === 'string' && data.length > 3) {
      const known = this.#strings.get(data)
      if (known === undefined) {
        this.#strings.set(data, this.#length)
        this.#push(encodeValue(data))
      } else this.#push(pointer(known))
    } else this.#push(encodeValue(data))
  }

  #push(bytes: Buffer): void {
    this.#parts.push(bytes)
    this.#length += bytes.length
  }
}

/** One value without pointers. */
export function encodeValue(data: MmdbData): Buffer {
  if (typeof data === 'string') return sized(2, Buffer.from(data))
  if (typeof data === 'boolean') return control(14, data ? 1 : 0)
  if (typeof data === 'bigint') return sized(10, unsigned(data))
  if (data instanceof Typed) return sized(data.type, unsigned(data.value))
  if (typeof data === 'number') {
    if (Number.isInteger(data) && data >= 0 && data < 2 ** 32) return sized(6, unsigned(BigInt(data)))
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(data)
    return sized(3, bytes)
  }
  if (isList(data)) return Buffer.concat([control(11, data.length), ...data.map(encodeValue)])
  const entries = Object.entries(data)
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, value]) => [encodeValue(key), encodeValue(value)]),
  ])
}

function isList(data: MmdbData): data is readonly MmdbData[] {
  return Array.isArray(data)
}

function isPlainMap(data: MmdbData): data is { readonly [key: string]: MmdbData } {
  return typeof data === 'object' && !Array.isArray(data) && !(data instanceof Typed)
}

/** Big-endian without leading zero bytes; zero has none at all. */
function unsigned(value: bigint): Buffer {
  if (value === 0n) return Buffer.alloc(0)
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
}

function sized(type: number, payload: Buffer): Buffer {
  return Buffer.concat([control(type, payload.length), payload])
}

/** Control byte, extended type (above 7), and up to three more bytes of size. */
function control(type: number, size: number): Buffer {
  const [code, more, base] =
    size < 29 ? [size, 0, 0] : size < 285 ? [29, 1, 29] : size < 65_821 ? [30, 2, 285] : [31, 3, 65_821]
  const bytes = [type > 7 ? code : (type << 5) | code, ...(type > 7 ? [type - 7] : [])]
  const rest = Buffer.alloc(more)
  if (more > 0) rest.writeUIntBE(size - base, 0, more)
  return Buffer.concat([Buffer.from(bytes), rest])
}

function pointer(target: number): Buffer {
  const [size, base] =
    target < 2_048 ? [0, 0] : target < 526_336 ? [1, 2_048] : target < 134_744_064 ? [2, 526_336] : [3, 0]
  const bytes = Buffer.alloc(size + 2)
  if (size === 3) bytes.writeUInt32BE(target, 1)
  else bytes.writeUIntBE(target - base, 0, size + 2)
  bytes[0] = (bytes[0] ?? 0) | 0x20 | (size << 3)
  return bytes
}
