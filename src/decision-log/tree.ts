// Tree: the Merkle tree of RFC 6962 §2.1 over the leaves of a log, as a compact range. Pure; shared by writer and verifier.
// Only the roots of the perfect subtrees are kept (at most 53 hashes), which is all that appending and `root` need.
// Hashes are held as base64url, as lines have them: crypto gives one as text in a third of the time that a Buffer takes.
import { hash } from 'node:crypto'

export class Tree {
  #size = 0
  /** Roots of perfect subtrees from left to right, one for each 1 bit of the size. */
  readonly #peaks: string[] = []

  /** From a state that `frontier` gave; throws RangeError where the number of hashes does not fit the size. */
  static at(size: number, frontier: readonly Buffer[]): Tree {
    if (!Number.isSafeInteger(size) || size < 0 || bits(size) !== frontier.length)
      throw new RangeError(`a tree of ${size} leaves has ${bits(size)} peaks, not ${frontier.length}`)
    const tree = new Tree()
    tree.#size = size
    tree.#peaks.push(...frontier.map((node) => node.toString('base64url')))
    return tree
  }

  get size(): number {
    return this.#size
  }

  append(leaf: string): void {
    let node = leaf
    // Every trailing 1 bit of the old size is a perfect subtree that now pairs up.
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      node = nodeHash(this.#peaks.pop() as string, node)
    }
    this.#peaks.push(node)
    this.#size += 1
  }

  /** Merkle Tree Hash of all leaves so far; of none, SHA-256 of nothing. */
  root(): Buffer {
    let node = this.#peaks.at(-1)
    if (node === undefined) return hash('sha256', '', 'buffer')
    for (let i = this.#peaks.length - 2; i >= 0; i--) node = nodeHash(this.#peaks[i] as string, node)
    return Buffer.from(node, 'base64url')
  }

  frontier(): readonly Buffer[] {
    return this.#peaks.map((node) => Buffer.from(node, 'base64url'))
  }
}

// One scratch buffer: hashing is synchronous, so nobody else can hold it meanwhile.
const pair = Buffer.alloc(65)
pair[0] = 1

/** SHA-256(0x01 || left || right). */
function nodeHash(left: string, right: string): string {
  pair.write(left, 1, 'base64url')
  pair.write(right, 33, 'base64url')
  return hash('sha256', pair, 'base64url')
}

function bits(size: number): number {
  let count = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}
