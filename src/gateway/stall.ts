// A client that takes nothing of its answer for too long is gone: its connection is ended.
import type { ServerResponse } from 'node:http'
import { limits } from '../limits.ts'
import { createDeadlines, type Deadline } from './deadlines.ts'

const stalls = createDeadlines(limits.writeStallMs)

export class Stall {
  readonly #client: ServerResponse
  #deadline: Deadline | undefined

  constructor(client: ServerResponse) {
    this.#client = client
  }

  /** From now on, anew. */
  watch(): void {
    this.end()
    this.#deadline = stalls.begin(() => this.#client.destroy())
  }

  end(): void {
    if (this.#deadline !== undefined) stalls.end(this.#deadline)
    this.#deadline = undefined
  }
}

/** Some of what was written for the client waits in a buffer of ours. */
export const hasUnsent = ({ writableLength, socket }: ServerResponse): boolean =>
  writableLength > 0 || (socket?.writableLength ?? 0) > 0
