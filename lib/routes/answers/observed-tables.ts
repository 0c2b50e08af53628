import type { EpochMs, ForwardingTablePollKind } from '#lib/contract/index.ts'
import { isFreshnessUsable } from '#lib/detection/index.ts'
import { readPollCoverageOfMoment, listSources } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type PollCoverageOfRange,
  readPollCoverageAtMoment,
  getLastGoodTime,
  judgePollFreshness,
} from '#lib/questions/index.ts'

export interface ObservedTables extends PollCoverageOfRange {
  /** IDs of the sources (polled tables) whose routes were known at the time */
  tables: Set<number>
}

/**
 * Reports whether every table was read for which Azure gives routes. A connection of a hub for which Azure gives none is
 * listed in `uncovered`, but it affects only results about its hub.
 */
export const hasReadGivenTables = ({ covered, tables, uncovered }: ObservedTables): boolean =>
  covered || (tables.size > 0 && uncovered.every(({ outcome }) => outcome === 'not_given'))

/**
 * Returns the polled route tables whose routes were known at a time. For a past time, these are the tables that stored
 * polls cover at that time. For now, these are the tables whose latest successful poll is recent enough.
 */
export async function findObservedTables(
  q: SqlExecutor,
  {
    scope,
    kind,
    at,
    now,
  }: { scope: string | undefined; kind: ForwardingTablePollKind; at: EpochMs | undefined; now: EpochMs },
): Promise<ObservedTables> {
  if (at !== undefined) {
    const moments = [...(await readPollCoverageOfMoment(q, { scope, kinds: [kind], at, now })).values()]
    const tables = new Set(moments.filter(({ covered }) => covered).map(({ sourceId }) => sourceId))
    return { tables, ...(await readPollCoverageAtMoment(q, { scope, kinds: [kind], at, now })) }
  }
  const sources = (await listSources(q, { scope })).filter(({ poll }) => poll.kind === kind)
  const usable = sources.filter(({ poll }) => isFreshnessUsable(judgePollFreshness(poll, now)))
  const stale = sources.filter((source) => source.scheduled && !usable.includes(source))
  return {
    tables: new Set(usable.map(({ sourceId }) => sourceId)),
    covered: usable.length > 0 && stale.length === 0,
    uncovered: stale.map(({ scope: id, scopeName, poll }) => ({
      scope: id,
      scopeName,
      kind,
      from: getLastGoodTime(poll) ?? 0,
      to: now,
      outcome: poll.lastOutcome === 'ok' ? 'not_polled' : poll.lastOutcome,
    })),
  }
}
