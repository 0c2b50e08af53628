import { type AccessScope, type EpochMs, severities } from '#lib/contract/index.ts'
import { WEEK } from '#lib/contract/time/time.ts'
import type { PostureCheck } from '#lib/resilience/api/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { channelAudience } from '../alerts/audience.ts'
import type { Content, PostureContent, PostureEntry } from '../content.ts'
import { notificationId } from '../outbox/notification-id.ts'
import { addNotification } from '../outbox/outbox-queue-store.ts'
import { storedContent } from '../outbox/outbox-store.ts'
import { defaultNotifySettings, type NotifySettings } from '../settings.ts'
import { channelsWanting, mondayOf, weeklyDue } from './weekly-digest.ts'

/** Checks that a digest shows; the rest is counted. */
const MOST_ENTRIES = 100

/**
 * Writes the weekly digest of failing posture checks for each channel that wants it, from Monday 06:00 UTC on, once for each channel and
 * week however often this runs. Without a failing check, and none of the week before that is over, a week has none.
 * @param read every check of what a scope sees
 * @returns digests that are due
 */
export async function writePostureDigests(
  db: Database,
  now: EpochMs,
  read: (scope: AccessScope) => Promise<readonly PostureCheck[]>,
  settings: NotifySettings = defaultNotifySettings,
): Promise<number> {
  const due = weeklyDue(now, settings)
  const monday = mondayOf(due)
  let written = 0
  for (const channel of await channelsWanting(db.pool, due, 'posture')) {
    const id = notificationId('posture', monday, channel.id)
    // checks are computed from everything that is configured: not every hour again
    if (await storedContent(db.pool, id)) continue
    const { scopes } = channel.filters
    const failing = (await read(channelAudience(channel).scope)).filter(
      ({ state, scope }) => state === 'fail' && (scopes.length === 0 || scopes.includes(scope)),
    )
    const before = await storedContent(db.pool, notificationId('posture', mondayOf(due - WEEK), channel.id))
    const content = digestOf(failing, before, monday, now)
    if (failing.length === 0 && !content.since?.over) continue
    await addNotification(db.pool, {
      id,
      channelId: channel.id,
      channelName: channel.name,
      alerts: [],
      content,
      inReplyTo: null,
      state: 'pending',
      createdAt: now,
    })
    written += 1
  }
  return written
}

function digestOf(
  failing: readonly PostureCheck[],
  before: Content | null,
  monday: string,
  now: EpochMs,
): PostureContent {
  const ids = failing.map(({ id }) => id)
  const former = before?.reason === 'posture' ? before.failing : null
  const worstFirst = failing.toSorted(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || (a.id < b.id ? -1 : 1),
  )
  return {
    reason: 'posture',
    severity: 'info',
    monday,
    entries: worstFirst.slice(0, MOST_ENTRIES).map(entryOf),
    failing: ids,
    since: former && {
      fresh: ids.filter((id) => !former.includes(id)).length,
      over: former.filter((id) => !ids.includes(id)).length,
    },
    at: new Date(now).toISOString(),
  }
}

const entryOf = ({ id, name, subject, customer, severity, reason, remedy, source }: PostureCheck): PostureEntry => ({
  id,
  name,
  subject,
  customer,
  severity,
  reason,
  remedy,
  source,
})
