import { Registry } from 'prom-client'
import type { AccessScope, EpochMs } from '#lib/contract/index.ts'
import { newestPollAt, pollTotals } from '#lib/history/index.ts'
import { alertingLeaseAge } from '#lib/platform/leases/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { gauge, registry } from '#lib/platform/metrics.ts'
import type { Database } from '#lib/platform/database.ts'
import { scopedTo } from './scoped/reader-of.ts'
import { databasesInUse } from './connection.ts'
import { type Db, queryable } from './db.ts'
import { pollFreshness, readSources } from './freshness.ts'
import { heavyGate } from './heavy-questions.ts'
import { inTime } from './in-time.ts'

const states = ['fresh', 'late', 'stale', 'never'] as const

/** A scrape is answered within two seconds, whatever the database does. */
const PATIENCE_MS = 1_500

/** All metrics of this process and of the polling, in Prometheus' text format, and its content type. */
export async function prometheusText(
  db: Db,
  now: EpochMs = Date.now(),
): Promise<{ text: string; contentType: string }> {
  const until = performance.now() + PATIENCE_MS
  const inTheTime = async <T>(read: () => Promise<T>): Promise<T | null> => {
    try {
      return await inTime(read(), until - performance.now())
    } catch (error) {
      // the process's own metrics are wanted most when the database is away
      componentLogger('answers').warn({ err: error }, 'metrics of the polling could not be read')
      return null
    }
  }
  const q = queryable(db)
  const answered = await inTheTime(async () => ({ newest: await newestPollAt(q), leaseAge: await alertingLeaseAge(q) }))
  const polling = answered && (await inTheTime(async () => [await pollTotals(q), await readSources(q)] as const))
  // what was not read is left out: an old figure would be taken for a new one
  gauge('peerwatch_database_up', 'Whether the database answers: 1 or 0').set(answered ? 1 : 0)
  setNewestPoll(answered?.newest ?? null, now)
  setLease(answered?.leaseAge ?? null)
  setPolls(polling?.[0] ?? [])
  setSources((polling?.[1] ?? []).map(({ poll }) => ({ kind: poll.kind, state: pollFreshness(poll, now) })))
  setConnections()
  return { text: await registry().metrics(), contentType: registry().contentType }
}

/** The same for a caller: whoever has a scope gets figures of what it sees, and none of this process. */
export async function metricsFor(db: Database, scope: AccessScope): Promise<{ text: string; contentType: string }> {
  if (scope === 'everything') return prometheusText(db)
  const own = new Registry()
  const q = queryable(await scopedTo(db, scope))
  const now = Date.now()
  setPolls(await pollTotals(q), own)
  setSources(
    (await readSources(q)).map(({ poll }) => ({ kind: poll.kind, state: pollFreshness(poll, now) })),
    own,
  )
  return { text: await own.metrics(), contentType: own.contentType }
}

function setNewestPoll(newest: EpochMs | null, now: EpochMs): void {
  const age = gauge('peerwatch_newest_poll_age_seconds', 'Seconds since the end of the newest recorded poll')
  if (newest === null) age.remove()
  else age.set(Math.max(0, now - newest) / 1_000)
}

/** What this process does with the database, by what it uses it for. */
function setConnections(): void {
  const connections = gauge('peerwatch_database_connections', 'Connections of this process by use and state', [
    'use',
    'state',
  ])
  const limit = gauge('peerwatch_database_connections_limit', 'Most connections of a use', ['use'])
  const waiting = gauge('peerwatch_database_waiting', 'Callers that wait for a connection', ['use'])
  for (const [use, { pool }] of databasesInUse()) {
    connections.set({ use, state: 'in_use' }, pool.totalCount - pool.idleCount)
    connections.set({ use, state: 'idle' }, pool.idleCount)
    limit.set({ use }, pool.options.max)
    waiting.set({ use }, pool.waitingCount)
  }
  gauge('peerwatch_heavy_questions', 'Heavy questions that are being answered').set(heavyGate().inside)
  gauge('peerwatch_heavy_questions_waiting', 'Heavy questions that wait for their turn').set(heavyGate().waiting)
}

function setLease(ageSeconds: number | null): void {
  const age = gauge(
    'peerwatch_alert_evaluator_lease_age_seconds',
    'Seconds since a process that evaluates alerts renewed its lease; above 30, nobody notifies',
  )
  if (ageSeconds === null) age.remove()
  else age.set(ageSeconds)
}

function setPolls(totals: Awaited<ReturnType<typeof pollTotals>>, into = registry()): void {
  const polls = gauge(
    'peerwatch_polls',
    'Recorded polls by kind and outcome, over the coverage that is kept',
    ['kind', 'outcome'],
    into,
  )
  polls.reset()
  for (const { kind, outcome, polls: count } of totals) polls.set({ kind, outcome }, count)
}

function setSources(sources: { kind: string; state: (typeof states)[number] }[], into = registry()): void {
  const gauges = gauge('peerwatch_sources', 'Polled sources by kind and freshness', ['kind', 'state'], into)
  gauges.reset()
  for (const kind of new Set(sources.map((source) => source.kind))) {
    for (const state of states) {
      gauges.set({ kind, state }, sources.filter((source) => source.kind === kind && source.state === state).length)
    }
  }
}
