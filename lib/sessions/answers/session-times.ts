import type { TimestampBounds } from '#lib/contract/index.ts'
import { type PeriodStateInterval } from '#lib/detection/index.ts'
import { type SessionSampleInterval, splitPeriodBySessionState } from './availability.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { Period, EstateTopology } from '#lib/questions/index.ts'
import { readUnpolledTimesBySource } from '#lib/questions/store/index.ts'
import { type SampledSessionRow, readSessionsWithIntervals, readSilentTimes } from '../store/index.ts'
import { findSessionEnds } from './session-history.ts'

export interface SessionStatePeriods extends NonNullable<ReturnType<typeof findSessionEnds>> {
  parts: PeriodStateInterval[]
}

/**
 * Divides a period by state for every session of the given circuits and gateways.
 * @param scopes short IDs of circuits and gateways
 * @returns sessions by the short ID of their circuit or gateway
 */
export async function readSessionStatePeriods(
  q: SqlExecutor,
  scopes: readonly string[],
  period: Period,
  estate: EstateTopology,
) {
  const sessions = await readSessionsWithIntervals(q, { scope: scopes, ...period })
  const gapsOf = await readSessionGaps(q, sessions, period)
  const times = sessions.flatMap((session) => {
    const ends = findSessionEnds(session, estate)
    const parts = splitPeriodBySessionState(
      session.intervals.map(toSessionSampleInterval),
      gapsOf(session).times,
      period,
    )
    return ends ? [{ ...ends, parts, of: session.scope }] : []
  })
  return Map.groupBy(times, ({ of }) => of)
}

/** Times in which polls did not read a session. */
export interface TimesWithoutSessionPoll {
  /** Key that is equal for all sessions with the same gaps, so that results can be shared between them */
  key: string
  times: readonly TimestampBounds[]
}

/**
 * Returns a function that returns the times in which polls did not read a session. In such a time, no poll of its
 * circuit or gateway succeeded, or polls succeeded but the session's gateway instance did not report.
 */
export async function readSessionGaps(
  q: SqlExecutor,
  sessions: readonly SampledSessionRow[],
  period: Period,
): Promise<(session: SampledSessionRow) => TimesWithoutSessionPoll> {
  const sourcesOf = (kind: SampledSessionRow['kind']) => [
    ...new Set(sessions.filter((one) => one.kind === kind).map(({ sourceId }) => sourceId)),
  ]
  const unseen = {
    peers: await readUnpolledTimesBySource(q, { kind: 'peers', sources: sourcesOf('peers'), ...period }),
    summary: await readUnpolledTimesBySource(q, { kind: 'summary', sources: sourcesOf('summary'), ...period }),
  }
  const silent = await readSilentTimes(q, { sources: sourcesOf('peers'), ...period })
  const made = new Map<string, TimesWithoutSessionPoll>()
  return ({ sourceId, kind, localAddress }) => {
    const own = kind === 'peers' ? (silent.get(sourceId) ?? []) : []
    const silences = own.filter(({ instances }) => instances.includes(localAddress))
    const key = `${sourceId} ${kind} ${silences.length > 0 ? localAddress : ''}`
    const gaps = made.get(key) ?? {
      key,
      times: [
        ...(unseen[kind].get(sourceId) ?? [period]).map(({ from, to }) => ({ earliest: from, latest: to })),
        ...silences.map(({ from, to }) => ({ earliest: from, latest: to ?? period.to })),
      ],
    }
    made.set(key, gaps)
    return gaps
  }
}

/** Converts a stored interval to the format that {@link splitPeriodBySessionState} expects. */
export const toSessionSampleInterval = ({
  state,
  since,
  until,
  establishedAt,
}: SampledSessionRow['intervals'][number]): SessionSampleInterval => ({
  is: state === 'established' ? 'up' : state === 'unknown' ? 'unknown' : 'down',
  since,
  until,
  establishedAt,
})
