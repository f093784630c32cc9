// What an answer writes to its client. Where the client takes no more for now, the model API rests; one that takes nothing for too long
// is gone: its connection is ended.
import type { ServerResponse } from 'node:http'
import { createDeadlines, type Deadline } from '../clock/index.ts'
import { limits } from '../limits.ts'

const stalls = createDeadlines(limits.writeStallMs)

/** Where what is written comes from. */
interface Source {
  pause(): void
  resume(): void
}

export class ClientWriter {
  readonly #client: ServerResponse
  #deadline: Deadline | undefined

  constructor(client: ServerResponse) {
    this.#client = client
  }

  /** Where the client takes no more for now, `source` rests until it does. */
  write(bytes: Buffer, source: Source | undefined): void {
    if (this.#client.write(bytes) || source === undefined) return
    source.pause()
    this.#watch()
    this.#client.once('drain', () => {
      this.over()
      source.resume()
    })
  }

  writeLast(bytes: Buffer | undefined): void {
    // Head and a short body leave in one write where both are text: Latin-1, which has a character for each byte.
    if (bytes !== undefined && bytes.length <= limits.oneWriteBytes)
      this.#client.end(bytes.toString('latin1'), 'latin1')
    else this.#client.end(bytes)
    if (hasUnsent(this.#client)) this.#watch()
  }

  /** Nobody waits for the client: it has taken all so far, or its answer is over. */
  over(): void {
    if (this.#deadline !== undefined) stalls.end(this.#deadline)
    this.#deadline = undefined
  }

  /** From now on, anew. */
  #watch(): void {
    this.over()
    this.#deadline = stalls.begin(() => this.#client.destroy())
  }
}

/** Some of what was written for the client waits in a buffer of ours. */
export const hasUnsent = ({ writableLength, socket }: ServerResponse): boolean =>
  writableLength > 0 || (socket?.writableLength ?? 0) > 0
