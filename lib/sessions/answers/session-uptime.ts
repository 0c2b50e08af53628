import { databaseNow } from '#lib/platform/database-clock.ts'
import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import type { ResponseOf, UptimeDays } from '../api/index.ts'
import type { SessionUptimeParameters } from '../api/index.ts'
import { type PeriodPart, type SampledInterval, sessionParts } from '#lib/detection/index.ts'
import { type SampledSessionRow, sampledSessions, silentTimes } from '../store/index.ts'
import { unseenBySource } from '#lib/questions/store/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  type Period,
  type Db,
  queryable,
  ageOf,
  pollsOf,
  readSources,
  resolveScope,
  readTopology,
  type Topology,
} from '#lib/questions/index.ts'
import { alikeTogether, daysOf, lastDays } from './divided-time.ts'

import { sessionEnds, sessionPolls } from './session-history.ts'

/**
 * The last days of every session, or of those of one circuit or gateway: as many questions to the database for one as for all.
 * @throws NotFoundError
 */
export async function getSessionUptime(
  db: Db,
  { days, scope: asked }: Pick<SessionUptimeParameters, 'days' | 'scope'>,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'sessionUptime'>> {
  const q = queryable(db)
  const scope = await resolveScope(q, asked)
  const period = lastDays(days, now)
  const sessions = await sampledSessions(q, { scope, ...period })
  const estate = await readTopology(q)
  const gapsOf = await readGaps(q, sessions, period)
  const sequences: UptimeDays[][] = []
  const known = new Map<string, number>()
  const sequenceOf = (session: SampledSessionRow): number => {
    const gaps = gapsOf(session)
    const key = steadyKey(session, gaps, period)
    const found = key === null ? undefined : known.get(key)
    if (found !== undefined) return found
    const parts = sessionParts(session.intervals.map(sampled), gaps.times, period)
    const place = sequences.push(alikeTogether(daysOf(period, { parts, inPart: [] }))) - 1
    if (key !== null) known.set(key, place)
    return place
  }
  const listed = sessions.flatMap((session) => {
    const ends = sessionEnds(session, estate)
    return ends ? [{ ...ends, sequence: sequenceOf(session) }] : []
  })
  return {
    data: { sequences, sessions: listed },
    ...ageOf(pollsOf(await readSources(q, scope), sessionPolls), now),
  }
}

export interface SessionTimes extends NonNullable<ReturnType<typeof sessionEnds>> {
  parts: PeriodPart[]
}

/** How every session of circuits and gateways was in a period, part by part. @param scopes short ids @returns by short id */
export async function sessionTimes(q: Queryable, scopes: readonly string[], period: Period, estate: Topology) {
  const sessions = await sampledSessions(q, { scope: scopes, ...period })
  const gapsOf = await readGaps(q, sessions, period)
  const times = sessions.flatMap((session) => {
    const ends = sessionEnds(session, estate)
    const parts = sessionParts(session.intervals.map(sampled), gapsOf(session).times, period)
    return ends ? [{ ...ends, parts, of: session.scope }] : []
  })
  return Map.groupBy(times, ({ of }) => of)
}

/** When a session was not seen. */
interface Gaps {
  /** the same for all sessions of one source with these same gaps */
  key: string
  times: readonly Bounds[]
}

/** What sessions have in common that were in one state throughout, so that their days are divided once; null = it changed. */
function steadyKey({ intervals: [only, ...others] }: SampledSessionRow, gaps: Gaps, { from }: Period): string | null {
  if (!only || others.length > 0 || only.until !== null || only.since.latest > from) return null
  return `${gaps.key} ${sampled(only).is}`
}

/** When nobody saw a session: no good poll of its source, or a good one in which its instance did not report. */
export async function readGaps(
  q: Queryable,
  sessions: readonly SampledSessionRow[],
  period: Period,
): Promise<(session: SampledSessionRow) => Gaps> {
  const sourcesOf = (kind: SampledSessionRow['kind']) => [
    ...new Set(sessions.filter((one) => one.kind === kind).map(({ sourceId }) => sourceId)),
  ]
  const unseen = {
    peers: await unseenBySource(q, { kind: 'peers', sources: sourcesOf('peers'), ...period }),
    summary: await unseenBySource(q, { kind: 'summary', sources: sourcesOf('summary'), ...period }),
  }
  const silent = await silentTimes(q, { sources: sourcesOf('peers'), ...period })
  const made = new Map<string, Gaps>()
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

/** As {@link sessionParts} reads an interval. */
export const sampled = ({
  state,
  since,
  until,
  establishedAt,
}: SampledSessionRow['intervals'][number]): SampledInterval => ({
  is: state === 'established' ? 'up' : state === 'unknown' ? 'unknown' : 'down',
  since,
  until,
  establishedAt,
})
