import { worstOf } from './decide/incident-facts.ts'
import { digestDueAt } from './decide/storm.ts'
import type { DeciderContext } from './decider.ts'
import { addNotification, heldSince, putIntoDigest, takeHeld } from './outbox-store.ts'
import { notificationId } from './tell.ts'

/** Sends what channels hold back, where it was held long enough: one digest for each, with all of it. */
export async function flushDigests({ db, clock, settings }: DeciderContext): Promise<number> {
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
        cases: [...new Set(held.flatMap(({ cases }) => cases))],
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
