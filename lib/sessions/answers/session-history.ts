import { canonicalizeAddress } from '#lib/bgp/index.ts'
import { type EpochMs, parsePeeringType, type PollKind } from '#lib/contract/index.ts'
import type { SessionsEndpointResponse, SessionHistoryParameters } from '../api/index.ts'
import type { SessionIntervalRow } from '#lib/history/index.ts'
import { readPrefixCounts, readSessionHistory } from '../store/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  createRangeResponse,
  type ReadableDatabase,
  getSqlExecutor,
  getCircuitLinks,
  expandByPeering,
  type EstateTopology,
  readTopology,
  judgePollFreshness,
  readSources,
  resolveResourceId,
  isSameIgnoringCase,
} from '#lib/questions/index.ts'

type Interval = SessionsEndpointResponse<'sessionHistory'>['data'][number]

/** The kinds of polls that list sessions: `peers` at gateways, `summary` at circuits. */
export const SESSION_LISTING_POLL_KINDS: readonly PollKind[] = ['peers', 'summary']
/** Length in milliseconds of the time range of history if the request has none: 24 hours. */
export const DEFAULT_HISTORY_RANGE_MS = 24 * 60 * 60_000

const ask = async (db: ReadableDatabase, parameters: SessionHistoryParameters, now: EpochMs) => {
  const scope = await resolveResourceId(getSqlExecutor(db), parameters.scope)
  const asked = createRangeResponse(db, {
    parameters,
    lasting: DEFAULT_HISTORY_RANGE_MS,
    scope,
    kinds: SESSION_LISTING_POLL_KINDS,
    now,
  })
  return { ...asked, estate: await readTopology(asked.q), query: { ...asked.range, limit: parameters.limit } }
}

/** Returns a page of the intervals in which sessions had the same number of prefixes, newest first. */
export async function getPrefixCounts(
  db: ReadableDatabase,
  parameters: SessionHistoryParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<SessionsEndpointResponse<'prefixCounts'>> {
  const { q, query, estate, page } = await ask(db, parameters, now)
  const read = await readPrefixCounts(q, query)
  const views = read.rows.flatMap((row) => {
    const ends = findSessionEnds(row, estate)
    const { prefixesReceived } = row
    return ends ? [{ ...ends, prefixesReceived, from: row.since, to: row.until }] : []
  })
  return page(read, views)
}

/** Returns a page of the intervals in which sessions had the same state, newest first. */
export async function getSessionHistory(
  db: ReadableDatabase,
  parameters: SessionHistoryParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<SessionsEndpointResponse<'sessionHistory'>> {
  const { q, query, estate, page } = await ask(db, parameters, now)
  const read = await readSessionHistory(q, query)
  const stale = new Set(
    (await readSources(q, query.scope))
      .filter(({ poll }) => SESSION_LISTING_POLL_KINDS.includes(poll.kind) && judgePollFreshness(poll, now) === 'stale')
      .map(({ sourceId, poll }) => `${sourceId} ${poll.kind}`),
  )
  return page(
    read,
    read.rows.flatMap((row) => withEnds(row, estate, stale.has(`${row.sourceId} ${row.kind}`))),
  )
}

function withEnds(row: SessionIntervalRow, estate: EstateTopology, isStale: boolean): Interval[] {
  const ends = findSessionEnds(row, estate)
  if (!ends) return []
  return [
    {
      ...ends,
      state: row.state,
      azureState: row.azureState || null,
      from: row.since,
      to: row.until,
      // an interval that has not ended is outdated if its poll no longer succeeds
      known: row.until === null && isStale ? 'stale' : 'observed',
    },
  ]
}

type StoredEnds = Pick<SessionIntervalRow, 'scope' | 'kind' | 'localAddress' | 'neighbor' | 'path' | 'peering'>

/**
 * Returns the addresses at both ends of a stored session. Null if the row of a circuit has a neighbor that is not the
 * customer's router, because such a session does not belong to the circuit.
 */
export function findSessionEnds(
  row: StoredEnds,
  estate: EstateTopology,
): Pick<Interval, 'scope' | 'localAddress' | 'neighbor' | 'peering' | 'path'> | null {
  const neighbor = canonicalizeAddress(row.neighbor) ?? row.neighbor
  const link = linksOf(row, estate).find(({ customer }) => customer === neighbor)
  if (row.kind === 'summary' && !link) return null
  const localAddress = link?.microsoft ?? canonicalizeAddress(row.localAddress) ?? row.localAddress
  const isOfCircuit = row.kind === 'summary'
  return {
    scope: row.scope,
    localAddress,
    neighbor,
    peering: isOfCircuit ? parsePeeringType(row.peering) : null,
    path: isOfCircuit ? row.path : null,
  }
}

function linksOf(row: StoredEnds, estate: EstateTopology) {
  if (row.kind !== 'summary' || row.path === null) return []
  const circuit = estate.circuits.find(({ resource }) => resource.id === row.scope)
  const own = circuit && expandByPeering(circuit).find(({ peering }) => isSameIgnoringCase(peering?.name, row.peering))
  return own ? getCircuitLinks(own, row.path) : []
}
