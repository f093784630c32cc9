// An instant in a sentence for people; records and answers write `timestamp` (clock.ts).

/** @param ms milliseconds since the epoch @returns RFC 3339 UTC without a fraction that says nothing; what is no instant, as the number that it is */
export function instantText(ms: number): string {
  const when = new Date(ms)
  return Number.isNaN(when.getTime()) ? `${ms} (no instant)` : when.toISOString().replace('.000Z', 'Z')
}
