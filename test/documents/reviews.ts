// Days of review that have passed: `policy check` reminds of them, rightly, on the shipped directives; a page that is followed years later
// must print what it shows all the same. Only these days are moved, and only once they have passed: any other warning is seen.

const year = 365 * 86_400_000

/** @param now milliseconds since the epoch */
export const reviewedInTime = (text: string, now: number): string =>
  text.replace(/\breview-by: (\d{4}-\d\d-\d\d)\b/g, (whole, day: string) =>
    Date.parse(day) > now ? whole : `review-by: ${new Date(now + year).toISOString().slice(0, 10)}`,
  )
