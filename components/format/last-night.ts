import { MS_PER_DAY } from '#lib/contract/time/time.ts'

const AT_NIGHT_MS = (3 * 60 + 12) * 60_000

/** Returns the most recent 03:12 UTC, epoch milliseconds. Example queries use this time as "last night". */
export function getLastNightMoment(now: number): number {
  const today = Math.floor(now / MS_PER_DAY) * MS_PER_DAY + AT_NIGHT_MS
  return today <= now ? today : today - MS_PER_DAY
}
