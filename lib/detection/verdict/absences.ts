import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import { unionOf } from '#lib/contract/time/spans.ts'

/** Time in which a row was present, within bounds. `since` null = present at the first poll, `until` null = ongoing. */
export interface PresentInterval {
  since: { earliest: EpochMs | null; latest: EpochMs }
  until: { earliest: EpochMs; latest: EpochMs | null }
}

/** Time in which no row was present, within bounds; `ended` null = ongoing. */
interface Absence {
  started: Bounds
  ended: Bounds | null
}

/** Returns the times after the first presence in which certainly none of several rows was present. */
export function absencesOf(intervals: readonly PresentInterval[]): Absence[] {
  const present = unionOf(
    intervals.map(({ since, until }) => ({ from: since.latest, to: ongoing(until.earliest, until.latest) })),
  )
  const possible = unionOf(
    intervals.map(({ since, until }) => ({ from: since.earliest ?? since.latest, to: until.latest ?? FOREVER })),
  )
  return possible.flatMap(({ to }, n): Absence[] => {
    if (to === FOREVER) return []
    const next = possible[n + 1]
    const lastSeen = Math.max(
      ...present.filter((span) => span.to <= to).map((span) => span.to),
      Number.NEGATIVE_INFINITY,
    )
    const seenAgain = Math.min(
      ...present.filter((span) => next && span.from >= next.from).map(({ from }) => from),
      FOREVER,
    )
    const started = { earliest: Number.isFinite(lastSeen) ? lastSeen : to, latest: to }
    return [{ started, ended: next ? { earliest: next.from, latest: Math.max(next.from, seenAgain) } : null }]
  })
}

const FOREVER = Number.POSITIVE_INFINITY
const ongoing = (earliest: EpochMs, latest: EpochMs | null) => (latest === null ? FOREVER : earliest)
