const DAY_MS = 24 * 60 * 60_000
const AT_NIGHT_MS = (3 * 60 + 12) * 60_000

/** The last 03:12 UTC, epoch milliseconds: the time of the example queries about the night. */
export function lastNight(now: number): number {
  const today = Math.floor(now / DAY_MS) * DAY_MS + AT_NIGHT_MS
  return today <= now ? today : today - DAY_MS
}
