import type { EpochMs, NotificationReason, notificationStates, Severity } from '#lib/contract/index.ts'
import type { Prisma } from '#lib/platform/generated/prisma/client.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { EXCEPT_ALERTING_PROOF_CHANNEL, ALERTING_PROOF_CHANNEL_ID } from './channels.ts'
import type { MessageContent } from '../content.ts'
import type { ClaimedNotification, NewNotification } from './outbox-queue.ts'

type NotificationState = (typeof notificationStates)[number]

/**
 * Returns the number of notices that a channel got one by one since a time, and the number that is held for its digest.
 */
export function countChannelNotices(
  db: SqlExecutor,
  channelId: string,
  since: EpochMs,
): Promise<{ single: number; held: number }> {
  return runWithPrisma(db, async ({ notification }) => ({
    single: await notification.count({
      where: {
        channelId,
        state: { notIn: ['held', 'in_digest'] },
        reason: { notIn: ['digest', 'findings', 'posture', 'sent', 'test'] },
        createdAt: { gt: new Date(since) },
      },
    }),
    held: await notification.count({ where: { channelId, state: 'held' } }),
  }))
}

/** Returns the channels with held notices, each with the time of its oldest held notice. */
export function readOldestHeldNotices(db: SqlExecutor): Promise<{ channelId: string; since: EpochMs }[]> {
  return queryRowsInCamelCase(db, {
    name: 'held_since',
    text: `SELECT channel_id, (extract(epoch FROM min(created_at)) * 1000)::float8 AS since
     FROM notification WHERE state = 'held' GROUP BY 1 ORDER BY 1`,
    values: [],
  })
}

export async function markNotificationsInDigest(
  db: SqlExecutor,
  ids: readonly string[],
  digestId: string,
): Promise<void> {
  await runWithPrisma(db, ({ notification }) =>
    notification.updateMany({ where: { id: { in: [...ids] } }, data: { state: 'in_digest', digestId } }),
  )
}

/** Marks a notification as delivered. This is final, even if another worker has claimed the notification meanwhile. */
export async function markNotificationDelivered(db: SqlExecutor, id: string, at: EpochMs): Promise<void> {
  await runWithPrisma(db, ({ notification }) =>
    notification.updateMany({
      where: { id, state: { not: 'delivered' } },
      data: { state: 'delivered', deliveredAt: new Date(at), leaseUntil: null, nextAttemptAt: null, lastError: null },
    }),
  )
}

/**
 * Records a failed attempt, unless another attempt has begun since then.
 * @param retryAt time of the next attempt; null = no further attempt
 */
export async function markNotificationFailed(
  db: SqlExecutor,
  { id, attempt }: Pick<ClaimedNotification, 'id' | 'attempt'>,
  error: string,
  retryAt: EpochMs | null,
): Promise<void> {
  await runWithPrisma(db, ({ notification }) =>
    notification.updateMany({
      where: { id, attempts: attempt, state: 'pending' },
      data: {
        state: retryAt === null ? 'failed' : 'pending',
        lastError: error,
        nextAttemptAt: retryAt === null ? null : new Date(retryAt),
        leaseUntil: null,
      },
    }),
  )
}

/**
 * Drops the waiting notifications of all channels except the given ones and the built-in proof channel (for test
 * alerts).
 * @param why reason, stored as the notification's error
 */
export async function discardWaitingNotifications(
  db: SqlExecutor,
  enabled: readonly string[],
  why: string,
): Promise<void> {
  await runWithPrisma(db, ({ notification }) =>
    notification.updateMany({
      where: { state: { in: WAITING }, channelId: { notIn: [ALERTING_PROOF_CHANNEL_ID, ...enabled] } },
      data: { state: 'dropped', lastError: why, nextAttemptAt: null, leaseUntil: null },
    }),
  )
}

/**
 * Adds a test to the delivery log before it is sent, because tests do not use the outbox. It counts as failed until
 * {@link logChannelTestResult} is called.
 */
export async function logChannelTest(
  db: SqlExecutor,
  { id, channelId, channelName, content }: Pick<NewNotification, 'id' | 'channelId' | 'channelName' | 'content'>,
  at: EpochMs,
): Promise<void> {
  const begun = new Date(at)
  await runWithPrisma(db, ({ notification }) =>
    notification.create({
      data: {
        id,
        channelId,
        channelName,
        reason: content.reason,
        severity: content.severity,
        alerts: [],
        content: content as unknown as Prisma.InputJsonObject,
        state: 'failed',
        createdAt: begun,
        attemptedAt: begun,
        attempts: 1,
      },
      select: { id: true },
    }),
  )
}

/**
 * Records the result of a test.
 * @param error error of the delivery; null = delivered
 */
export async function logChannelTestResult(
  db: SqlExecutor,
  id: string,
  at: EpochMs,
  error: string | null,
): Promise<void> {
  const data =
    error === null
      ? { state: 'delivered', lastError: null, deliveredAt: new Date(at) }
      : { state: 'failed', lastError: error, deliveredAt: null }
  await runWithPrisma(db, ({ notification }) => notification.updateMany({ where: { id }, data }))
}

/** Returns the tests of all channels since a time, oldest first. */
export async function readChannelTestsSince(
  db: SqlExecutor,
  since: EpochMs,
): Promise<{ channelId: string; at: EpochMs }[]> {
  const tests = await runWithPrisma(db, ({ notification }) =>
    notification.findMany({
      where: { reason: 'test', createdAt: { gt: new Date(since) } },
      select: { channelId: true, createdAt: true },
      orderBy: { createdAt: 'asc' },
    }),
  )
  return tests.map(({ channelId, createdAt }) => ({ channelId, at: createdAt.getTime() }))
}

/** Deletes old entries of the delivery log. Waiting notifications are kept. */
export async function pruneNotificationLog(db: SqlExecutor, before: EpochMs): Promise<number> {
  const { count } = await runWithPrisma(db, ({ notification }) =>
    notification.deleteMany({ where: { createdAt: { lt: new Date(before) }, state: { notIn: WAITING } } }),
  )
  return count
}

/** Returns the content of a notification; null = no notification has this ID. */
export async function readNotificationContent(db: SqlExecutor, id: string): Promise<MessageContent | null> {
  const found = await runWithPrisma(db, ({ notification }) =>
    notification.findUnique({ where: { id }, select: { content: true } }),
  )
  return found && (found.content as unknown as MessageContent)
}

const LOGGED = {
  id: true,
  seq: true,
  channelId: true,
  channelName: true,
  reason: true,
  severity: true,
  content: true,
  state: true,
  digestId: true,
  createdAt: true,
  deliveredAt: true,
  nextAttemptAt: true,
  attempts: true,
  lastError: true,
} as const satisfies Prisma.NotificationSelect

type Logged = Prisma.NotificationGetPayload<{ select: typeof LOGGED }>

/** A row of the delivery log with exact types for the JSON and text columns. */
export interface LoggedNotification extends Omit<Logged, 'reason' | 'severity' | 'content' | 'state'> {
  reason: NotificationReason
  severity: Severity
  content: MessageContent
  state: NotificationState
}

/**
 * Returns the delivery log, newest first.
 * @param before sequence number of the last entry of the previous page
 */
export async function readLoggedNotifications(
  db: SqlExecutor,
  {
    channelId,
    state,
    before,
    limit,
  }: { channelId: string | null; state: NotificationState | null; before: string | null; limit: number },
): Promise<LoggedNotification[]> {
  const rows = await runWithPrisma(db, ({ notification }) =>
    notification.findMany({
      where: {
        channelId:
          channelId === null ? EXCEPT_ALERTING_PROOF_CHANNEL : { equals: channelId, ...EXCEPT_ALERTING_PROOF_CHANNEL },
        ...(state === null ? {} : { state }),
        ...(before === null ? {} : { seq: { lt: BigInt(before) } }),
      },
      select: LOGGED,
      orderBy: { seq: 'desc' },
      take: limit,
    }),
  )
  // the type cast is safe, because only Peerwatch writes these columns
  return rows as unknown as LoggedNotification[]
}

/** Returns one row of the delivery log; null = no row has this ID. */
export async function readLoggedNotification(db: SqlExecutor, id: string): Promise<LoggedNotification | null> {
  const row = await runWithPrisma(db, ({ notification }) =>
    notification.findUnique({ where: { id, channelId: EXCEPT_ALERTING_PROOF_CHANNEL }, select: LOGGED }),
  )
  return row as LoggedNotification | null
}

const WAITING = ['pending', 'held']
