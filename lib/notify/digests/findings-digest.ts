import type { AccessScope, EpochMs } from '#lib/contract/index.ts'
import { WEEK } from '#lib/contract/time/time.ts'
import type { CostFinding } from '#lib/cost/api/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { channelAudience } from '../alerts/audience.ts'
import type { StoredChannel } from '../channel-store.ts'
import type { FindingsContent } from '../content.ts'
import { notificationId } from '../outbox/notification-id.ts'
import { addNotification } from '../outbox/outbox-queue-store.ts'
import { defaultNotifySettings, type NotifySettings } from '../settings.ts'
import { channelsWanting, mondayOf, weeklyDue } from './weekly-digest.ts'

/** A finding with the circuits and gateways that it is about, by short id. */
export interface DigestFinding {
  finding: CostFinding
  resources: readonly string[]
}

/**
 * Writes the weekly digest of cost findings for each channel that wants it, from Monday 06:00 UTC on. A channel receives each week's once,
 * however often this runs; one that was made or changed since that Monday begins with the next. A week without findings has none.
 * @param read what a scope sees of what goes on, or went on at some time since a moment
 * @returns digests that are due
 */
export async function writeFindingsDigests(
  db: Database,
  now: EpochMs,
  read: (scope: AccessScope, since: EpochMs) => Promise<readonly DigestFinding[]>,
  settings: NotifySettings = defaultNotifySettings,
): Promise<number> {
  const due = weeklyDue(now, settings)
  const monday = mondayOf(due)
  let written = 0
  for (const channel of await channelsWanting(db.pool, due, 'findings')) {
    const found = await read(channelAudience(channel).scope, due - WEEK)
    const entries = found.filter((one) => isWanted(channel, one)).map(({ finding }) => finding)
    if (entries.length === 0) continue
    await addNotification(db.pool, {
      id: notificationId('findings', monday, channel.id),
      channelId: channel.id,
      channelName: channel.name,
      alerts: [],
      content: contentOf(entries, monday, due, now),
      inReplyTo: null,
      state: 'pending',
      createdAt: now,
    })
    written += 1
  }
  return written
}

/** One that is about anything else than what the channel is for is not for it. */
function isWanted({ filters: { scopes } }: StoredChannel, { resources }: DigestFinding): boolean {
  return scopes.length === 0 || (resources.length > 0 && resources.every((id) => scopes.includes(id)))
}

const contentOf = (entries: readonly CostFinding[], monday: string, due: EpochMs, now: EpochMs): FindingsContent => ({
  reason: 'findings',
  severity: 'info',
  monday,
  entries,
  fresh: entries.filter(({ startedBetween: [, latest] }) => Date.parse(latest) >= due - WEEK).length,
  at: new Date(now).toISOString(),
})
