import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { AccessScope, EpochMs } from '#lib/contract/index.ts'
import { readNewestPoll } from '#lib/history/index.ts'
import { countPollsByOutcome } from '../store/index.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  formatMetricFamilies,
  chooseExpositionType,
  createGaugeFamily,
  type MetricFamily,
  type MetricSample,
} from '#lib/platform/metrics-exposition.ts'
import { readAlertingLeaseAge } from '#lib/platform/leases/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { collectProcessMetrics, readPublishedMetrics } from '#lib/platform/telemetry/process-metrics.ts'
import {
  getSqlExecutor,
  judgePollFreshness,
  readSources,
  withTimeLimit,
  openScopedReader,
  createScopedReaders,
  getDatabasesInUse,
  getHeavyQueryQueue,
} from '#lib/questions/index.ts'
import { readAlertingMetrics } from './metrics/alerting.ts'
import { readEstateMetrics } from './metrics/estate-metrics.ts'
import { readSloMetrics } from '#lib/reports/answers/index.ts'
import { getGauge } from '#lib/platform/metrics.ts'

const states = ['fresh', 'late', 'stale', 'never'] as const

/**
 * Maximum time in milliseconds from the start of a scrape until the basic metrics have been read. A scrape is then
 * answered within two seconds even if the database does not respond.
 */
const PATIENCE_MS = 1_500
/**
 * Maximum time in milliseconds from the start of a scrape until the metrics of all resources, which may be many
 * thousands, have been read. Prometheus waits 10 s by default.
 */
const ESTATE_PATIENCE_MS = 8_000

interface Scraped {
  text: string
  contentType: string
}

/**
 * Returns the metrics for a Prometheus scrape: the resources within the caller's scope, and the state of their polls. A
 * caller who may see everything also gets the metrics of Peerwatch's processes. For this caller, metrics that cannot be
 * read in time are left out, because old values would look like new ones.
 * @param db connections with short statement timeouts, because scrapes matter most when the database is slow
 * @param accept Accept header of the scraper, which selects Prometheus' text format or OpenMetrics
 */
export async function readScrapeMetrics(
  db: Database,
  scope: AccessScope,
  { accept = null, now = getDatabaseNow() }: { accept?: string | null; now?: EpochMs } = {},
): Promise<Scraped> {
  const contentType = chooseExpositionType(accept)
  registerConnectionMetrics()
  const families = scope === 'everything' ? await allMetrics(db, now) : await scopedMetrics(scope, now)
  return { text: formatMetricFamilies(families, contentType), contentType }
}

async function scopedMetrics(scope: AccessScope, now: EpochMs): Promise<MetricFamily[]> {
  const reader = await openScopedReader(scope)
  const q = getSqlExecutor(reader)
  const [totals, sources] = [await countPollsByOutcome(q), await readSources(q)]
  return [...pollingFamilies([totals, sources], now), ...(await readEstateMetrics(reader, now))]
}

/**
 * Returns metrics of all monitored resources and of polling, for exports that do not use the scrape endpoint.
 * @throws errors of the database
 */
export async function readWholeEstateMetrics(db: Database, now: EpochMs = getDatabaseNow()): Promise<MetricFamily[]> {
  const q = getSqlExecutor(db)
  return [
    ...instanceFamilies({ newest: (await readNewestPoll(q)).at, leaseAge: await readAlertingLeaseAge(q) }, true, now),
    ...pollingFamilies([await countPollsByOutcome(q), await readSources(q)], now),
    ...(await readSloMetrics(q, now)),
    ...(await readAlertingMetrics(db, now)),
    ...(await readEstateMetrics(await createScopedReaders(db).readerOf('everything'), now)),
  ]
}

async function allMetrics(db: Database, now: EpochMs): Promise<MetricFamily[]> {
  const began = performance.now()
  const within = async <T>(patienceMs: number, read: () => Promise<T>): Promise<T | null> => {
    try {
      return await withTimeLimit(read(), Math.max(1, patienceMs - (performance.now() - began)))
    } catch (error) {
      // Continues without these metrics. The process's own metrics are needed most when the database is unavailable.
      createComponentLogger('answers').warn({ err: error }, 'metrics of the polling could not be read')
      return null
    }
  }
  const q = getSqlExecutor(db)
  const answered = await within(PATIENCE_MS, async () => ({
    newest: (await readNewestPoll(q)).at,
    leaseAge: await readAlertingLeaseAge(q),
    processes: await readPublishedMetrics(q),
  }))
  const polling =
    answered && (await within(PATIENCE_MS, async () => [await countPollsByOutcome(q), await readSources(q)] as const))
  const objectives = polling && (await within(PATIENCE_MS, async () => readSloMetrics(q, now)))
  const alerting = answered && (await within(PATIENCE_MS, () => readAlertingMetrics(db, now)))
  const estate =
    polling &&
    (await within(ESTATE_PATIENCE_MS, async () => readEstateMetrics(await openScopedReader('everything'), now)))
  return [
    ...instanceFamilies(answered, estate !== null, now),
    ...(polling ? pollingFamilies(polling, now) : []),
    ...(objectives ?? []),
    ...(alerting ?? []),
    ...(estate ?? []),
    ...(await collectProcessMetrics('web')),
    ...(answered?.processes ?? []),
  ]
}

/**
 * @param answered values that were read from the database; null = the database does not respond
 * @param hasEstate whether the metrics of the resources could be read in time
 */
const instanceFamilies = (
  answered: { newest: EpochMs | null; leaseAge: number | null } | null,
  hasEstate: boolean,
  now: EpochMs,
): MetricFamily[] => [
  createGaugeFamily('peerwatch_database_up', 'Whether the database answers: 1 or 0', [
    { labels: {}, value: answered ? 1 : 0 },
  ]),
  createGaugeFamily(
    'peerwatch_estate_read',
    'Whether this answer has the estate: 0 when it could not be read in time',
    [{ labels: {}, value: hasEstate ? 1 : 0 }],
  ),
  createGaugeFamily(
    'peerwatch_newest_poll_age_seconds',
    'Seconds since the end of the newest recorded poll',
    only(answered?.newest ?? null, (newest) => Math.max(0, now - newest) / 1_000),
  ),
  createGaugeFamily(
    'peerwatch_alert_evaluator_lease_age_seconds',
    'Seconds since a process that evaluates alerts renewed its lease; above 30, nobody notifies',
    only(answered?.leaseAge ?? null, (age) => age),
  ),
]

type Polling = readonly [Awaited<ReturnType<typeof countPollsByOutcome>>, Awaited<ReturnType<typeof readSources>>]

const pollingFamilies = ([totals, sources]: Polling, now: EpochMs): MetricFamily[] => [
  pollsFamily(totals),
  sourcesFamily(sources, now),
]

const only = (known: number | null, valueOf: (known: number) => number): MetricSample[] =>
  known === null ? [] : [{ labels: {}, value: valueOf(known) }]

const pollsFamily = (totals: Awaited<ReturnType<typeof countPollsByOutcome>>): MetricFamily =>
  createGaugeFamily(
    'peerwatch_polls',
    'Recorded polls by kind and outcome, over the coverage that is kept',
    totals.map(({ kind, outcome, polls }) => ({ labels: { kind, outcome }, value: polls })),
  )

function sourcesFamily(sources: Awaited<ReturnType<typeof readSources>>, now: EpochMs): MetricFamily {
  const judged = sources.map(({ poll }) => ({ kind: poll.kind, state: judgePollFreshness(poll, now) }))
  return createGaugeFamily(
    'peerwatch_sources',
    'Polled sources by kind and freshness',
    [...new Set(judged.map(({ kind }) => kind))].flatMap((kind) =>
      states.map((state) => ({
        labels: { kind, state },
        value: judged.filter((source) => source.kind === kind && source.state === state).length,
      })),
    ),
  )
}

/**
 * Registers metrics about the database connections of this process (by use) and about heavy queries. Their values are
 * computed at each read.
 */
export function registerConnectionMetrics(): void {
  getGauge(
    'peerwatch_database_connections',
    'Connections of this process by use and state',
    ['use', 'state'],
    (metric) => {
      for (const [use, { pool }] of getDatabasesInUse()) {
        metric.set({ use, state: 'in_use' }, pool.totalCount - pool.idleCount)
        metric.set({ use, state: 'idle' }, pool.idleCount)
      }
    },
  )
  getGauge('peerwatch_database_connections_limit', 'Most connections of a use', ['use'], (metric) => {
    for (const [use, { pool }] of getDatabasesInUse()) metric.set({ use }, pool.options.max)
  })
  getGauge('peerwatch_database_waiting', 'Callers that wait for a connection', ['use'], (metric) => {
    for (const [use, { pool }] of getDatabasesInUse()) metric.set({ use }, pool.waitingCount)
  })
  getGauge('peerwatch_heavy_questions', 'Heavy questions that are being answered', [], (metric) => {
    metric.set(getHeavyQueryQueue().inside)
  })
  getGauge('peerwatch_heavy_questions_waiting', 'Heavy questions that wait for their turn', [], (metric) => {
    metric.set(getHeavyQueryQueue().waiting)
  })
}
