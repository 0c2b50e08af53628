import { canonicalAddress } from '#lib/bgp/index.ts'
import { type EpochMs, peeringKind, type PollKind } from '#lib/contract/index.ts'
import type { ResponseOf, SessionHistoryParameters, SessionInterval } from '../api/index.ts'
import type { SessionIntervalRow } from '#lib/history/index.ts'
import { sessionHistory } from '../store/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import {
  coveredBetween,
  type Db,
  queryable,
  circuitLinks,
  onEachPeering,
  type Topology,
  readTopology,
  freshnessOf,
  pollFreshness,
  pollsOf,
  readSources,
  keptRange,
  resolveScope,
  isSame,
  iso,
  isoBounds,
  isoBoundsOrNull,
} from '#lib/questions/index.ts'

/** Polls that report sessions. */
export const sessionPolls: readonly PollKind[] = ['peers', 'summary']
/** Default length of a session's history. */
export const SESSION_RANGE_MS = 24 * 60 * 60_000

/** The intervals in which sessions had one state, newest first. */
export async function getSessionHistory(
  db: Db,
  parameters: SessionHistoryParameters,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'sessionHistory'>> {
  const q = queryable(db)
  const scope = await resolveScope(q, parameters.scope)
  const { from, to, cursor, wrap } = keptRange(parameters, now, SESSION_RANGE_MS)
  const page = await sessionHistory(q, { scope, from, to, limit: parameters.limit, cursor })
  const estate = await readTopology(q)
  const sources = await readSources(q, scope)
  const stale = new Set(
    sources
      .filter(({ poll }) => sessionPolls.includes(poll.kind) && pollFreshness(poll, now) === 'stale')
      .map(({ sourceId, poll }) => `${sourceId} ${poll.kind}`),
  )
  return {
    data: page.rows.flatMap((row) => intervalView(row, estate, stale.has(`${row.sourceId} ${row.kind}`))),
    asOf: iso(now),
    freshness: freshnessOf(pollsOf(sources, sessionPolls), now),
    ...(await coveredBetween(q, { scope, kinds: sessionPolls, from, to, now })),
    nextCursor: wrap(page.nextCursor),
  }
}

function intervalView(row: SessionIntervalRow, estate: Topology, isStale: boolean): SessionInterval[] {
  const ends = sessionEnds(row, estate)
  if (!ends) return []
  return [
    {
      ...ends,
      state: row.state,
      azureState: row.azureState || null,
      from: isoBounds(row.since),
      to: isoBoundsOrNull(row.until),
      // a interval that has not ended lasts only as far as its source is still seen
      known: row.until === null && isStale ? 'stale' : 'observed',
    },
  ]
}

type StoredEnds = Pick<SessionIntervalRow, 'scope' | 'kind' | 'localAddress' | 'neighbor' | 'path' | 'peering'>

/** Between whom a stored session stands. Null: of an MSEE's neighbors only the customer's router is one of the circuit. */
export function sessionEnds(
  row: StoredEnds,
  estate: Topology,
): Pick<SessionInterval, 'scope' | 'localAddress' | 'neighbor' | 'peering' | 'path'> | null {
  const neighbor = canonicalAddress(row.neighbor) ?? row.neighbor
  const link = linksOf(row, estate).find(({ customer }) => customer === neighbor)
  if (row.kind === 'summary' && !link) return null
  const localAddress = link?.microsoft ?? canonicalAddress(row.localAddress) ?? row.localAddress
  const isOfCircuit = row.kind === 'summary'
  return {
    scope: row.scope,
    localAddress,
    neighbor,
    peering: isOfCircuit ? peeringKind(row.peering) : null,
    path: isOfCircuit ? row.path : null,
  }
}

function linksOf(row: StoredEnds, estate: Topology) {
  if (row.kind !== 'summary' || row.path === null) return []
  const circuit = estate.circuits.find(({ resource }) => resource.id === row.scope)
  const own = circuit && onEachPeering(circuit).find(({ peering }) => isSame(peering?.name, row.peering))
  return own ? circuitLinks(own, row.path) : []
}
