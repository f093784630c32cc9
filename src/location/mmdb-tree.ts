// A walk over the whole search tree of a MaxMind DB (File Format Specification 2.0, "Binary Search Tree Section"), so that
// nothing in it is met for the first time by a request. It finds what a look-up would run into: records that point nowhere,
// cycles, paths longer than an address; and one address for each distinct data record, so that the reader in use can be asked.
import { breathingSpace } from './breathing-space.ts'
import type { MmdbMetadata } from './mmdb-metadata.ts'
import { MmdbFault } from './mmdb-values.ts'

export interface TreeWalk {
  /** Leaves that name data. A subtree that several prefixes share (IPv4 under its aliases) is counted once. */
  readonly networks: number
  /** Nodes that no address reaches: none in a sound file. */
  readonly unreachedNodes: number
  /** For each distinct record its offset in the data section, with the first address that has it. */
  readonly records: ReadonlyMap<number, string>
}

/** Nodes between two looks at the clock. */
const nodesPerLook = 4_096

const unseen = 0
const open = 255

/** Throws MmdbFault. Gives the event loop its turn now and then: a city database has millions of nodes. */
export async function walkTree(file: Buffer, metadata: MmdbMetadata): Promise<TreeWalk> {
  const { nodeCount, ipVersion } = metadata
  const breathe = breathingSpace()
  const bits = ipVersion === 4 ? 32 : 128
  const records = new Map<number, string>()
  /** `unseen`, `open` while on the path, else the height of the subtree: 1 to 128. */
  const state = new Uint8Array(nodeCount)
  const path = new Uint8Array(bits)
  const nodes = new Uint32Array(bits)
  const sides = new Uint8Array(bits)
  const heights = new Uint8Array(bits)
  let networks = 0
  let reached = 1
  let depth = 0
  state[0] = open

  for (let steps = 1; depth >= 0; steps += 1) {
    if (steps % nodesPerLook === 0) await breathe()
    const node = nodes[depth] ?? 0
    const side = sides[depth] ?? 0
    if (side === 2) {
      const height = (heights[depth] ?? 0) + 1
      state[node] = height
      depth -= 1
      if (depth >= 0) heights[depth] = Math.max(heights[depth] ?? 0, height)
      continue
    }
    sides[depth] = side + 1
    path[depth] = side
    const record = recordAt(file, metadata, node, side)
    if (record === nodeCount) continue
    if (record > nodeCount) {
      networks += 1
      const offset = record - nodeCount - 16
      if (offset < 0 || metadata.dataStart + offset >= metadata.dataEnd)
        throw new MmdbFault(`node ${node} points outside the data section`)
      if (!records.has(offset)) records.set(offset, addressOf(path, depth + 1, ipVersion))
      continue
    }
    const seen = state[record] ?? unseen
    if (seen === open) throw new MmdbFault(`the search tree runs in a circle at node ${record}`)
    if (depth + 1 + Math.max(seen, 1) > bits) throw new MmdbFault(`a path at node ${node} is longer than an address`)
    if (seen !== unseen) {
      heights[depth] = Math.max(heights[depth] ?? 0, seen)
      continue
    }
    state[record] = open
    reached += 1
    depth += 1
    nodes[depth] = record
    sides[depth] = 0
    heights[depth] = 0
  }
  return { networks, unreachedNodes: nodeCount - reached, records }
}

function recordAt(file: Buffer, { recordSize }: MmdbMetadata, node: number, side: number): number {
  const at = (node * recordSize) / 4
  if (recordSize === 24) return file.readUIntBE(at + side * 3, 3)
  if (recordSize === 32) return file.readUInt32BE(at + side * 4)
  // 28 bits: the middle byte holds the high four bits of the left record, then those of the right.
  const middle = file.readUInt8(at + 3)
  return side === 0
    ? (middle >> 4) * 0x1_00_00_00 + file.readUIntBE(at, 3)
    : (middle & 15) * 0x1_00_00_00 + file.readUIntBE(at + 4, 3)
}

/** The first address of the network that the path leads to. */
function addressOf(path: Uint8Array, length: number, ipVersion: 4 | 6): string {
  const bytes = new Uint8Array(path.length / 8)
  for (let bit = 0; bit < length; bit += 1)
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | ((path[bit] ?? 0) << (7 - (bit & 7)))
  if (ipVersion === 4) return bytes.join('.')
  // IPv4 lives under ::/96 of an IPv6 tree.
  if (length > 96 && bytes.subarray(0, 12).every((byte) => byte === 0)) return bytes.subarray(12).join('.')
  const groups: string[] = []
  for (let at = 0; at < 16; at += 2) groups.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16))
  return groups.join(':')
}
