import type { EpochMs } from '#lib/contract/index.ts'
import type { ResponseOf, SessionHistoryParameters } from '../api/index.ts'
import { prefixCounts } from '../store/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import {
  coveredBetween,
  type Db,
  queryable,
  readTopology,
  freshnessOf,
  pollsOf,
  readSources,
  keptRange,
  resolveScope,
  iso,
  isoBounds,
  isoBoundsOrNull,
} from '#lib/questions/index.ts'

import { SESSION_RANGE_MS, sessionEnds, sessionPolls } from './session-history.ts'

/** How many prefixes sessions had, in intervals, newest first. */
export async function getPrefixCounts(
  db: Db,
  parameters: SessionHistoryParameters,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'prefixCounts'>> {
  const q = queryable(db)
  const scope = await resolveScope(q, parameters.scope)
  const { from, to, cursor, wrap } = keptRange(parameters, now, SESSION_RANGE_MS)
  const page = await prefixCounts(q, { scope, from, to, limit: parameters.limit, cursor })
  const estate = await readTopology(q)
  const sources = await readSources(q, scope)
  return {
    data: page.rows.flatMap((row) => {
      const ends = sessionEnds(row, estate)
      const { prefixesReceived } = row
      return ends ? [{ ...ends, prefixesReceived, from: isoBounds(row.since), to: isoBoundsOrNull(row.until) }] : []
    }),
    asOf: iso(now),
    freshness: freshnessOf(pollsOf(sources, sessionPolls), now),
    ...(await coveredBetween(q, { scope, kinds: sessionPolls, from, to, now })),
    nextCursor: wrap(page.nextCursor),
  }
}
