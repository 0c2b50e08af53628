import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type ReadableDatabase, getHistoryRetentionMs } from '#lib/questions/index.ts'
import { type RankedRoutes, rankRoutes, type RouteRankingQuery } from './route-ranking.ts'

/**
 * Maximum time in milliseconds between the last polls of two tables that belong to one interruption of polling. A table
 * whose polls stopped earlier would otherwise make the last known routes of all tables much older.
 */
const MAX_APART_MS = 15 * MS_PER_MINUTE

/** Result of a lookup at the queried time, and at the last time at which the tables were polled that it lacks. */
export interface RankingWithLastKnown {
  ranked: RankedRoutes
  /** null if the result is certain, if no gap in polls caused the uncertainty, or if no earlier poll is kept */
  last: { at: EpochMs; ranked: RankedRoutes } | null
  /**
   * the result together with the last known routes of the tables that were not polled. It determines the path whose
   * events, states and traffic are searched
   */
  onPath: RankedRoutes
}

/** Ranks the routes to an address, also at the last time at which tables without current polls were polled. */
export async function rankWithLastKnownRoutes(
  db: ReadableDatabase,
  query: RouteRankingQuery,
  now: EpochMs,
): Promise<RankingWithLastKnown> {
  const ranked = await rankRoutes(db, query, now)
  const at = ranked.known === 'observed' ? null : findLastPolledTime(ranked, now)
  const then = at === null ? null : await rankRoutes(db, { ...query, at }, now)
  const last = at !== null && then !== null && then.known !== 'unknown' ? { at, ranked: then } : null
  return { ranked, last, onPath: last ? addRoutesOfUnpolledTables(ranked, last.ranked) : ranked }
}

/** Returns the last time at which the tables were polled that a result lacks; null if there are no such polls. */
function findLastPolledTime({ seen }: RankedRoutes, now: EpochMs): EpochMs | null {
  const oldest = now - getHistoryRetentionMs()
  const lastPolls = seen.uncovered.flatMap(({ from }) => (from > oldest ? from : []))
  const newest = Math.max(...lastPolls)
  return lastPolls.length === 0 ? null : Math.min(...lastPolls.filter((from) => newest - from <= MAX_APART_MS))
}

function addRoutesOfUnpolledTables(ranked: RankedRoutes, last: RankedRoutes): RankedRoutes {
  const unpolled = new Set(ranked.seen.uncovered.map(({ scope }) => scope))
  const added = last.candidates.filter(({ route }) => unpolled.has(route.scope))
  return { ...ranked, match: ranked.match ?? last.match, candidates: [...ranked.candidates, ...added] }
}
