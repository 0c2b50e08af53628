import type { TimestampBounds, EpochMs, PollKind } from '#lib/contract/index.ts'
import { findInitialDumpEnd } from '../rules/initial-dump.ts'
import { type CoverageRow, readCoverageIntervals } from '#lib/history/index.ts'
import type { ChurnWindow, SessionMomentRow } from '../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Maximum number of polls after a session came up in which the end of its first table transfer is searched. */
const FIRST_POLLS = 4
const MAX_INTERVALS = 1_000

/**
 * Returns, for each session that came up in the range, the time of its first table transfer. Route changes of the
 * session during this time are counted separately as well.
 */
export async function findInitialDumpWindows(
  q: SqlExecutor,
  { scope, kinds, from, to }: { scope: string | undefined; kinds: readonly PollKind[]; from: EpochMs; to: EpochMs },
  moments: readonly SessionMomentRow[],
): Promise<ChurnWindow[]> {
  const ups = moments.filter(({ kind }) => kind === 'session_up')
  if (ups.length === 0) return []
  const pages = await Promise.all(
    kinds.map((kind) => readCoverageIntervals(q, { scope, kind, from, to, limit: MAX_INTERVALS })),
  )
  const intervals = Map.groupBy(
    pages.flatMap(({ rows }) => rows),
    ({ sourceId }) => sourceId,
  )
  return ups.map((up) => {
    const own = intervals.get(up.sourceId) ?? []
    const to = findInitialDumpEnd(up.at, pollsAfter(own, up.at.latest))
    return { sourceId: up.sourceId, ...endsOf(up, own), from: up.at.earliest, to }
  })
}

/**
 * Returns the gateway instance and the peer in the routes of a session. Both are null for a session of a circuit,
 * because the table of a circuit path contains the routes of all sessions of the path.
 */
function endsOf({ localAddress, neighbor }: SessionMomentRow, intervals: readonly CoverageRow[]) {
  const isPath = intervals.some(({ kind }) => kind === 'tables')
  return isPath ? { instance: null, peer: null } : { instance: localAddress, peer: neighbor }
}

/**
 * Returns the start and end of the first successful polls after a time, at most `FIRST_POLLS`. The database stores only
 * intervals with a number of polls, so it is assumed that the polls are spread evenly over an interval.
 */
function pollsAfter(intervals: readonly CoverageRow[], at: EpochMs): TimestampBounds[] {
  return intervals
    .filter(({ outcome, silentInstances }) => outcome === 'ok' || silentInstances.length > 0)
    .toSorted((a, b) => a.from - b.from)
    .flatMap(({ from, to, polls }) => {
      const length = (to - from) / polls
      const first = Math.max(0, Math.ceil((at - from) / length))
      return Array.from({ length: Math.max(0, Math.min(FIRST_POLLS, polls - first)) }, (_, i) => ({
        earliest: from + (first + i) * length,
        latest: from + (first + i + 1) * length,
      }))
    })
    .slice(0, FIRST_POLLS)
}
