import type { EpochMs } from '#lib/contract/index.ts'
import { newestPollAt, pollTotals } from '#lib/history/index.ts'
import { alertingLeaseAge } from '#lib/platform/leases/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { gauge, registry } from '#lib/platform/metrics.ts'
import { type Db, queryable } from './db.ts'
import { pollFreshness, readSources } from './freshness.ts'

const states = ['fresh', 'late', 'stale', 'never'] as const

/** All metrics of this process and of the polling, in Prometheus' text format, and its content type. */
export async function prometheusText(
  db: Db,
  now: EpochMs = Date.now(),
): Promise<{ text: string; contentType: string }> {
  const q = queryable(db)
  const up = gauge('peerwatch_database_up', 'Whether the database answers: 1 or 0')
  const leaseAge = gauge(
    'peerwatch_alert_evaluator_lease_age_seconds',
    'Seconds since a process that evaluates alerts renewed its lease; above 30, nobody notifies',
  )
  try {
    const [totals, sources, newest] = [await pollTotals(q), await readSources(q), await newestPollAt(q)]
    up.set(1)
    setPolls(totals)
    setSources(sources.map(({ poll }) => ({ kind: poll.kind, state: pollFreshness(poll, now) })))
    const age = gauge('peerwatch_newest_poll_age_seconds', 'Seconds since the end of the newest recorded poll')
    if (newest === null) age.remove()
    else age.set(Math.max(0, now - newest) / 1_000)
    const alerting = await alertingLeaseAge(q)
    if (alerting === null) leaseAge.remove()
    else leaseAge.set(alerting)
  } catch (error) {
    // the process's own metrics are wanted most when the database is away
    up.set(0)
    leaseAge.remove()
    componentLogger('answers').warn({ err: error }, 'metrics of the polling could not be read')
  }
  return { text: await registry().metrics(), contentType: registry().contentType }
}

function setPolls(totals: Awaited<ReturnType<typeof pollTotals>>): void {
  const polls = gauge('peerwatch_polls', 'Recorded polls by kind and outcome, over the coverage that is kept', [
    'kind',
    'outcome',
  ])
  polls.reset()
  for (const { kind, outcome, polls: count } of totals) polls.set({ kind, outcome }, count)
}

function setSources(sources: { kind: string; state: (typeof states)[number] }[]): void {
  const gauges = gauge('peerwatch_sources', 'Polled sources by kind and freshness', ['kind', 'state'])
  gauges.reset()
  for (const kind of new Set(sources.map((source) => source.kind))) {
    for (const state of states) {
      gauges.set({ kind, state }, sources.filter((source) => source.kind === kind && source.state === state).length)
    }
  }
}
