import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { type AccessScope, type EpochMs, severities } from '#lib/contract/index.ts'
import { MS_PER_WEEK } from '#lib/contract/time/time.ts'
import type { CostFinding } from '#lib/cost/api/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { getChannelAudience } from '../alerts/channel-audience.ts'
import { type StoredChannel, readChannels } from '../../store/channels.ts'
import type { FindingsContent, MessageContent, PostureDigestMessageContent, PostureEntry } from '../../content.ts'
import { computeNotificationId } from '../outbox/notification-id.ts'
import { addNotification } from '../../store/outbox-queue.ts'
import { defaultNotifySettings, type NotifySettings } from '../../settings.ts'
import type { ResilienceCheck } from '#lib/resilience/api/index.ts'
import { readNotificationContent } from '../../store/outbox.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Time between the epoch and the first Monday after it (1970-01-05), in milliseconds. */
const FIRST_MONDAY = 4 * 86_400_000

/** Returns the time at which the newest weekly digest was due: the last Monday, by default at 06:00 UTC. */
function weeklyDue(now: EpochMs, settings: NotifySettings): EpochMs {
  const after = FIRST_MONDAY + settings['findings.due']
  return Math.floor((now - after) / MS_PER_WEEK) * MS_PER_WEEK + after
}

/**
 * Returns the enabled channels that want a digest and were not changed since its due time. A channel that was created
 * or changed later begins with the next digest.
 */
async function channelsWanting(db: SqlExecutor, due: EpochMs, what: 'findings' | 'posture'): Promise<StoredChannel[]> {
  const channels = await readChannels(db)
  return channels.filter(({ enabled, filters, updatedAt }) => enabled && filters[what] && updatedAt <= due)
}

/** A cost finding with the short IDs of its circuits and gateways. */
export interface DigestFinding {
  finding: CostFinding
  resources: readonly string[]
}

interface Digest {
  id: string
  due: EpochMs
  monday: string
}

/**
 * Writes a weekly digest for each channel that wants it, from its due time on Monday. Repeated calls store no second
 * digest, because the ID of a digest depends only on its kind, the week and the channel.
 * @param contentFor returns the content; null = no digest for the channel this week
 * @returns number of digests with content, including digests that were already stored
 */
async function writeDigests(
  db: Database,
  now: EpochMs,
  { what, settings }: { what: 'findings' | 'posture'; settings: NotifySettings },
  contentFor: (channel: StoredChannel, digest: Digest) => Promise<MessageContent | null>,
): Promise<number> {
  const due = weeklyDue(now, settings)
  const monday = formatUtcDay(due)
  let written = 0
  for (const channel of await channelsWanting(db.pool, due, what)) {
    const id = computeNotificationId(what, monday, channel.id)
    const content = await contentFor(channel, { id, due, monday })
    if (content === null) continue
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

/**
 * Writes the weekly digests of cost findings. A channel without findings gets no digest.
 * @param read returns the findings within a scope that are ongoing or ended after `since`
 */
export const writeFindingsDigests = (
  db: Database,
  now: EpochMs,
  read: (scope: AccessScope, since: EpochMs) => Promise<readonly DigestFinding[]>,
  settings: NotifySettings = defaultNotifySettings,
): Promise<number> =>
  writeDigests(db, now, { what: 'findings', settings }, async (channel, { due, monday }) => {
    const found = await read(getChannelAudience(channel).scope, due - MS_PER_WEEK)
    const entries = found.filter((one) => isWanted(channel, one)).map(({ finding }) => finding)
    return entries.length === 0 ? null : contentOf(entries, monday, due, now)
  })

/**
 * Reports whether a channel wants a cost finding. If the channel is limited to some resources, all resources of the
 * finding must be among them.
 */
function isWanted({ filters: { scopes } }: StoredChannel, { resources }: DigestFinding): boolean {
  return scopes.length === 0 || (resources.length > 0 && resources.every((id) => scopes.includes(id)))
}

const contentOf = (entries: readonly CostFinding[], monday: string, due: EpochMs, now: EpochMs): FindingsContent => ({
  reason: 'findings',
  severity: 'info',
  monday,
  entries,
  fresh: entries.filter(({ startedBetween: [, latest] }) => Date.parse(latest) >= due - MS_PER_WEEK).length,
  at: new Date(now).toISOString(),
})

/** Maximum number of checks in a digest; further checks are only counted. */
const MAX_ENTRIES = 100

/**
 * Writes the weekly digests of failing posture checks. A channel gets no digest if no check fails, no check has
 * recovered since the last digest, and no effects of announced work are predicted.
 * @param read returns all checks within a scope, and the predicted effects of announced work in this week
 */
export const writePostureDigests = (
  db: Database,
  now: EpochMs,
  read: (scope: AccessScope) => Promise<{ checks: Omit<ResilienceCheck, 'exemption'>[]; ahead: readonly string[] }>,
  settings: NotifySettings = defaultNotifySettings,
): Promise<number> =>
  writeDigests(db, now, { what: 'posture', settings }, async (channel, { id, due, monday }) => {
    // Returns early if this week's digest exists, because this runs every hour and computing the checks needs the whole
    // configuration.
    if (await readNotificationContent(db.pool, id)) return null
    const { scopes } = channel.filters
    const { checks, ahead } = await read(getChannelAudience(channel).scope)
    const failing = checks.filter(
      ({ state, scope }) => state === 'fail' && (scopes.length === 0 || scopes.includes(scope)),
    )
    const before = await readNotificationContent(
      db.pool,
      computeNotificationId('posture', formatUtcDay(due - MS_PER_WEEK), channel.id),
    )
    // A channel that is limited to some resources gets no predicted effects, because they are computed for the whole
    // scope.
    const content = { ...digestOf(failing, before, monday, now), ahead: scopes.length === 0 ? ahead : [] }
    return failing.length === 0 && !content.since?.over && content.ahead.length === 0 ? null : content
  })

function digestOf(
  failing: readonly PostureEntry[],
  before: MessageContent | null,
  monday: string,
  now: EpochMs,
): PostureDigestMessageContent {
  const ids = failing.map(({ id }) => id)
  const former = before?.reason === 'posture' ? before.failing : null
  const worstFirst = failing.toSorted(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || (a.id < b.id ? -1 : 1),
  )
  return {
    reason: 'posture',
    severity: 'info',
    monday,
    entries: worstFirst.slice(0, MAX_ENTRIES).map(entryOf),
    failing: ids,
    since: former && {
      fresh: ids.filter((id) => !former.includes(id)).length,
      over: former.filter((id) => !ids.includes(id)).length,
    },
    at: new Date(now).toISOString(),
  }
}

const entryOf = ({ id, name, subject, customer, severity, reason, remedy, source }: PostureEntry): PostureEntry => ({
  id,
  name,
  subject,
  customer,
  severity,
  reason,
  remedy,
  source,
})
