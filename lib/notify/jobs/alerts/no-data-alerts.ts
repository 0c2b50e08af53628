import {
  normalizeArmId,
  type EpochMs,
  getSubscriptionId,
  judgeUnpolledNeed,
  type UserActionNeed,
} from '#lib/contract/index.ts'
import { type DetectionSettings, applyThresholdChanges } from '#lib/detection/index.ts'
import { readCurrentSettings, listSources, type SourceStatus, getReaderVisibility } from '#lib/history/index.ts'
import { isTemporaryFailure } from '#lib/platform/database-failure.ts'
import { ALERTING_LEASE, LeaseLostError, runWithWorkLease } from '#lib/platform/leases/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { hasCurrentSessions } from '#lib/questions/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { loadNoData, lockAlert, saveNoData } from '../../store/alerts.ts'
import { formatAlertId, type ChannelAudience, UNLIMITED_AUDIENCE, listScopedAudiences } from './channel-audience.ts'
import { readChannels } from '../../store/channels.ts'
import type { NotifyContext } from '../../context.ts'
import {
  checkNoData,
  type NoDataPeriod,
  formatNoDataAlertId,
  convertNoDataToIncident,
  type WatchedSubscription,
} from '../../rules/no-data.ts'
import { type AlertSubject, evaluateAlert } from './evaluate-alert.ts'
import {
  type IncidentSummary,
  EMPTY_INCIDENT_SUMMARY,
  formatIsoBounds,
  computeSummaryOutage,
} from './incident-summary.ts'

/**
 * Runs the dead-man's switch: creates an alert if no successful polls are recorded any more, either in the whole
 * installation or for one subscription. It reads only stored data and needs no poller, so the web server can run it as
 * well as the workers.
 * @param watchingSince time when this process started
 * @returns number of notifications written; null = another process holds the alerting lease
 */
export async function evaluateNoDataAlerts(context: NotifyContext, watchingSince: EpochMs): Promise<number | null> {
  return runWithWorkLease(context.db, ALERTING_LEASE, async ({ db }) => {
    const sources = await listSources(db.pool)
    const thresholds = applyThresholdChanges((await readCurrentSettings(db.pool))?.changed ?? {})
    const check = { ...context, db, thresholds, watchingSince }
    let written = await watch(sources, { ...check, audience: UNLIMITED_AUDIENCE })
    for (const audience of listScopedAudiences(await readChannels(db.pool))) {
      written += await watchScope(sources, { ...check, audience })
    }
    return written
  })
}

/**
 * Checks the polls of the resources that belong completely to an access scope. Gateways that several customers share
 * are not checked, because the alert would reveal their subscription. An error does not affect other scopes.
 */
async function watchScope(sources: readonly SourceStatus[], check: Check): Promise<number> {
  try {
    const keys = new Set(getReaderVisibility(await check.scoped.readerOf(check.audience.scope))?.armKeys)
    const own = sources.filter(({ resourceId, scheduled }) => scheduled && keys.has(normalizeArmId(resourceId)))
    return own.length === 0 ? 0 : await watch(own, check)
  } catch (error) {
    if (error instanceof LeaseLostError || isTemporaryFailure(error)) throw error
    createComponentLogger('notify').error({ err: error }, 'missing data of a scope could not be checked')
    return 0
  }
}

type Check = NotifyContext & { thresholds: DetectionSettings; watchingSince: EpochMs; audience: ChannelAudience }

/** Checks a list of polls for an audience: all of them together, then each subscription. */
async function watch(sources: readonly SourceStatus[], check: Check): Promise<number> {
  const [all, ...subscriptions] = newestGood(sources)
  if (!all) return 0
  const isBlind = !hasCurrentSessions(sources, check.clock.now())
  const overall = await watchOne(all, { ...check, isBlind })
  let { written } = overall
  // If no data arrives at all, alerts for each subscription would add no information.
  if (overall.isOpen) return written
  for (const one of subscriptions) {
    written += (await watchOne(one, { ...check, isBlind })).written
  }
  return written
}

/**
 * Checks one subscription, or all data together. In the normal case (polls succeed) it needs one statement, without a
 * lock or a write.
 */
async function watchOne(
  watched: WatchedSubscription,
  { db, clock, settings, thresholds, watchingSince, audience, isBlind }: Check & { isBlind: boolean },
): Promise<{ isOpen: boolean; written: number }> {
  const now = clock.now()
  const about = formatNoDataAlertId(watched.subscription)
  const id = formatAlertId(about, audience)
  const known = async (q: SqlExecutor) =>
    checkNoData(await loadNoData(q, id), watched, { watchingSince, now }, thresholds)
  if (!(await known(db.pool))) return { isOpen: false, written: 0 }
  return db.transaction(async (client) => {
    await lockAlert(client, id)
    const noData = await known(client)
    if (!noData) return { isOpen: false, written: 0 }
    await saveNoData(client, id, noData)
    const subject = subjectOf(watched.subscription, noData, isBlind)
    const written = await evaluateAlert(client, about, async () => subject, { now, settings, audience })
    return { isOpen: noData.ended === null, written }
  })
}

/** @param isBlind true = in no subscription has a current poll read any BGP session */
function subjectOf(subscription: string, noData: NoDataPeriod, isBlind: boolean): AlertSubject {
  const needsYou = judgeUnpolledNeed(subscription === '' ? 'all' : 'one', isBlind)
  return {
    facts: convertNoDataToIncident(subscription, noData),
    summary: noDataSummary(subscription, noData, needsYou),
    routing: {
      scopes: [subscription],
      kinds: ['nothing_polled'],
      owner: 'unknown',
      needed: needsYou.when,
    },
  }
}

function noDataSummary(
  subscription: string,
  { since, ended }: NoDataPeriod,
  needsYou: UserActionNeed,
): IncidentSummary {
  const started = { earliest: since, latest: since }
  return {
    ...EMPTY_INCIDENT_SUMMARY,
    kind: 'nothing_polled',
    needsYou,
    scope: subscription,
    scopeName: subscription === '' ? 'all subscriptions' : `subscription ${subscription}`,
    subject: '',
    started: formatIsoBounds(started),
    ended: ended && formatIsoBounds(ended),
    outage:
      ended && computeSummaryOutage([{ kind: 'nothing_polled', severity: 'critical', started, ended }], ended.latest),
    nextStep:
      'No state is known for this time. Check that a worker runs and what Azure answers: the Sources page shows both.',
    evidence: [`${formatNoDataAlertId(subscription)}: no good sample recorded since then`],
  }
}

/** Returns the time of the newest successful poll: first over all polls, then for each subscription. */
function newestGood(sources: readonly SourceStatus[]): WatchedSubscription[] {
  const scheduled = sources.filter((source) => source.scheduled)
  const bySubscription = Map.groupBy(scheduled, ({ resourceId }) => getSubscriptionId(resourceId))
  return [
    { subscription: '', newestGoodAt: newestOf(scheduled), paused: isPaused(scheduled) },
    ...[...bySubscription].map(([subscription, own]) => ({
      subscription,
      newestGoodAt: newestOf(own),
      paused: isPaused(own),
    })),
  ]
}

const isPaused = (sources: readonly SourceStatus[]) => sources.some(({ poll }) => poll.lastOutcome === 'paused')

function newestOf(sources: readonly SourceStatus[]): EpochMs | null {
  const times = sources.flatMap(({ poll }) => (poll.lastOkAt === null ? [] : [poll.lastOkAt]))
  return times.length === 0 ? null : times.reduce((newest, at) => Math.max(newest, at))
}
