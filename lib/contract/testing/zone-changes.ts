import { localAt } from '../time/local-time.ts'

const WEEK_MS = 7 * 24 * 60 * 60_000
const MINUTE_MS = 60_000

/** The instants of a year at which a zone changes its offset, one a week at the most. */
export function changesIn(zone: string, year: number): number[] {
  const offset = (at: number) => localAt(at, zone) - at
  const changes: number[] = []
  for (let from = Date.UTC(year, 0); from < Date.UTC(year + 1, 0); from += WEEK_MS) {
    let [before, after] = [from, from + WEEK_MS]
    if (offset(before) === offset(after)) continue
    while (after - before > MINUTE_MS) {
      const middle = Math.floor((before + after) / 2 / MINUTE_MS) * MINUTE_MS
      if (offset(middle) === offset(before)) before = middle
      else after = middle
    }
    changes.push(after)
  }
  return changes
}
