import { formatAsPath } from '#lib/bgp/index.ts'
import { hash } from 'node:crypto'
import type { Observation, PollKind, RouteRow } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { metricSeries } from '../read/metric-series.ts'
import { ARP_COLUMNS, type ArpEntry, arpEntryOf, type ArpEntryRow } from '../record/arp.ts'
import { COUNTER_COLUMNS, type LatestCounter } from '../record/counters.ts'
import type { MetricSeries } from '../record/metric-series.ts'
import {
  POLL_STATE_COLUMNS,
  POLL_STATE_TABLES,
  type PollState,
  pollStateOf,
  type PollStateRow,
} from '../record/poll-state.ts'
import { SESSION_COLUMNS, type Session, sessionOf, type SessionRow } from '../record/session-rows.ts'
import { isRouteKind } from '../record/route-kinds.ts'
import type { ConnectionLive } from '../types.ts'

/** What a (source, kind) left in history with its last poll, as far as the next one is compared with it. */
export interface LastPoll {
  state: PollState
  sessions: readonly Session[]
  arp: readonly ArpEntry[]
  counters: readonly LatestCounter[]
  /** null = a connection of which nothing is current, or no connection */
  live: ConnectionLive | null
  /** of metrics, every series of the source */
  series: readonly MetricSeries[]
  /** of a route table, {@link routesDigest}; null = unknown, or another kind */
  routes: string | null
}

type RecordedPoll = { sourceId: number; observation: Observation }

/**
 * Reads what polls have left that were just recorded, each table in one statement. Nobody else may record these kinds of these sources
 * meanwhile: the caller knows by their leases, and finds out at the latest when it writes.
 * @returns in the order given; null where there is nothing
 */
export async function loadLastPolls(db: Queryable, polls: readonly RecordedPoll[]): Promise<(LastPoll | null)[]> {
  const sourcesOf = (...kinds: PollKind[]) =>
    polls.flatMap(({ sourceId, observation }) => (kinds.includes(observation.kind) ? [sourceId] : []))
  const states = await loadStates(db, polls)
  const sessions = await loadSessions(db, polls)
  const arp = await ofSources<ArpEntryRow>(db, sourcesOf('arp'), `SELECT source_id, ${ARP_COLUMNS} FROM arp_entry`)
  const counters = await ofSources<LatestCounter>(
    db,
    sourcesOf('stats', 'connection'),
    `SELECT source_id, ${COUNTER_COLUMNS} FROM counter`,
  )
  const live = await ofSources<{ state: ConnectionLive | null }>(
    db,
    sourcesOf('connection'),
    'SELECT source_id, state FROM connection_state',
  )
  const series = await metricSeries(db, sourcesOf('metrics', 'probe'))
  return polls.map(({ sourceId, observation }) => {
    const { kind } = observation
    const state = states.get(keyOf(sourceId, kind))
    if (!state) return null
    const isCounted = kind === 'stats' || kind === 'connection'
    return {
      state,
      sessions: sessions.get(keyOf(sourceId, kind)) ?? [],
      arp: kind === 'arp' ? (arp.get(sourceId) ?? []).map(arpEntryOf) : [],
      counters: isCounted ? (counters.get(sourceId) ?? []) : [],
      live: kind === 'connection' ? (live.get(sourceId)?.[0]?.state ?? null) : null,
      series: kind === 'metrics' || kind === 'probe' ? (series.get(sourceId) ?? []) : [],
      routes: routesDigest(observation),
    }
  })
}

/**
 * One text for all tables that history takes for the same; different ones have different texts. Null where the poll does not show a
 * whole route table.
 */
export function routesDigest(observation: Observation): string | null {
  const { kind, outcome } = observation
  if (outcome !== 'ok' || !isRouteKind(kind)) return null
  // a kind of a route table has routes
  const rows = observation.rows as RouteRow[]
  return hash('sha256', rows.map(routeText).toSorted().join('\n'), 'base64')
}

const routeText = ({ instance, peer, prefix, nextHop, origin, weight, localPref, state, ...path }: RouteRow) =>
  JSON.stringify([instance, peer, prefix, nextHop, formatAsPath(path), origin, weight, localPref, state])

const keyOf = (sourceId: number, kind: string) => `${sourceId} ${kind}`

async function loadStates(db: Queryable, polls: readonly RecordedPoll[]): Promise<Map<string, PollState>> {
  const { rows } = await db.query<PollStateRow & { source_id: number; kind: PollKind }>(
    `SELECT p.source_id, p.kind, ${POLL_STATE_COLUMNS} FROM ${POLL_STATE_TABLES}
     JOIN unnest($1::int[], $2::text[]) AS n (source_id, kind) ON p.source_id = n.source_id AND p.kind = n.kind`,
    [polls.map(({ sourceId }) => sourceId), polls.map(({ observation }) => observation.kind)],
  )
  return new Map(rows.map((row) => [keyOf(row.source_id, row.kind), pollStateOf(row.source_id, row.kind, row)]))
}

async function loadSessions(db: Queryable, polls: readonly RecordedPoll[]): Promise<Map<string, Session[]>> {
  const asked = polls.filter(({ observation: { kind } }) => kind === 'peers' || kind === 'summary')
  if (asked.length === 0) return new Map()
  const { rows } = await db.query<SessionRow & { source_id: number; kind: string }>(
    `SELECT s.source_id, s.kind, ${SESSION_COLUMNS}
     FROM session s JOIN unnest($1::int[], $2::text[]) AS n (source, of_kind) ON s.source_id = n.source AND s.kind = n.of_kind
     WHERE s.source_id = ANY ($1::int[])`,
    [asked.map(({ sourceId }) => sourceId), asked.map(({ observation }) => observation.kind)],
  )
  const grouped = Map.groupBy(rows, (row) => keyOf(row.source_id, row.kind))
  return new Map([...grouped].map(([key, found]) => [key, found.map(sessionOf)]))
}

/** @param select rows with `source_id`, without a condition */
async function ofSources<Row extends object>(
  db: Queryable,
  sourceIds: readonly number[],
  select: string,
): Promise<Map<number, (Row & { source_id: number })[]>> {
  if (sourceIds.length === 0) return new Map()
  const { rows } = await db.query<Row & { source_id: number }>(`${select} WHERE source_id = ANY ($1::int[])`, [
    sourceIds,
  ])
  return Map.groupBy(rows, ({ source_id }) => source_id)
}
