import type { Bounds, EpochMs, Severity } from '#lib/contract/index.ts'
import type { DetectionSettings } from '#lib/detection/index.ts'
import type { IncidentFacts } from './incident-facts.ts'

/** A period without good samples, of one subscription or of everything: the dead-man's switch of monitoring itself. */
export interface NoData {
  /** end of the last good sample before it */
  since: EpochMs
  openedAt: EpochMs
  /** the last check that still found no data */
  checkedAt: EpochMs
  /** null while it lasts */
  ended: Bounds | null
}

export interface WatchedSubscription {
  /** '' = all subscriptions together */
  subscription: string
  /** end of the newest good sample that was committed; null = never one */
  newestGoodAt: EpochMs | null
  /** an operator paused some of its polls: missing samples prove nothing */
  paused?: boolean
}

/**
 * Checks whether good samples still arrive, by what is committed and not by a poller's heartbeat.
 * @param watchingSince start of this process: the time before it is not counted as missing
 * @param thresholds detection's, so that screens and notices begin at the same moment
 * @returns the period without data that is open or ended last; null = there was none
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

/** A period without data, in the form of an incident. It does not settle further: the threshold was the wait. */
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
        // from the last good sample, so that the time to settle is over by now
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
