// Memory budget: bytes of bodies and answers that are held at once, over all requests. What does not fit is refused, not queued.

export interface MemoryBudget {
  /** @returns false where it does not fit; then nothing was taken */
  take(bytes: number): boolean
  free(bytes: number): void
}

export function createMemoryBudget(limit: number): MemoryBudget {
  let used = 0
  return {
    take(bytes) {
      if (used + bytes > limit) return false
      used += bytes
      return true
    },
    free(bytes) {
      used -= bytes
    },
  }
}
