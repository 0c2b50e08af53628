import type { EpochMs, PollKind, ResponseOf, SessionHistoryParameters } from '#lib/contract/index.ts'
import { prefixCounts } from '#lib/history/index.ts'
import { coveredBetween } from './covered.ts'
import { type Db, queryable } from './db.ts'
import { readEstate } from './estate.ts'
import { freshnessOf, pollsOf, readSources } from './freshness.ts'
import { keptRange } from './retention.ts'
import { resolveScope } from './scope.ts'
import { sessionEnds } from './session-history.ts'
import { iso, isoBounds, isoBoundsOrNull } from './wire.ts'

const kinds: readonly PollKind[] = ['peers', 'summary']
const DEFAULT_RANGE_MS = 86_400_000

/** How many prefixes sessions had, in stretches, newest first. */
export async function getPrefixCounts(
  db: Db,
  parameters: SessionHistoryParameters,
  now: EpochMs = Date.now(),
): Promise<ResponseOf<'prefixCounts'>> {
  const q = queryable(db)
  const scope = await resolveScope(q, parameters.scope)
  const { from, to, cursor, wrap } = keptRange(parameters, now, DEFAULT_RANGE_MS)
  const page = await prefixCounts(q, { scope, from, to, limit: parameters.limit, cursor })
  const estate = await readEstate(q)
  const sources = await readSources(q, scope)
  return {
    data: page.rows.flatMap((row) => {
      const ends = sessionEnds(row, estate)
      const { prefixesReceived } = row
      return ends ? [{ ...ends, prefixesReceived, from: isoBounds(row.since), to: isoBoundsOrNull(row.until) }] : []
    }),
    asOf: iso(now),
    freshness: freshnessOf(pollsOf(sources, kinds), now),
    ...(await coveredBetween(q, { scope, kinds, from, to, now })),
    nextCursor: wrap(page.nextCursor),
  }
}
