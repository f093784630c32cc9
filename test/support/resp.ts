// RESP2, as much of it as the shims need: where a reply or a command ends.
// https://redis.io/docs/latest/develop/reference/protocol-spec/

/** End of the reply that begins at `start`; undefined while it is not complete. */
export function readReply(bytes: Buffer, start: number): number | undefined {
  const line = bytes.indexOf('\r\n', start)
  if (line === -1) return undefined
  const end = line + 2
  const size = Number(bytes.toString('latin1', start + 1, line))
  switch (String.fromCharCode(bytes[start] ?? 0)) {
    case '$':
      if (size < 0) return end
      return bytes.length >= end + size + 2 ? end + size + 2 : undefined
    case '*': {
      let next: number | undefined = end
      for (let item = 0; item < size && next !== undefined; item += 1) next = readReply(bytes, next)
      return next
    }
    default:
      return end
  }
}

/** The words of the command that begins the bytes, and where it ends. Commands are arrays of bulk strings. */
export function readCommand(bytes: Buffer): { readonly words: readonly Buffer[]; readonly end: number } | undefined {
  const end = readReply(bytes, 0)
  if (end === undefined) return undefined
  const words: Buffer[] = []
  let at = bytes.indexOf('\r\n') + 2
  while (at < end) {
    const line = bytes.indexOf('\r\n', at)
    const size = Number(bytes.toString('latin1', at + 1, line))
    words.push(bytes.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
  return { words, end }
}
