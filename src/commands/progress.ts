// A line that counts, for people who wait at a terminal; nothing where nobody looks.

export interface Progress {
  /** Writes over what it said before; not in the first second, nor more often than can be read. */
  tell(said: () => string): void
  /** Takes the line away. */
  end(): void
}

const patienceMs = 1_000
const apartMs = 200

export function progressOn(stream: NodeJS.WriteStream, wanted: boolean): Progress {
  if (!wanted || !stream.isTTY) return { tell: () => {}, end: () => {} }
  let last = performance.now() + patienceMs - apartMs
  let isShown = false
  return {
    tell: (said) => {
      const now = performance.now()
      if (now - last < apartMs) return
      last = now
      isShown = true
      stream.write(`\r\u001b[K${said()}`)
    },
    end: () => {
      if (isShown) stream.write('\r\u001b[K')
      isShown = false
    },
  }
}
