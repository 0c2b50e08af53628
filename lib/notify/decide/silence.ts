import type { Bounds, EpochMs, Severity } from '#lib/contract/index.ts'
import type { DetectionSettings } from '#lib/detection/index.ts'
import type { IncidentFacts } from './incident-facts.ts'

/** What is known of one silence of the collector: of a subscription, or of all. */
export interface Silence {
  /** the last good sample before it */
  since: EpochMs
  openedAt: EpochMs
  /** when it was last seen to go on */
  lookedAt: EpochMs
  /** null while it lasts */
  ended: Bounds | null
}

export interface Watched {
  /** '' = everything */
  subscription: string
  /** end of the newest good sample that was committed; null = none ever */
  newestGoodAt: EpochMs | null
  /** an operator paused some of it: that nothing comes, or not all of it yet, says nothing */
  paused?: boolean
}

/**
 * Looks whether good samples still arrive, by what is committed and not by whether a poller says that it lives.
 * @param watchingSince before this nobody looked: a process that was started does not blame the time when it did not run
 * @param thresholds detection's, so that what is told and what is shown on the screens begin at the same moment
 */
export function watchSilence(
  before: Silence | null,
  { subscription, newestGoodAt, paused = false }: Watched,
  { watchingSince, now }: { watchingSince: EpochMs; now: EpochMs },
  thresholds: DetectionSettings,
): Silence | null {
  const limit = thresholds[subscription === '' ? 'nothing.all' : 'nothing.subscription']
  if (before !== null && before.ended === null) {
    if (paused) return { ...before, ended: { earliest: before.lookedAt, latest: now } }
    if (newestGoodAt === null || newestGoodAt <= before.since) return { ...before, lookedAt: now }
    return { ...before, ended: { earliest: Math.min(before.lookedAt, newestGoodAt), latest: newestGoodAt } }
  }
  if (paused) return before
  const since = Math.max(newestGoodAt ?? watchingSince, watchingSince)
  if (now - since < limit) return before
  return { since: newestGoodAt ?? since, openedAt: now, lookedAt: now, ended: null }
}

const silenceSeverity = (subscription: string): Severity => (subscription === '' ? 'critical' : 'major')

/** The id of the case that tells of a silence. */
export const silenceCaseId = (subscription: string) => (subscription === '' ? 'collector' : `collector:${subscription}`)

/** A silence as the incident that it is told as. It waits for nothing: the limit was the wait. */
export function silenceFacts(subscription: string, silence: Silence): IncidentFacts {
  const { since, openedAt, ended } = silence
  const id = silenceCaseId(subscription)
  return {
    id,
    openedAt,
    closedAt: ended?.latest ?? null,
    started: { earliest: since, latest: since },
    acknowledgedAt: null,
    events: [
      {
        id,
        kind: 'nothing_polled',
        severity: silenceSeverity(subscription),
        scope: subscription,
        // what settles in notices settled while nothing came
        detectedAt: since,
        open: ended === null,
        stands: true,
        confirmed: true,
        silenced: false,
      },
    ],
    pollMs: 0,
    lastSeenAt: null,
  }
}
