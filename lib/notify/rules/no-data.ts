import type { Bounds, EpochMs, Severity } from '#lib/contract/index.ts'
import type { DetectionSettings } from '#lib/detection/index.ts'
import type { IncidentFacts } from './incident-facts.ts'

/**
 * A period without good samples, of one subscription or of all subscriptions. Notices about it are the dead-man's
 * switch of the monitoring itself.
 */
export interface NoData {
  /** end of the last good sample before the period */
  since: EpochMs
  openedAt: EpochMs
  /** time of the last check that still found no data */
  checkedAt: EpochMs
  /** bounds of the end; null while the period is ongoing */
  ended: Bounds | null
}

export interface WatchedSubscription {
  /** subscription ID; '' = all subscriptions together */
  subscription: string
  /** end of the newest committed good sample; null = there has never been a good sample */
  newestGoodAt: EpochMs | null
  /** true = an operator paused some of the polls, so missing samples prove nothing */
  paused?: boolean
}

/**
 * Checks whether good samples still arrive. The check uses committed samples instead of a poller's heartbeat, because
 * only they prove that data arrives.
 * @param watchingSince start of this process; the time before it does not count as missing
 * @param thresholds thresholds of detection, so that screens and notices begin at the same time
 * @returns the ongoing or last period without data; null = there was none
 */
export function checkNoData(
  before: NoData | null,
  { subscription, newestGoodAt, paused = false }: WatchedSubscription,
  { watchingSince, now }: { watchingSince: EpochMs; now: EpochMs },
  thresholds: DetectionSettings,
): NoData | null {
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

export const noDataAlertId = (subscription: string) => (subscription === '' ? 'collector' : `collector:${subscription}`)

/**
 * Returns a period without data in the form of an incident's facts. It is notified without a further wait, because the
 * threshold for missing data already included a wait.
 */
export function noDataFacts(subscription: string, noData: NoData): IncidentFacts {
  const { since, openedAt, ended } = noData
  const id = noDataAlertId(subscription)
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
        // uses the time of the last good sample, so that the time in which an event settles has already passed
        detectedAt: since,
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
