import type { TimestampBounds, EpochMs, Severity } from '#lib/contract/index.ts'
import type { DetectionSettings } from '#lib/detection/index.ts'
import type { IncidentForNotices } from './incident-facts.ts'

/**
 * A period without successful samples, of one subscription or of all subscriptions. Notices about such a period are a
 * dead-man's switch: they report that the monitoring itself does not work.
 */
export interface NoDataPeriod {
  /**
   * end of the last successful sample before the period; if there is none, the time since which this process has been
   * watching
   */
  since: EpochMs
  openedAt: EpochMs
  /** time of the last check that still found no data */
  checkedAt: EpochMs
  /** bounds of the end; null while the period is ongoing */
  ended: TimestampBounds | null
}

export interface WatchedSubscription {
  /** subscription ID; '' = all subscriptions together */
  subscription: string
  /** end of the newest committed good sample; null = there has never been a good sample */
  newestGoodAt: EpochMs | null
  /** true = an operator paused polls of the subscription, so that missing samples do not indicate a failure */
  paused?: boolean
}

/**
 * Checks whether successful samples still arrive. It looks at committed samples instead of a poller's heartbeat,
 * because only samples prove that data arrives.
 * @param watchingSince start of this process. Time before it does not count as missing
 * @param thresholds thresholds of detection. They are used here too, so that screens and notices report missing data at
 *   the same time
 * @returns the ongoing or last period without data; null = there was none
 */
export function checkNoData(
  before: NoDataPeriod | null,
  { subscription, newestGoodAt, paused = false }: WatchedSubscription,
  { watchingSince, now }: { watchingSince: EpochMs; now: EpochMs },
  thresholds: DetectionSettings,
): NoDataPeriod | null {
  const limit = thresholds[subscription === '' ? 'nothing.all' : 'nothing.subscription']
  if (before !== null && before.ended === null) {
    if (paused) return { ...before, ended: { earliest: before.checkedAt, latest: now } }
    if (newestGoodAt === null || newestGoodAt <= before.since) return { ...before, checkedAt: now }
    return { ...before, ended: { earliest: Math.min(before.checkedAt, newestGoodAt), latest: newestGoodAt } }
  }
  if (paused) return before
  const since = Math.max(newestGoodAt ?? watchingSince, watchingSince)
  if (now - since < limit) return before
  return { since: newestGoodAt ?? since, openedAt: now, checkedAt: now, ended: null }
}

const noDataSeverity = (subscription: string): Severity => (subscription === '' ? 'critical' : 'major')

export const formatNoDataAlertId = (subscription: string) =>
  subscription === '' ? 'collector' : `collector:${subscription}`

/**
 * Converts a period without data to the facts of an incident, so that the same rules decide its notices. The first
 * notice does not wait any longer, because the threshold already contains a wait.
 */
export function convertNoDataToIncident(subscription: string, noData: NoDataPeriod): IncidentForNotices {
  const { since, openedAt, ended } = noData
  const id = formatNoDataAlertId(subscription)
  return {
    id,
    openedAt,
    closedAt: ended?.latest ?? null,
    started: { earliest: since, latest: since },
    acknowledgedAt: null,
    snoozedUntil: null,
    events: [
      {
        id,
        kind: 'nothing_polled',
        severity: noDataSeverity(subscription),
        scope: subscription,
        subject: 'subscription',
        cause: null,
        // An event settles (its first notice is due) a fixed wait after `detectedAt`. `since` is the time of the last
        // good sample and is longer ago than this wait, so the notice is due immediately.
        detectedAt: since,
        started: { earliest: since, latest: since },
        open: ended === null,
        isRoot: true,
        confirmed: true,
        muted: false,
      },
    ],
    pollMs: 0,
    lastGoodSampleAt: null,
  }
}
