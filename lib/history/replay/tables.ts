import type { ResourceColumns } from '../read/config/resources.ts'
import type {
  ArpRow,
  InventoryRows,
  ResourceRow,
  RouteAttributes,
  RouteRow,
  ActivityRow,
  EpochMs,
  ServiceHealthNotice,
} from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { canonicalizeDatabasePrefix } from '../record/routes/route-table.ts'
import { formatIsoTime, type PresenceBoundColumns } from '../times.ts'
import { readReplaySessions } from './sessions.ts'
import { createOverlapCondition, wasIntervalValueReadByPoll, PRESENCE_BOUND_COLUMNS } from './replay-spans.ts'
import { convertToPresenceBounds } from '../read/span-row.ts'
import { type ReplayTableRequest, EMPTY_LOCAL_ADDRESSES, type ReplayableSourceRows } from './replay-table.ts'
import type { StoredIntervalBounds } from '../read/as-of.ts'

/** Reads the stored rows of a (source, kind) for a replay; null for all other kinds. Counters are read elsewhere. */
export async function readReplayTable(
  db: SqlExecutor,
  asked: ReplayTableRequest,
): Promise<ReplayableSourceRows | null> {
  switch (asked.kind) {
    case 'peers':
    case 'summary':
      return readReplaySessions(db, asked)
    case 'learned':
    case 'tables':
      return readRoutes(db, asked)
    case 'arp':
      return readArp(db, asked)
    case 'inventory':
      return readInventory(db, asked)
    case 'activity':
      return replayedActivity(db, asked)
    default:
      return null
  }
}

async function readRoutes(
  db: SqlExecutor,
  { sourceId, kind, from, to }: ReplayTableRequest,
): Promise<ReplayableSourceRows> {
  const { rows } = await db.query<
    PresenceBoundColumns & { instance: string; peer: string; prefix: string; attributes: RouteAttributes[] }
  >(
    `SELECT r.instance, r.peer, r.prefix::text AS prefix, a.attributes, ${PRESENCE_BOUND_COLUMNS}
     FROM route r JOIN route_span x ON (x.source_id, x.route_id) = (r.source_id, r.id)
     JOIN route_attributes a ON (a.source_id, a.id) = (x.source_id, x.attributes_id)
     WHERE r.source_id = $1 AND r.kind = $2 AND ${createOverlapCondition(3, 4)} ORDER BY r.id, x.first_present`,
    [sourceId, kind, formatIsoTime(from), formatIsoTime(to)],
  )
  const routes = rows.map((row) => ({
    ...convertToPresenceBounds(row),
    instance: row.instance,
    rows: row.attributes.map(
      (attributes): RouteRow => ({
        ...attributes,
        instance: row.instance || null,
        peer: row.peer || null,
        prefix: canonicalizeDatabasePrefix(row.prefix),
      }),
    ),
  }))
  return {
    spans: routes,
    rowsAt: (poll) =>
      routes
        .filter(
          (route) =>
            wasIntervalValueReadByPoll(route, poll.finishedAt) && !poll.silentInstances.includes(route.instance),
        )
        .flatMap(({ rows: members }) => members),
    localAddresses: EMPTY_LOCAL_ADDRESSES,
  }
}

async function readArp(db: SqlExecutor, { sourceId, from, to }: ReplayTableRequest): Promise<ReplayableSourceRows> {
  const { rows } = await db.query<
    PresenceBoundColumns & { interface: string; ip_address: string; mac_address: string | null }
  >(
    `SELECT e.interface, e.ip_address, x.mac_address, ${PRESENCE_BOUND_COLUMNS}
     FROM arp_entry e JOIN arp_span x ON (x.source_id, x.entry_id) = (e.source_id, e.id)
     WHERE e.source_id = $1 AND ${createOverlapCondition(2, 3)} ORDER BY e.id, x.first_present`,
    [sourceId, formatIsoTime(from), formatIsoTime(to)],
  )
  const entries = rows.map((row) => ({
    ...convertToPresenceBounds(row),
    row: {
      ageMinutes: null,
      interface: row.interface,
      ipAddress: row.ip_address,
      macAddress: row.mac_address,
    } satisfies ArpRow,
  }))
  return {
    spans: entries,
    rowsAt: ({ finishedAt }) =>
      entries.filter((entry) => wasIntervalValueReadByPoll(entry, finishedAt)).map(({ row }) => row),
    localAddresses: EMPTY_LOCAL_ADDRESSES,
  }
}

async function readInventory(
  db: SqlExecutor,
  { sourceId, from, to }: ReplayTableRequest,
): Promise<ReplayableSourceRows> {
  const { rows } = await db.query<PresenceBoundColumns & ResourceColumns & { config: Record<string, unknown> }>(
    `SELECT r.arm_id, r.type, r.name, r.subscription_id, r.resource_group, r.location, x.config, ${PRESENCE_BOUND_COLUMNS}
     FROM resource_span x JOIN resource r ON r.id = x.resource_id
     WHERE ${createOverlapCondition(2, 3)}
       AND (r.listed_by = $1 OR EXISTS (SELECT FROM resource_history h WHERE (h.source_id, h.resource_id) = ($1, r.id)))
     ORDER BY r.id, x.first_present`,
    [sourceId, formatIsoTime(from), formatIsoTime(to)],
  )
  const resources = rows.map((row) => ({
    ...convertToPresenceBounds(row),
    row: {
      resourceId: row.arm_id,
      type: row.type,
      name: row.name,
      subscriptionId: row.subscription_id,
      resourceGroup: row.resource_group,
      location: row.location,
      config: row.config,
    } satisfies ResourceRow,
  }))
  const listedTypes = [...new Set(rows.map(({ type }) => type))]
  return {
    spans: resources,
    rowsAt: ({ finishedAt }): InventoryRows => ({
      resources: resources.filter((resource) => wasIntervalValueReadByPoll(resource, finishedAt)).map(({ row }) => row),
      listedTypes,
      failedTypes: [],
    }),
    localAddresses: EMPTY_LOCAL_ADDRESSES,
  }
}

interface Row extends Omit<ActivityRow, 'health'> {
  health: ServiceHealthNotice | null
  readStartedAt: EpochMs | null
  readFinishedAt: EpochMs | null
}

/** An Activity Log entry, and the start of the poll that first read it. */
interface ReadEntry {
  entry: ActivityRow
  from: EpochMs
}

/**
 * Returns the Activity Log entries of a source. Each entry is returned by the poll that first read it, which may be an
 * hour after the event that it explains.
 */
async function replayedActivity(
  db: SqlExecutor,
  { sourceId, from, to }: ReplayTableRequest,
): Promise<ReplayableSourceRows> {
  const rows = await queryRowsInCamelCase<Row>(
    db,
    `SELECT event_data_id, correlation_id, at, submitted_at, operation, status, arm_key AS resource_id, caller, category, health,
            read_started_at, read_finished_at
     FROM activity_entry
     WHERE source_id = $1 AND coalesce(read_started_at, submitted_at, at) BETWEEN $2 AND $3
     ORDER BY coalesce(read_started_at, submitted_at, at), at, event_data_id`,
    [sourceId, formatIsoTime(from), formatIsoTime(to)],
  )
  const entries = rows.map(readEntryOf)
  let done = 0
  return {
    spans: rows.flatMap(readingPoll),
    rowsAt: ({ startedAt }) => {
      const before = done
      while ((entries[done]?.from ?? Infinity) <= startedAt) done += 1
      return entries.slice(before, done).map(({ entry }) => entry)
    },
    localAddresses: EMPTY_LOCAL_ADDRESSES,
  }
}

function readEntryOf({ readStartedAt, readFinishedAt: _, health, ...row }: Row): ReadEntry {
  // if the poll that read an entry is not stored, use the time at which the entry was submitted or, without it, the
  // time of the event
  return { entry: { ...row, ...(health && { health }) }, from: readStartedAt ?? row.submittedAt ?? row.at }
}

/** Returns the poll that first read an entry as an interval, so that the replay uses its exact times. */
function readingPoll({ readStartedAt: start, readFinishedAt: end }: Row): StoredIntervalBounds[] {
  return start && end ? [{ lastAbsent: null, firstPresent: end, lastPresent: start, firstAbsent: null }] : []
}
