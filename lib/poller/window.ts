import type { EpochMs, PollKind } from '#lib/contract/index.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * How far back each kind reads. `late`: how long after the fact entries still arrive (azure-api.md: metrics 1 to 5
 * minutes, Activity Log several minutes; what Service Health reports may explain an incident for an hour, detection.md 7).
 * `first`: without an earlier good poll. `most`: after a long outage.
 */
const reach: Partial<Record<PollKind, { late: number; first: number; most: number }>> = {
  metrics: { late: 10 * MINUTE, first: HOUR, most: DAY },
  // results of tests are metrics
  probe: { late: 10 * MINUTE, first: HOUR, most: DAY },
  activity: { late: HOUR, first: DAY, most: 14 * DAY },
}

/** Kinds that are asked for a interval of time. */
export const windowed: ReadonlySet<PollKind> = new Set(Object.keys(reach) as PollKind[])

/** The window to ask for: since the last good poll, and as much before it as may have arrived late. Null: the kind has none. */
export function windowOf(
  kind: PollKind,
  lastOkAt: EpochMs | null,
  now: EpochMs,
): { from: EpochMs; to: EpochMs } | null {
  const back = reach[kind]
  if (!back) return null
  const from = lastOkAt === null ? now - back.first : Math.max(lastOkAt - back.late, now - back.most)
  return { from: Math.min(from, now), to: now }
}
