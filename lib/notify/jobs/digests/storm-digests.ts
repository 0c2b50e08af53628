import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { NotifyContext } from '../../context.ts'
import { readChannels } from '../../store/channels.ts'
import { isHeldByReceivingHours } from '../../rules/receiving-hours.ts'
import { findWorstSeverity } from '../../rules/incident-facts.ts'
import { getDigestDueTime } from '../../rules/storm-hold.ts'
import { computeNotificationId } from '../outbox/notification-id.ts'
import { addNotification, type HeldNotification, lockHeldNotifications } from '../../store/outbox-queue.ts'
import { readOldestHeldNotices, markNotificationsInDigest } from '../../store/outbox.ts'

/**
 * Returns the channels whose digest of held notices is due. A digest is due if the oldest held notice is old enough and
 * the channel is within its receiving hours.
 * @param asked connection for the query of held notices
 */
export async function findDueDigests(
  { db, clock, settings }: NotifyContext,
  asked: SqlExecutor = db.pool,
): Promise<{ channelId: string }[]> {
  const now = clock.now()
  const held = (await readOldestHeldNotices(asked)).filter(({ since }) => getDigestDueTime(since, settings) <= now)
  if (held.length === 0) return []
  const hours = new Map((await readChannels(db.pool)).map(({ id, filters }) => [id, filters.hours]))
  return held.filter(({ channelId }) => !isHeldByReceivingHours(hours.get(channelId) ?? null, now))
}

/**
 * Writes the due digests. A channel gets one digest for each customer, with all held notices about that customer.
 * @returns number of digests written
 */
export async function writeDueDigests(context: NotifyContext): Promise<number> {
  const { db, clock, scoped } = context
  const now = clock.now()
  const due = await findDueDigests(context)
  if (due.length === 0) return 0
  const customerOf = await scoped.customers(now)
  let written = 0
  for (const { channelId } of due) {
    await db.transaction(async (client) => {
      const held = await lockHeldNotifications(client, channelId)
      const byCustomer = Map.groupBy(held, ({ content }) => customerOf(content))
      for (const [customer, own] of byCustomer) {
        await writeDigest(client, channelId, { customer, held: own, now })
        written += 1
      }
    })
  }
  return written
}

async function writeDigest(
  client: SqlExecutor,
  channelId: string,
  { customer, held, now }: { customer: string | null; held: readonly HeldNotification[]; now: EpochMs },
): Promise<void> {
  const ids = held.map(({ id }) => id)
  const digestId = computeNotificationId('digest', ...ids)
  await addNotification(client, {
    id: digestId,
    channelId,
    channelName: held[0]?.channelName ?? '',
    alerts: [...new Set(held.flatMap(({ alerts }) => alerts))],
    content: {
      reason: 'digest',
      severity: findWorstSeverity(held.map(({ content }) => content.severity)) ?? 'minor',
      customer,
      entries: held.map(({ content }) => content),
      at: new Date(now).toISOString(),
    },
    inReplyTo: null,
    state: 'pending',
    createdAt: now,
  })
  await markNotificationsInDigest(client, ids, digestId)
}
