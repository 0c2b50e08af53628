import type { EpochMs } from '#lib/contract/index.ts'
import { WEEK } from '#lib/contract/time/time.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type StoredChannel, storedChannels } from '../channel-store.ts'
import type { NotifySettings } from '../settings.ts'

/** 1970-01-05 was a Monday. */
const FIRST_MONDAY = 4 * 86_400_000

/** When the newest weekly digest was due: the last Monday, 06:00 UTC. */
export function weeklyDue(now: EpochMs, settings: NotifySettings): EpochMs {
  const after = FIRST_MONDAY + settings['findings.due']
  return Math.floor((now - after) / WEEK) * WEEK + after
}

/** The Monday of a digest, YYYY-MM-DD. */
export const mondayOf = (due: EpochMs): string => new Date(due).toISOString().slice(0, 10)

/** Enabled channels that want a digest. One that was made or changed since it was due begins with the next. */
export async function channelsWanting(
  db: Queryable,
  due: EpochMs,
  what: 'findings' | 'posture',
): Promise<StoredChannel[]> {
  const channels = await storedChannels(db)
  return channels.filter(({ enabled, filters, updatedAt }) => enabled && filters[what] && updatedAt <= due)
}
