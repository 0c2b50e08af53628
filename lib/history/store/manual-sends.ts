import type { EpochMs } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs } from '../times.ts'
import type { StoredSend } from '../types.ts'

/** A message about an incident that a user sends manually. */
interface NewSend extends Pick<StoredSend, 'channelId' | 'channelName' | 'by' | 'at' | 'note'> {
  notificationId: string
  incidentId: string
  /** key of the part of the estate that the channel's recipients may see */
  audience: string
}

/** Stores a manual send, in the transaction that queues its message. */
export async function addManualSend(client: SqlExecutor, send: NewSend): Promise<void> {
  const { notificationId, incidentId, channelId, channelName, audience, by, at, note } = send
  await client.query(
    `INSERT INTO incident_send (notification_id, incident_id, channel_id, channel_name, audience, sent_by, sent_at, note)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [notificationId, incidentId, channelId, channelName, audience, by, formatIsoTime(at), note],
  )
}

/**
 * Returns the ID of the newest message that the same user sent about the same incident to the same channel with the
 * same note since a moment; null = none.
 */
export async function findSameManualSend(
  client: SqlExecutor,
  { incidentId, channelId, by, note }: Pick<NewSend, 'incidentId' | 'channelId' | 'by' | 'note'>,
  since: EpochMs,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT notification_id AS id FROM incident_send
     WHERE incident_id = $1 AND channel_id = $2 AND sent_by = $3 AND note IS NOT DISTINCT FROM $4 AND sent_at > $5
     ORDER BY sent_at DESC LIMIT 1`,
    [incidentId, channelId, by, note, formatIsoTime(since)],
  )
  return rows[0]?.id ?? null
}

/** Returns the times of manual sends since a moment, oldest first. */
export async function readManualSendTimes(client: SqlExecutor, since: EpochMs): Promise<EpochMs[]> {
  const { rows } = await client.query<{ at: Date }>(
    'SELECT sent_at AS at FROM incident_send WHERE sent_at > $1 ORDER BY sent_at',
    [formatIsoTime(since)],
  )
  return rows.map(({ at }) => toEpochMs(at))
}

/** Returns the manual sends of an incident with their delivery state, oldest first. */
export async function readManualSendsOfIncident(db: SqlExecutor, incidentId: string): Promise<StoredSend[]> {
  return queryRowsInCamelCase(
    db,
    `SELECT channel_id, channel_name, sent_by AS by, sent_at AS at, note, state, delivered_at
     FROM incident_sent WHERE incident_id = $1 ORDER BY sent_at`,
    [incidentId],
  )
}
