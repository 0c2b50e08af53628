import { MINUTE, WEEK } from '../time/time.ts'
import { convertInstantToLocal } from '../time/local-time.ts'

/** Returns the instants of a year at which a zone changes its offset, at most one per week. */
export function changesIn(zone: string, year: number): number[] {
  const offset = (at: number) => convertInstantToLocal(at, zone) - at
  const changes: number[] = []
  for (let from = Date.UTC(year, 0); from < Date.UTC(year + 1, 0); from += WEEK) {
    let [before, after] = [from, from + WEEK]
    if (offset(before) === offset(after)) continue
    while (after - before > MINUTE) {
      const middle = Math.floor((before + after) / 2 / MINUTE) * MINUTE
      if (offset(middle) === offset(before)) before = middle
      else after = middle
    }
    changes.push(after)
  }
  return changes
}
