import type { EpochMs } from '#lib/contract/index.ts'
import type { SessionsEndpointResponse, SessionAvailabilityParameters } from '../api/index.ts'
import { computeAvailability } from './availability.ts'
import { readSessionsWithIntervals } from '../store/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  createRangeResponse,
  type ReadableDatabase,
  getSqlExecutor,
  readTopology,
  getLastGoodTime,
  readSources,
  resolveResourceId,
} from '#lib/questions/index.ts'
import { DEFAULT_HISTORY_RANGE_MS, findSessionEnds, SESSION_LISTING_POLL_KINDS } from './session-history.ts'
import { readSessionGaps, toSessionSampleInterval } from './session-times.ts'

/**
 * Returns how long each session of a circuit or gateway was up and down in a time range. Sessions are ordered by path
 * and address.
 */
export async function getSessionAvailability(
  db: ReadableDatabase,
  parameters: SessionAvailabilityParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<SessionsEndpointResponse<'sessionAvailability'>> {
  const scope = await resolveResourceId(getSqlExecutor(db), parameters.scope)
  const asked = createRangeResponse(db, {
    parameters,
    lasting: DEFAULT_HISTORY_RANGE_MS,
    scope,
    kinds: SESSION_LISTING_POLL_KINDS,
    now,
  })
  const { q, answer } = asked
  const { from, to } = asked.range
  const rows = await readSessionsWithIntervals(q, { scope, from, to })
  const gapsOf = await readSessionGaps(q, rows, { from, to: Math.min(to, now) })
  const estate = await readTopology(q)
  const sources = await readSources(q, scope)
  const lastGood = new Map(sources.map(({ sourceId, poll }) => [`${sourceId} ${poll.kind}`, getLastGoodTime(poll)]))
  const data = rows.flatMap((row) => {
    const ends = findSessionEnds(row, estate)
    if (!ends) return []
    const gaps = gapsOf(row).times
    // The range ends at the last successful poll, because the state after it is unknown. If polls have failed since
    // then, `gaps` already contains the time after it.
    const isInGap = gaps.some(({ latest }) => latest >= Math.min(to, now))
    const last = lastGood.get(`${row.sourceId} ${row.kind}`) ?? to
    const until = Math.max(from, isInGap ? to : Math.min(to, last))
    const known = computeAvailability(row.intervals.map(toSessionSampleInterval), gaps, {
      earliest: from,
      latest: until,
    })
    return [
      {
        ...ends,
        ...known,
        from,
        to: until,
        notListedSeconds: known.absentMs / 1_000,
        unknownSeconds: known.unknownMs / 1_000,
      },
    ]
  })
  const byEnds = data.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  return answer(byEnds, sources)
}

const keyOf = (one: { path: string | null; localAddress: string; neighbor: string }) =>
  `${one.path ?? ''} ${one.localAddress} ${one.neighbor}`
