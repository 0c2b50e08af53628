import { readIncidentById, type StoredEvent } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { RecordedIncident } from './compare.ts'

/** Longest time until an event settles: critical events settle after 20 s, others after two polls of 5 s. */
const SETTLES_MS = 20_000

/**
 * Reports whether an event may cause a notification (docs/rules/notifications.md 1). This does not use the product's
 * code, so that both are compared.
 */
const counts = ({ partOf, severity, flags, kind }: StoredEvent) =>
  partOf === null &&
  severity !== 'info' &&
  kind !== 'nothing_polled' &&
  !flags.some((flag) => flag === 'unconfirmed' || flag.startsWith('maintenance:'))

/** Returns the incidents that opened since a time, as they are recorded now. */
export async function recordedIncidents(db: Database, since: number): Promise<RecordedIncident[]> {
  const { rows } = await db.pool.query<{ id: string }>('SELECT id FROM incident WHERE opened_at >= $1', [
    new Date(since),
  ])
  const found: RecordedIncident[] = []
  for (const { id } of rows) {
    const one = await readIncidentById(db.pool, id)
    if (!one) continue
    const settles = one.events.filter(counts).map(({ detectedAt }) => detectedAt + SETTLES_MS)
    found.push({
      id,
      title: `${one.events[0]?.kind ?? 'no event'} ${one.incident.scopeName}`,
      settledAt: settles.length === 0 ? null : Math.min(...settles),
      closedAt: one.incident.closedAt,
    })
  }
  return found
}

export interface NotificationOutboxContent {
  delivered: { id: string; createdAt: number; attempts: number }[]
  /** number of messages that were not delivered, by state */
  others: Record<string, number>
}

export async function readNotificationOutboxSince(db: Database, since: number): Promise<NotificationOutboxContent> {
  const { rows } = await db.pool.query<{ id: string; state: string; created_at: Date; attempts: number }>(
    'SELECT id, state, created_at, attempts FROM notification WHERE created_at >= $1',
    [new Date(since)],
  )
  const delivered = rows.filter(({ state }) => state === 'delivered')
  const others = Object.groupBy(
    rows.filter(({ state }) => state !== 'delivered'),
    ({ state }) => state,
  )
  return {
    delivered: delivered.map(({ id, created_at, attempts }) => ({ id, createdAt: created_at.getTime(), attempts })),
    others: Object.fromEntries(Object.entries(others).map(([state, list]) => [state, list?.length ?? 0])),
  }
}

/** Reports whether all notifications have been sent, so that none is held or pending. */
export async function isSent(db: Database): Promise<boolean> {
  const { rows } = await db.pool.query(`SELECT FROM notification WHERE state IN ('pending', 'held') LIMIT 1`)
  return rows.length === 0
}

export async function countEventsOfKindSince(db: Database, kind: string, since: number): Promise<number> {
  const { rows } = await db.pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM event WHERE kind = $1 AND detected_at >= $2',
    [kind, new Date(since)],
  )
  return rows[0]?.n ?? 0
}
