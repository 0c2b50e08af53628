import type { EpochMs } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { ALERTING_PROOF_CHANNEL_ID } from './channels.ts'
import type { MessageContent, IncidentContent } from '../content.ts'

// This file treats the outbox as a queue. It uses plain SQL, because claims depend on the database's clock and lock
// rows. The functions that change a notification's state are in `outbox.ts`.

export interface NewNotification {
  /**
   * ID that depends on the alert, the notice and the channel, so that a repeated write creates no second notification
   */
  id: string
  channelId: string
  channelName: string
  /**
   * IDs of the alerts that the notification is about. Notifications about the same alert are delivered to a channel in
   * order
   */
  alerts: readonly string[]
  content: MessageContent
  inReplyTo: string | null
  state: 'held' | 'pending'
  createdAt: EpochMs
}

/**
 * Adds a notification to the outbox. A pending notification is due immediately, also if the clock of this process is
 * ahead of the database.
 */
export async function addNotification(db: SqlExecutor, added: NewNotification): Promise<void> {
  const { id, channelId, channelName, alerts, content, inReplyTo, state, createdAt } = added
  await db.query(
    `INSERT INTO notification (id, channel_id, channel_name, reason, severity, alerts, content, in_reply_to, state, created_at,
                               next_attempt_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
             CASE WHEN $9 = 'pending' THEN least($10::timestamptz, clock_timestamp()) END)
     ON CONFLICT (id) DO NOTHING`,
    [
      id,
      channelId,
      channelName,
      content.reason,
      content.severity,
      alerts,
      JSON.stringify(content),
      inReplyTo,
      state,
      iso(createdAt),
    ],
  )
}

/** Returns the content of a channel's newest notification about an alert; null if there is none. */
export async function findNewestContent(
  db: SqlExecutor,
  channelId: string,
  alertId: string,
): Promise<MessageContent | null> {
  const { rows } = await db.query<{ content: MessageContent }>(
    'SELECT content FROM notification WHERE channel_id = $1 AND alerts @> ARRAY[$2] ORDER BY seq DESC LIMIT 1',
    [channelId, alertId],
  )
  return rows[0]?.content ?? null
}

/**
 * Deletes a notification of the built-in proof channel (for test alerts) from the outbox.
 * @returns error of its last attempt; null = no attempt failed, or the notification does not exist
 */
export async function deleteAlertingProofNotification(db: SqlExecutor, id: string): Promise<string | null> {
  const { rows } = await db.query<{ lastError: string | null }>(
    `DELETE FROM notification WHERE id = $1 AND channel_id = '${ALERTING_PROOF_CHANNEL_ID}' RETURNING last_error AS "lastError"`,
    [id],
  )
  return rows[0]?.lastError ?? null
}

/**
 * Creates the row of a built-in webhook channel unless it exists. The row has no address, because the sender computes
 * the address of the receiver.
 */
export async function ensureChannelRow(
  db: SqlExecutor,
  { id, name, secret }: { id: string; name: string; secret: string },
): Promise<void> {
  await db.query(
    `INSERT INTO notify_channel (id, name, kind, target, secret, filters, enabled, position, created_at, updated_at)
     VALUES ($1, $2, 'webhook', '{}', $3, $4, true, 0, clock_timestamp(), clock_timestamp()) ON CONFLICT (id) DO NOTHING`,
    [id, name, secret, JSON.stringify({ minSeverity: 'critical', scopes: [], kinds: [], owners: [] })],
  )
}

export interface HeldNotification {
  id: string
  channelName: string
  alerts: string[]
  content: IncidentContent
}

/** Returns the held notices of a channel in the order in which they were decided, and locks their rows. */
export async function lockHeldNotifications(db: SqlExecutor, channelId: string): Promise<HeldNotification[]> {
  return queryRowsInCamelCase(
    db,
    `SELECT id, channel_name, alerts, content FROM notification
     WHERE channel_id = $1 AND state = 'held' ORDER BY seq FOR UPDATE`,
    [channelId],
  )
}

/** Returns the IDs of enabled channels with a due notification that no worker has claimed. */
export async function findChannelsWithDueMessages(db: SqlExecutor, now: EpochMs): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT c.id FROM notify_channel c
     WHERE c.enabled AND EXISTS (
       SELECT FROM notification n WHERE n.channel_id = c.id AND n.state = 'pending' AND n.next_attempt_at <= $1
         AND (n.lease_until IS NULL OR n.lease_until <= clock_timestamp()))
     ORDER BY c.id`,
    [iso(now)],
  )
  return rows.map(({ id }) => id)
}

export interface ClaimedNotification extends Pick<NewNotification, 'id' | 'inReplyTo' | 'content' | 'createdAt'> {
  /** number of this attempt, from 1. It also identifies the claim, because each claim increases it */
  attempt: number
}

/**
 * Claims the next due notification of a channel for one attempt. Skips a notification while an earlier one about the
 * same alert is pending. Only one of several workers gets the claim. The expiry of the claim is measured by the
 * database's clock, because the clocks of processes may differ.
 * @param now time by the clock of the process, which also sets the due times of retries
 */
export async function claimNextNotification(
  db: SqlExecutor,
  channelId: string,
  { now, leaseSeconds }: { now: EpochMs; leaseSeconds: number },
): Promise<ClaimedNotification | null> {
  const [claimed] = await queryRowsInCamelCase<ClaimedNotification>(
    db,
    `UPDATE notification
     SET lease_until = clock_timestamp() + make_interval(secs => $3), attempts = attempts + 1, attempted_at = $2
     WHERE id = (
       SELECT id FROM notification n
       WHERE channel_id = $1 AND state = 'pending' AND next_attempt_at <= $2
         AND (lease_until IS NULL OR lease_until <= clock_timestamp())
         AND NOT EXISTS (
           SELECT FROM notification e
           WHERE e.channel_id = $1 AND e.state = 'pending' AND e.seq < n.seq AND e.alerts && n.alerts)
       ORDER BY seq LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING id, in_reply_to, content, created_at, attempts AS attempt`,
    [channelId, iso(now), leaseSeconds],
  )
  return claimed ?? null
}

/**
 * Extends a claim while its attempt is in progress.
 * @returns false if another attempt has begun, or the notification is no longer pending
 */
export async function renewClaim(
  db: SqlExecutor,
  { id, attempt }: Pick<ClaimedNotification, 'id' | 'attempt'>,
  leaseSeconds: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE notification SET lease_until = clock_timestamp() + make_interval(secs => $3)
     WHERE id = $1 AND attempts = $2 AND state = 'pending' AND lease_until IS NOT NULL`,
    [id, attempt, leaseSeconds],
  )
  return rowCount === 1
}

export interface ChannelTraffic {
  channelId: string
  waiting: number
  lastAttemptAt: Date | null
  lastDelivered: boolean | null
  lastError: string | null
}

/** Returns, for each channel, the number of waiting notifications and the result of the newest attempt. */
export async function readChannelTraffic(db: SqlExecutor): Promise<ChannelTraffic[]> {
  const { rows } = await db.query<ChannelTraffic>(
    `SELECT c.id AS "channelId",
            (SELECT count(*)::int FROM notification n WHERE n.channel_id = c.id AND n.state IN ('pending', 'held')) AS waiting,
            l.attempted_at AS "lastAttemptAt", l.state = 'delivered' AS "lastDelivered", l.last_error AS "lastError"
     FROM notify_channel c
     LEFT JOIN LATERAL (
       SELECT n.attempted_at, n.state, n.last_error FROM notification n
       WHERE n.channel_id = c.id AND n.attempted_at IS NOT NULL AND (n.last_error IS NOT NULL OR n.state = 'delivered')
       ORDER BY n.attempted_at DESC LIMIT 1) l ON true`,
  )
  return rows
}

const iso = (at: EpochMs) => new Date(at).toISOString()
