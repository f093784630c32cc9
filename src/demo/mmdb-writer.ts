// Writes small MaxMind DB files (File Format Specification 2.0, https://maxmind.github.io/MaxMind-DB/) for the demo and for
// tests. No npm package does; this one promises to be correct, not to be fast or to hold a planet.
import { encodeValue, type MmdbData, SectionWriter, uint16, uint64 } from './mmdb-values.ts'

export interface MmdbRecord {
  readonly cidr: string
  readonly data: MmdbData
}

export interface MmdbContents {
  readonly type: string
  /** Seconds since the epoch. */
  readonly buildEpoch: number
  readonly description?: string
  readonly ipVersion: 4 | 6
  /** Bits of one of a node's two records; 24 holds 16 million nodes and bytes of data. */
  readonly recordSize?: 24 | 28 | 32
  /** Of two that overlap the more specific one holds, as in a routing table; the order does not matter. */
  readonly records: readonly MmdbRecord[]
  /** Lets ::ffff:0:0/96 and 2002::/16 share the IPv4 subtree, as MaxMind's own files do. */
  readonly ipv4Aliases?: boolean
}

type Child = TreeNode | Leaf | null
interface TreeNode {
  readonly children: [Child, Child]
  index: number
}
interface Leaf {
  readonly record: number
}

/** Throws a RangeError for a range that does not fit the IP version, or a tree that does not fit the record size. */
export function writeDatabase(contents: MmdbContents): Buffer {
  const { ipVersion, recordSize = 24 } = contents
  const root = newNode()
  const paths = contents.records.map(({ cidr }, record) => ({ bits: bitsOf(cidr, ipVersion), record }))
  paths.sort((a, b) => a.bits.length - b.bits.length)
  for (const { bits, record } of paths) insert(root, bits, { record })
  if (contents.ipv4Aliases === true) {
    const ipv4 = subtree(root, '0'.repeat(96))
    if (ipv4 !== null) {
      insert(root, '0'.repeat(80) + '1'.repeat(16), ipv4)
      insert(root, '0010000000000010', ipv4)
    }
  }

  const section = new SectionWriter()
  const offsets = contents.records.map(({ data }) => section.add(data))
  const nodes = numbered(root)
  const tree = Buffer.alloc((nodes.length * recordSize) / 4)
  nodes.forEach(({ children }, index) => {
    const [left, right] = children.map((child) => {
      if (child === null) return nodes.length
      const value = 'children' in child ? child.index : nodes.length + 16 + (offsets[child.record] ?? 0)
      if (value >= 2 ** recordSize) throw new RangeError(`the database needs records of more than ${recordSize} bits`)
      return value
    }) as [number, number]
    writeNode(tree, index, recordSize, left, right)
  })
  const metadata = encodeValue({
    binary_format_major_version: uint16(2),
    binary_format_minor_version: uint16(0),
    build_epoch: uint64(contents.buildEpoch),
    database_type: contents.type,
    description: { en: contents.description ?? contents.type },
    ip_version: uint16(ipVersion),
    languages: ['en'],
    node_count: nodes.length,
    record_size: uint16(recordSize),
  })
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    section.bytes(),
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    metadata,
  ])
}

function newNode(): TreeNode {
  return { children: [null, null], index: -1 }
}

/** Invariant: shorter prefixes were inserted before, so a leaf met on the way is less specific and is split. */
function insert(root: TreeNode, bits: string, what: Leaf | TreeNode): void {
  let node = root
  for (const bit of bits.slice(0, -1)) {
    const side = bit === '1' ? 1 : 0
    const child = node.children[side]
    if (child !== null && 'children' in child) {
      node = child
      continue
    }
    const next: TreeNode = { children: [child, child], index: -1 }
    node.children[side] = next
    node = next
  }
  node.children[bits.endsWith('1') ? 1 : 0] = what
}

function subtree(root: TreeNode, bits: string): Child {
  let child: Child = root
  for (const bit of bits) {
    if (child === null || !('children' in child)) return child
    child = child.children[bit === '1' ? 1 : 0]
  }
  return child
}

/** Breadth first from the root, which must be node 0; a shared subtree has one number. */
function numbered(root: TreeNode): TreeNode[] {
  const nodes = [root]
  root.index = 0
  for (const node of nodes) {
    for (const child of node.children) {
      if (child === null || !('children' in child) || child.index !== -1) continue
      child.index = nodes.length
      nodes.push(child)
    }
  }
  return nodes
}

function writeNode(tree: Buffer, index: number, recordSize: 24 | 28 | 32, left: number, right: number): void {
  const at = (index * recordSize) / 4
  if (recordSize === 32) {
    tree.writeUInt32BE(left, at)
    tree.writeUInt32BE(right, at + 4)
    return
  }
  tree.writeUIntBE(left % 2 ** 24, at, 3)
  tree.writeUIntBE(right % 2 ** 24, at + (recordSize === 28 ? 4 : 3), 3)
  if (recordSize === 28) tree.writeUInt8(Math.floor(left / 2 ** 24) * 16 + Math.floor(right / 2 ** 24), at + 3)
}

function bitsOf(cidr: string, ipVersion: 4 | 6): string {
  const [network = '', length = ''] = cidr.split('/')
  const isV6 = network.includes(':')
  if (isV6 && ipVersion === 4) throw new RangeError(`\`${cidr}\` does not fit an IPv4 database`)
  const bits = isV6
    ? ipv6Bits(network)
    : network
        .split('.')
        .map((octet) => binary(Number(octet), 8))
        .join('')
  if (!/^[01]+$/.test(bits) || bits.length !== (isV6 ? 128 : 32) || !/^\d+$/.test(length) || Number(length) < 1)
    throw new RangeError(`\`${cidr}\` is not an address range`)
  const prefix = bits.slice(0, Number(length))
  // IPv4 lives under ::/96 of an IPv6 tree.
  return !isV6 && ipVersion === 6 ? '0'.repeat(96) + prefix : prefix
}

function ipv6Bits(network: string): string {
  const [head = '', tail] = network.split('::')
  const groups = (text: string): string[] =>
    text === '' ? [] : text.split(':').map((group) => binary(Number.parseInt(group, 16), 16))
  const before = groups(head).join('')
  const after = groups(tail ?? '').join('')
  return before + '0'.repeat(Math.max(0, 128 - before.length - after.length)) + after
}

function binary(value: number, width: number): string {
  return value.toString(2).padStart(width, '0')
}
