import { type Bounds, type EpochMs, peeringKind } from '#lib/contract/index.ts'
import type { ResponseOf, SessionAvailabilityParameters } from '../api/index.ts'
import { availabilityOf } from '#lib/detection/index.ts'
import { type CoverageRow, coverageIntervals, type Page, type SessionIntervalRow } from '#lib/history/index.ts'
import { sessionHistory } from '../store/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import {
  type Covered,
  coveredBetween,
  type Db,
  queryable,
  readTopology,
  freshnessOf,
  lastGoodAt,
  pollsOf,
  readSources,
  keptRange,
  resolveScope,
  durationSeconds,
  iso,
} from '#lib/questions/index.ts'

import { SESSION_RANGE_MS, sessionEnds, sessionPolls } from './session-history.ts'
import { sampled } from './session-uptime.ts'

const ROWS_AT_ONCE = 2_000

/** How much of a range each session of a circuit or gateway was up, as bounds, by their addresses. */
export async function getSessionAvailability(
  db: Db,
  parameters: SessionAvailabilityParameters,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'sessionAvailability'>> {
  const q = queryable(db)
  const scope = await resolveScope(q, parameters.scope)
  const { from, to } = keptRange(parameters, now, SESSION_RANGE_MS)
  const rows = await everyPage((cursor) => sessionHistory(q, { scope, from, to, limit: ROWS_AT_ONCE, cursor }))
  const polls = await everyPage((cursor) =>
    coverageIntervals(q, { scope, kind: 'peers', from, to, limit: ROWS_AT_ONCE, cursor }),
  )
  const estate = await readTopology(q)
  const sources = await readSources(q, scope)
  const covered = await coveredBetween(q, { scope, kinds: sessionPolls, from, to, now })
  const lastGood = new Map(sources.map(({ sourceId, poll }) => [`${sourceId} ${poll.kind}`, lastGoodAt(poll)]))
  const data = [
    ...Map.groupBy(rows, ({ sourceId, kind, localAddress, neighbor }) =>
      [sourceId, kind, localAddress, neighbor].join(' '),
    ).values(),
  ].flatMap((own) => {
    const [newest] = own
    const ends = newest && sessionEnds(newest, estate)
    if (!newest || !ends) return []
    const gaps = [...gapsOf(covered, newest), ...silences(polls, newest, now)]
    // what came after the last good poll is not known; where polls have failed since, that is a gap already
    const isInGap = gaps.some(({ latest }) => latest >= Math.min(to, now))
    const last = lastGood.get(`${newest.sourceId} ${newest.kind}`) ?? to
    const until = Math.max(from, isInGap ? to : Math.min(to, last))
    const known = availabilityOf(own.toReversed().map(sampled), gaps, { earliest: from, latest: until })
    return [
      {
        ...ends,
        from: iso(from),
        to: iso(until),
        up: durationSeconds(known.up),
        down: durationSeconds(known.down),
        notListedSeconds: known.absentMs / 1_000,
        unknownSeconds: known.unknownMs / 1_000,
      },
    ]
  })
  const byEnds = data.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  return { data: byEnds, asOf: iso(now), freshness: freshnessOf(pollsOf(sources, sessionPolls), now), ...covered }
}

async function everyPage<Row>(read: (cursor: string | undefined) => Promise<Page<Row>>): Promise<Row[]> {
  const all: Row[] = []
  for (let cursor: string | undefined; ; ) {
    const { rows, nextCursor } = await read(cursor)
    all.push(...rows)
    if (nextCursor === null) return all
    cursor = nextCursor
  }
}

/** By whose polls a session is known: a gateway's, or those of one path of a circuit. */
const gapsOf = ({ uncovered }: Covered, row: SessionIntervalRow) =>
  uncovered
    .filter(
      ({ scope, kind, peering = null, path = null }) =>
        scope === row.scope && kind === row.kind && path === row.path && peering === peeringKind(row.peering),
    )
    .map(({ from, to }) => ({ earliest: Date.parse(from), latest: Date.parse(to) }))

/** When polls were good and the session's instance did not report, from the poll before to the one after. */
function silences(polls: readonly CoverageRow[], row: SessionIntervalRow, now: EpochMs): Bounds[] {
  if (row.kind !== 'peers') return []
  const own = polls.filter(({ sourceId }) => sourceId === row.sourceId)
  return own.flatMap(({ silentInstances, from }, n) =>
    silentInstances.includes(row.localAddress)
      ? [{ earliest: own[n + 1]?.to ?? from, latest: own[n - 1]?.from ?? now }]
      : [],
  )
}

const keyOf = (one: { path: string | null; localAddress: string; neighbor: string }) =>
  `${one.path ?? ''} ${one.localAddress} ${one.neighbor}`
