import type { EpochMs, NotificationReason, notificationStates, Severity } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { Content, IncidentContent } from './content.ts'

export type NotificationState = (typeof notificationStates)[number]

export interface NewNotification {
  /** derived from the alert, its step and the channel: writing it twice is one notification */
  id: string
  channelId: string
  channelName: string
  /** ids of the alerts that it is about: a channel receives the notifications of one alert in order */
  alerts: readonly string[]
  content: Content
  inReplyTo: string | null
  state: 'held' | 'pending'
  createdAt: EpochMs
}

/** Due at once, whichever process has the right clock. */
export async function addNotification(db: Queryable, added: NewNotification): Promise<void> {
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

/** Single notices written for a channel since then, and how many are held for its digest. */
export async function loadOf(
  db: Queryable,
  channelId: string,
  since: EpochMs,
): Promise<{ single: number; held: number }> {
  const { rows } = await db.query<{ single: number; held: number }>(
    `SELECT count(*) FILTER (WHERE state NOT IN ('held', 'in_digest') AND reason NOT IN ('digest', 'test'))::int AS single,
            count(*) FILTER (WHERE state = 'held')::int AS held
     FROM notification WHERE channel_id = $1 AND (created_at > $2 OR state = 'held')`,
    [channelId, iso(since)],
  )
  return rows[0] ?? { single: 0, held: 0 }
}

/** Channels with held notices, and since when. */
export async function heldSince(db: Queryable): Promise<{ channelId: string; since: EpochMs }[]> {
  const { rows } = await db.query<{ channel_id: string; since: Date }>(
    `SELECT channel_id, min(created_at) AS since FROM notification WHERE state = 'held' GROUP BY channel_id ORDER BY channel_id`,
  )
  return rows.map(({ channel_id, since }) => ({ channelId: channel_id, since: since.getTime() }))
}

export interface Held {
  id: string
  channelName: string
  alerts: string[]
  content: IncidentContent
}

/** The held notices of a channel, locked, in the order of their decisions. */
export async function takeHeld(db: Queryable, channelId: string): Promise<Held[]> {
  const { rows } = await db.query<{ id: string; channel_name: string; alerts: string[]; content: IncidentContent }>(
    `SELECT id, channel_name, alerts, content FROM notification
     WHERE channel_id = $1 AND state = 'held' ORDER BY seq FOR UPDATE`,
    [channelId],
  )
  return rows.map(({ channel_name, ...held }) => ({ ...held, channelName: channel_name }))
}

export async function putIntoDigest(db: Queryable, ids: readonly string[], digestId: string): Promise<void> {
  await db.query(`UPDATE notification SET state = 'in_digest', digest_id = $2 WHERE id = ANY($1)`, [ids, digestId])
}

/** Enabled channels with a notification that is due. */
export async function channelsWithWork(db: Queryable, now: EpochMs): Promise<string[]> {
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

export interface Claimed {
  id: string
  inReplyTo: string | null
  content: Content
  createdAt: EpochMs
  /** number of this attempt: the token of the claim */
  attempt: number
}

/**
 * Claims the next notification of a channel for one attempt. It skips a notification while an earlier one of the same alert is pending;
 * of two workers, one gets the claim. It ends by the database's clock: clocks of processes may differ.
 * @param now by the clock of the process, as due times of retries are
 */
export async function claimNext(
  db: Queryable,
  channelId: string,
  { now, leaseSeconds }: { now: EpochMs; leaseSeconds: number },
): Promise<Claimed | null> {
  const { rows } = await db.query<{
    id: string
    in_reply_to: string | null
    content: Content
    created_at: Date
    attempts: number
  }>(
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
     RETURNING id, in_reply_to, content, created_at, attempts`,
    [channelId, iso(now), leaseSeconds],
  )
  const [row] = rows
  if (!row) return null
  const { id, in_reply_to, content, created_at, attempts } = row
  return { id, inReplyTo: in_reply_to, content, createdAt: created_at.getTime(), attempt: attempts }
}

/** Extends a claim while its attempt is in progress. @returns false if another attempt has begun, or the message is settled */
export async function renewClaim(
  db: Queryable,
  { id, attempt }: Pick<Claimed, 'id' | 'attempt'>,
  leaseSeconds: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE notification SET lease_until = clock_timestamp() + make_interval(secs => $3)
     WHERE id = $1 AND attempts = $2 AND state = 'pending' AND lease_until IS NOT NULL`,
    [id, attempt, leaseSeconds],
  )
  return rowCount === 1
}

/** A delivery is final, whoever holds the claim by then. */
export async function markDelivered(db: Queryable, id: string, at: EpochMs): Promise<void> {
  await db.query(
    `UPDATE notification SET state = 'delivered', delivered_at = $2, lease_until = NULL, next_attempt_at = NULL, last_error = NULL
     WHERE id = $1 AND state <> 'delivered'`,
    [id, iso(at)],
  )
}

/** Records a failed attempt, unless another attempt has begun since. @param retryAt null = given up */
export async function markFailed(
  db: Queryable,
  { id, attempt }: Pick<Claimed, 'id' | 'attempt'>,
  error: string,
  retryAt: EpochMs | null,
): Promise<void> {
  await db.query(
    `UPDATE notification
     SET state = CASE WHEN $4::timestamptz IS NULL THEN 'failed' ELSE 'pending' END, last_error = $3, next_attempt_at = $4,
         lease_until = NULL
     WHERE id = $1 AND attempts = $2 AND state = 'pending'`,
    [id, attempt, error, iso(retryAt)],
  )
}

/** Drops waiting notifications of all channels but these. */
export async function dropWaiting(db: Queryable, enabled: readonly string[], why: string): Promise<void> {
  await db.query(
    `UPDATE notification SET state = 'dropped', last_error = $2, next_attempt_at = NULL, lease_until = NULL
     WHERE state IN ('pending', 'held') AND channel_id <> ALL($1)`,
    [enabled, why],
  )
}

/** Logs a test, which bypasses the outbox, before it is sent: until {@link logTestResult} it has failed. */
export async function logTest(
  db: Queryable,
  { id, channelId, channelName, content }: Pick<NewNotification, 'id' | 'channelId' | 'channelName' | 'content'>,
  at: EpochMs,
): Promise<void> {
  await db.query(
    `INSERT INTO notification (id, channel_id, channel_name, reason, severity, alerts, content, state, created_at, attempted_at, attempts)
     VALUES ($1, $2, $3, $4, $5, '{}', $6, 'failed', $7, $7, 1)`,
    [id, channelId, channelName, content.reason, content.severity, JSON.stringify(content), iso(at)],
  )
}

/** @param error null = delivered */
export async function logTestResult(db: Queryable, id: string, at: EpochMs, error: string | null): Promise<void> {
  await db.query(
    `UPDATE notification SET state = CASE WHEN $3::text IS NULL THEN 'delivered' ELSE 'failed' END, last_error = $3,
            delivered_at = CASE WHEN $3::text IS NULL THEN $2::timestamptz END
     WHERE id = $1`,
    [id, iso(at), error],
  )
}

/** The tests of all channels since then, oldest first. */
export async function testsSince(db: Queryable, since: EpochMs): Promise<{ channelId: string; at: EpochMs }[]> {
  const { rows } = await db.query<{ channel_id: string; created_at: Date }>(
    `SELECT channel_id, created_at FROM notification WHERE reason = 'test' AND created_at > $1 ORDER BY created_at`,
    [iso(since)],
  )
  return rows.map(({ channel_id, created_at }) => ({ channelId: channel_id, at: created_at.getTime() }))
}

/** Deletes old entries of the log; waiting notifications stay. */
export async function pruneLog(db: Queryable, before: EpochMs): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM notification WHERE created_at < $1 AND state NOT IN ('pending', 'held')`,
    [iso(before)],
  )
  return rowCount ?? 0
}

export interface LoggedNotification {
  id: string
  channelId: string
  channelName: string
  reason: NotificationReason
  severity: Severity
  content: Content
  state: NotificationState
  digestId: string | null
  createdAt: Date
  deliveredAt: Date | null
  nextAttemptAt: Date | null
  attempts: number
  lastError: string | null
  seq: string
}

/** The log, newest first. @param before seq of the last entry of the page before */
export async function loggedNotifications(
  db: Queryable,
  query: { channelId: string | null; state: NotificationState | null; before: string | null; limit: number },
): Promise<LoggedNotification[]> {
  const { rows } = await db.query<LoggedNotification>(
    `SELECT id, channel_id AS "channelId", channel_name AS "channelName", reason, severity, content, state,
            digest_id AS "digestId", created_at AS "createdAt", delivered_at AS "deliveredAt",
            next_attempt_at AS "nextAttemptAt", attempts, last_error AS "lastError", seq
     FROM notification
     WHERE ($1::text IS NULL OR channel_id = $1) AND ($2::text IS NULL OR state = $2) AND ($3::bigint IS NULL OR seq < $3)
     ORDER BY seq DESC LIMIT $4`,
    [query.channelId, query.state, query.before, query.limit],
  )
  return rows
}

export interface ChannelTraffic {
  channelId: string
  waiting: number
  lastAttemptAt: Date | null
  lastDelivered: boolean | null
  lastError: string | null
}

/** Per channel: waiting notifications and the result of the newest attempt. */
export async function channelTraffic(db: Queryable): Promise<ChannelTraffic[]> {
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

const iso = (at: EpochMs | null) => (at === null ? null : new Date(at).toISOString())
