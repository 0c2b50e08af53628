import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { SessionsEndpointResponse, UptimeOfEqualDays } from '../api/index.ts'
import type { SessionUptimeParameters } from '../api/index.ts'
import { splitPeriodBySessionState } from './availability.ts'
import { type SampledSessionRow, readSessionsWithIntervals } from '../store/index.ts'
import {
  type Period,
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  pickPollsOfKinds,
  readSources,
  resolveResourceId,
  readTopology,
} from '#lib/questions/index.ts'
import { mergeEqualDays, computeDailyUptime, computeLastDaysPeriod } from './resource-uptime.ts'

import { findSessionEnds, SESSION_LISTING_POLL_KINDS } from './session-history.ts'
import { type TimesWithoutSessionPoll, readSessionGaps, toSessionSampleInterval } from './session-times.ts'

/**
 * Returns the uptime on each of the last days, for every session or for the sessions of one circuit or gateway. The
 * number of database queries does not depend on the number of sessions.
 * @throws NotFoundError if `scope` is unknown
 */
export async function getSessionUptime(
  db: ReadableDatabase,
  { days, scope: asked }: Pick<SessionUptimeParameters, 'days' | 'scope'>,
  now: EpochMs = getDatabaseNow(),
): Promise<SessionsEndpointResponse<'sessionUptime'>> {
  const q = getSqlExecutor(db)
  const scope = await resolveResourceId(q, asked)
  const period = computeLastDaysPeriod(days, now)
  const sessions = await readSessionsWithIntervals(q, { scope, ...period })
  const estate = await readTopology(q)
  const gapsOf = await readSessionGaps(q, sessions, period)
  const sequences: UptimeOfEqualDays[][] = []
  const known = new Map<string, number>()
  const sequenceOf = (session: SampledSessionRow): number => {
    const gaps = gapsOf(session)
    const key = steadyKey(session, gaps, period)
    const found = key === null ? undefined : known.get(key)
    if (found !== undefined) return found
    const parts = splitPeriodBySessionState(session.intervals.map(toSessionSampleInterval), gaps.times, period)
    const place = sequences.push(mergeEqualDays(computeDailyUptime(period, { parts, inPart: [] }))) - 1
    if (key !== null) known.set(key, place)
    return place
  }
  const listed = sessions.flatMap((session) => {
    const ends = findSessionEnds(session, estate)
    return ends ? [{ ...ends, sequence: sequenceOf(session) }] : []
  })
  return {
    data: { sequences, sessions: listed },
    ...buildFreshnessFields(pickPollsOfKinds(await readSources(q, scope), SESSION_LISTING_POLL_KINDS), now),
  }
}

/**
 * Returns a cache key for a session that was in one state during the whole period. Sessions with the same state and
 * gaps have the same key, so that their uptime is computed only once. Null = the state changed, or it is not certain
 * that the state began before the period.
 */
function steadyKey(
  { intervals: [only, ...others] }: SampledSessionRow,
  gaps: TimesWithoutSessionPoll,
  { from }: Period,
): string | null {
  if (!only || others.length > 0 || only.until !== null || only.since.latest > from) return null
  return `${gaps.key} ${toSessionSampleInterval(only).is}`
}
