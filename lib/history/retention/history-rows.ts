import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { iso } from '../times.ts'
import { forgetRoutes } from './forget-routes.ts'

/** Rows of one statement, so that none holds its locks for long. */
const BATCH = 5_000

/** Begin and end of a row's interval, each as bounds. */
interface Kept {
  table: string
  /** a row goes when this lies before the moment */
  until: string
  moments: readonly (readonly [earliest: string, latest: string])[]
}

const interval = (table: string): Kept => ({
  table,
  until: 'first_absent',
  moments: [
    ['coalesce(t.last_absent, t.first_present)', 't.first_present'],
    ['t.last_present', 't.first_absent'],
  ],
})

const tables: readonly Kept[] = [
  ...[
    'session_interval',
    'session_prefixes',
    'route_interval',
    'arp_interval',
    'connection_interval',
    'resource_history',
  ].map(interval),
  { table: 'coverage', until: 'to_at', moments: [['t.from_at', 't.to_at']] },
]

/** Bounds of an event's begin and end; without an end the second one is the first again. */
const eventMoments = [
  ['e.started_earliest', 'e.started_latest'],
  ['coalesce(e.ended_earliest, e.started_earliest)', 'coalesce(e.ended_latest, e.started_latest)'],
] as const

/** Two moments: the later one is where history begins that can be asked for. */
interface KeptFrom {
  /** of intervals and coverage */
  intervals: EpochMs
  /** of events, incidents, counts of changes and Activity Log entries */
  rest: EpochMs
}

/**
 * Deletes what ended before it is kept: events and their incidents, intervals, coverage, Activity Log entries. An event without an end stays while
 * it is the newest of its subject, because it may still be so; and what came before and after an event stays as long as
 * the event does.
 * @returns how many rows are gone, by table
 */
export async function pruneHistory(
  db: Database,
  { intervals, rest }: KeptFrom,
  signal?: AbortSignal,
): Promise<Record<string, number>> {
  const gone: Record<string, number> = { event: 0 }
  const { rows: sources } = await db.pool.query<{ id: number }>('SELECT id FROM source ORDER BY id')
  for (const { id } of sources) {
    if (signal?.aborted) break
    gone.event = (gone.event ?? 0) + (await pruneEvents(db, id, rest))
    for (const kept of tables) {
      const count = await inBatches(db, kept.table, conditionOf(kept), id, intervals)
      gone[kept.table] = (gone[kept.table] ?? 0) + count
      if (kept.table === 'route_interval' && count > 0) await forgetRoutes(db, id, intervals)
    }
    const entries = await inBatches(db, 'activity_entry', 't.at < $2', id, rest)
    gone.activity_entry = (gone.activity_entry ?? 0) + entries
    gone.route_churn = (gone.route_churn ?? 0) + (await inBatches(db, 'route_churn', 't.at < $2', id, rest))
  }
  gone.incident = await pruneIncidents(db, rest)
  const notes = await db.pool.query('DELETE FROM note WHERE coalesce(to_at, from_at) < $1', [iso(rest)])
  gone.note = notes.rowCount ?? 0
  return gone
}

/** With their notes and who took them on, once they were closed before the moment and their last event is gone. */
async function pruneIncidents(db: Database, before: EpochMs): Promise<number> {
  const { rowCount } = await db.pool.query(
    'DELETE FROM incident i WHERE i.closed_at < $1 AND NOT EXISTS (SELECT FROM event e WHERE e.incident_id = i.id)',
    [iso(before)],
  )
  return rowCount ?? 0
}

function pruneEvents(db: Database, sourceId: number, before: EpochMs): Promise<number> {
  const condition = `coalesce(t.ended_latest, t.started_latest) < $2 AND (t.ended_latest IS NOT NULL OR EXISTS (
    SELECT FROM event n WHERE n.scope = t.scope AND n.subject = t.subject AND n.detected_at > t.detected_at))`
  return inBatches(db, 'event', condition, sourceId, before)
}

function conditionOf({ until, moments }: Kept): string {
  const touching = moments.flatMap(([earliest, latest]) =>
    eventMoments.map(([eventLo, eventHi]) => `(${earliest} <= ${eventHi} AND ${latest} >= ${eventLo})`),
  )
  return `t.${until} < $2 AND NOT EXISTS (
    SELECT FROM event e WHERE e.source_id = t.source_id AND e.started_earliest < $2 AND (${touching.join(' OR ')}))`
}

async function inBatches(db: Database, table: string, condition: string, sourceId: number, before: EpochMs) {
  let gone = 0
  for (;;) {
    const { rowCount } = await db.pool.query(
      `DELETE FROM ${table} WHERE ctid = ANY (ARRAY (
         SELECT t.ctid FROM ${table} t WHERE t.source_id = $1 AND ${condition} LIMIT ${BATCH}))`,
      [sourceId, iso(before)],
    )
    gone += rowCount ?? 0
    if ((rowCount ?? 0) < BATCH) return gone
  }
}
