import type { Notification } from '#lib/contract/index.ts'
import type { NotificationsParameters } from './api/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { type Queryable, queryable } from '#lib/platform/queryable.ts'
import { ChannelFaultError } from './errors.ts'
import { titleOf } from './message/words.ts'
import { type LoggedNotification, loggedNotifications } from './outbox/outbox-store.ts'

/**
 * The delivery log, newest first. The cursor is the row's sequence number.
 * @throws ChannelFaultError if the cursor is invalid
 */
export async function listNotifications(
  db: Database | Queryable,
  { channel, state, cursor, limit }: NotificationsParameters,
): Promise<{ data: Notification[]; nextCursor: string | null }> {
  if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) {
    throw new ChannelFaultError('cursor: send the nextCursor of the previous page, or none to start over')
  }
  const rows = await loggedNotifications(queryable(db), {
    channelId: channel ?? null,
    state: state ?? null,
    before: cursor ?? null,
    limit: limit + 1,
  })
  const page = rows.slice(0, limit)
  return {
    data: page.map(notificationView),
    nextCursor: rows.length > limit ? (page.at(-1)?.seq.toString() ?? null) : null,
  }
}

export function notificationView({
  content,
  createdAt,
  deliveredAt,
  nextAttemptAt,
  seq: _,
  ...row
}: LoggedNotification): Notification {
  return {
    ...row,
    title: titleOf(content),
    incidentId: 'incidentId' in content ? content.incidentId : null,
    createdAt: createdAt.toISOString(),
    deliveredAt: deliveredAt?.toISOString() ?? null,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
  }
}
