import { MS_PER_MINUTE, MS_PER_WEEK } from '../time/time.ts'
import { convertInstantToLocal } from '../time/local-time.ts'

/** Returns the instants of a year at which a zone changes its offset, at most one per week. */
export function findTimeZoneOffsetChanges(zone: string, year: number): number[] {
  const offset = (at: number) => convertInstantToLocal(at, zone) - at
  const changes: number[] = []
  for (let from = Date.UTC(year, 0); from < Date.UTC(year + 1, 0); from += MS_PER_WEEK) {
    let [before, after] = [from, from + MS_PER_WEEK]
    if (offset(before) === offset(after)) continue
    while (after - before > MS_PER_MINUTE) {
      const middle = Math.floor((before + after) / 2 / MS_PER_MINUTE) * MS_PER_MINUTE
      if (offset(middle) === offset(before)) before = middle
      else after = middle
    }
    changes.push(after)
  }
  return changes
}
