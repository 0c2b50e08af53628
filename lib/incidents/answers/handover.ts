import {
  type EpochMs,
  currentStatePollKinds,
  type PollKind,
  type UnpolledIntervalToEncode,
} from '#lib/contract/index.ts'
import type { IncidentsEndpointResponse, HandoverParameters } from '../api/index.ts'
import { readIncidentsSince } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  readCoverageBetween,
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  removeDuplicateGaps,
  pickLongestGaps,
  assertMomentWithinHistory,
  InvalidRequestError,
  formatIso,
} from '#lib/questions/index.ts'

import { buildApiIncidents, sortIncidentsWorstFirst } from './incidents.ts'

const DEFAULT_LENGTH_MS = 12 * 60 * 60_000
/**
 * Maximum number of incidents in a handover report. It is sufficient even if many events occur together, because such
 * events form one incident.
 */
const INCIDENTS = 1_000
/** Maximum number of polling gaps in a handover report. The screen groups them. */
const MAX_GAPS = 500
/** Kinds of polls on which the handover report depends. */
export const pollKindsOfHandover: readonly PollKind[] = [...currentStatePollKinds, 'inventory']

/**
 * Returns the report for the handover of a shift: incidents that were opened, closed or acknowledged since its begin,
 * open incidents, and gaps in polls.
 * @throws InvalidRequestError if the shift begins in the future or before the kept history
 */
export async function getHandover(
  db: ReadableDatabase,
  { since = null }: { since?: HandoverParameters['since'] | null },
  now: EpochMs = getDatabaseNow(),
): Promise<IncidentsEndpointResponse<'handover'>> {
  const from = since ?? now - DEFAULT_LENGTH_MS
  if (from > now) throw new InvalidRequestError(`since: it lies in the future; send ${formatIso(now)} or earlier`)
  assertMomentWithinHistory('since', since ?? undefined, now)
  const q = getSqlExecutor(db)
  const sources = await readSources(q)
  const incidents = await buildApiIncidents(q, await readIncidentsSince(q, from, INCIDENTS), sources, now)
  const isSince = (at: EpochMs | undefined | null) => at != null && at >= from
  const { uncovered } = await readCoverageBetween(q, { kinds: pollKindsOfHandover, from, to: now, now })
  const { listed, omitted } = pickLongestGaps(removeDuplicateGaps(uncovered), MAX_GAPS)
  const names = new Map(sources.map(({ scope, scopeName }) => [scope, scopeName]))
  return {
    data: {
      since: from,
      until: now,
      opened: incidents.filter(({ openedAt }) => isSince(openedAt)),
      closed: incidents.filter(({ closedAt }) => isSince(closedAt)),
      stillOpen: sortIncidentsWorstFirst(incidents.filter(({ state }) => state === 'open')),
      acknowledged: incidents.filter(({ acknowledged }) => isSince(acknowledged?.at)),
      gaps: longestFirst(listed).map((interval) => ({
        ...interval,
        scopeName: names.get(interval.scope) ?? interval.scope,
      })),
      ...(omitted > 0 && { gapsOmitted: omitted }),
    },
    ...buildFreshnessFields(findSupportingPolls(sources, pollKindsOfHandover, now), now),
  }
}

function longestFirst(intervals: readonly UnpolledIntervalToEncode[]): UnpolledIntervalToEncode[] {
  const lengthOf = ({ from, to }: UnpolledIntervalToEncode) => to - from
  return intervals.toSorted((a, b) => lengthOf(b) - lengthOf(a))
}
