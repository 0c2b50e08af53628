import type { NotifyContext } from './context.ts'
import { worstOf } from './decide/incident-facts.ts'
import { digestDueAt } from './decide/storm.ts'
import { notificationId } from './evaluate-alert.ts'
import { addNotification, takeHeld } from './outbox-queue-store.ts'
import { heldSince, putIntoDigest } from './outbox-store.ts'

/**
 * Writes one digest for each channel whose first held notice is old enough; it contains all held notices of the channel.
 * @returns digests written
 */
export async function flushDigests({ db, clock, settings }: NotifyContext): Promise<number> {
  const now = clock.now()
  let written = 0
  for (const { channelId, since } of await heldSince(db.pool)) {
    if (digestDueAt(since, settings) > now) continue
    await db.transaction(async (client) => {
      const held = await takeHeld(client, channelId)
      const [first] = held
      if (!first) return
      const ids = held.map(({ id }) => id)
      const digestId = notificationId('digest', ...ids)
      await addNotification(client, {
        id: digestId,
        channelId,
        channelName: first.channelName,
        alerts: [...new Set(held.flatMap(({ alerts }) => alerts))],
        content: {
          reason: 'digest',
          severity: worstOf(held.map(({ content }) => content.severity)) ?? 'minor',
          entries: held.map(({ content }) => content),
          at: new Date(now).toISOString(),
        },
        inReplyTo: null,
        state: 'pending',
        createdAt: now,
      })
      await putIntoDigest(client, ids, digestId)
      written += 1
    })
  }
  return written
}
