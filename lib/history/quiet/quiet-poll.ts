import { addressFor } from '#lib/bgp/index.ts'
import type { EpochMs, MetricRow, Observation, PollKind, PollMark, SilentSession } from '#lib/contract/index.ts'
import { sampledNeighbor, sampledPeer } from '../record/advance-session.ts'
import { type ArpEntry, stepArp } from '../record/arp.ts'
import { liveOf, samplesOf } from '../record/connection.ts'
import {
  type CounterSample,
  countedSamples,
  counterResets,
  type LatestCounter,
  statsSamples,
} from '../record/counters.ts'
import { continued } from '../record/coverage.ts'
import { fieldsThatDiffer } from '../record/json-diff.ts'
import { type KnownBucket, knownBuckets, newestBuckets, seriesKeys } from '../record/metric-series.ts'
import { intervalInForceMs, paceAfter } from '../record/pace.ts'
import { readingOf, remember } from '../record/reading.ts'
import { markOf, NONE_REPORTED, statusOf } from '../record/record-observation.ts'
import type { Session } from '../record/session-rows.ts'
import { type SessionKind, stepSessions } from '../record/step-sessions.ts'
import type { RecordOptions } from '../types.ts'
import { type LastPoll, routesDigest } from './last-poll.ts'
import { msOfSeconds } from '../times.ts'

/** A poll that changes nothing but coverage and what is kept as last read: rows to update, and samples to add. */
export interface QuietPoll {
  observation: Observation
  mark: PollMark
  silentSessions: SilentSession[]
  /** begin of the coverage that it extends */
  intervalFrom: EpochMs
  /** the interval in force, in seconds */
  intervalSeconds: number
  /** end of the poll before it, by which its row is recognised */
  previousFinishedAt: EpochMs
  sessions: readonly Session[]
  arp: readonly { entry: ArpEntry; ageMinutes: number | null }[]
  counters: readonly { latest: LatestCounter; sample: CounterSample }[]
  buckets: readonly KnownBucket[]
  /** of `buckets`, the newest of each series, where none that is newer was recorded before */
  newest: readonly KnownBucket[]
  /** what it leaves */
  after: LastPoll
}

type Rows = Pick<QuietPoll, 'silentSessions' | 'sessions' | 'arp' | 'counters' | 'buckets' | 'newest'> & {
  after: Partial<LastPoll>
}
const NO_ROWS: Rows = {
  silentSessions: [],
  sessions: [],
  arp: [],
  counters: [],
  buckets: [],
  newest: [],
  after: {},
}

/**
 * What `recordObservation` would do with a poll, where that is nothing but to update rows. Pure.
 * @param last what the poll before it left
 * @returns null where it would do more, or might
 */
export function quietPoll(last: LastPoll, observation: Observation, options: RecordOptions): QuietPoll | null {
  const { state } = last
  const { startedAt, finishedAt, outcome, error, silentInstances } = observation
  if (outcome !== 'ok' || error !== null || silentInstances.length > 0) return null
  if (state.lastOutcome !== 'ok' || state.lastFinishedAt === null || statusOf(state, observation) !== 'recorded')
    return null
  const configuredMs = msOfSeconds(options.intervalSeconds)
  const intervalFrom = continued(state, observation, intervalInForceMs(state, configuredMs))
  const rows = intervalFrom === null ? null : rowsOf(last, observation, options)
  if (intervalFrom === null || rows === null) return null
  const pace = paceAfter(state, startedAt, finishedAt - startedAt)
  return {
    ...rows,
    observation,
    mark: markOf(state, observation),
    intervalFrom,
    intervalSeconds: intervalInForceMs(pace, configuredMs) / 1_000,
    previousFinishedAt: state.lastFinishedAt,
    after: {
      ...last,
      ...rows.after,
      state: {
        ...state,
        ...pace,
        ...remember(state, observation),
        lastStartedAt: startedAt,
        lastFinishedAt: finishedAt,
        okStartedAt: startedAt,
        okFinishedAt: finishedAt,
      },
    },
  }
}

/** Kinds of which a poll can be found to change nothing: those that {@link rowsOf} compares. */
export const quietKinds: ReadonlySet<PollKind> = new Set([
  'peers',
  'summary',
  'arp',
  'learned',
  'advertised',
  'tables',
  'effective',
  'stats',
  'connection',
  'metrics',
  'probe',
])

function rowsOf(last: LastPoll, observation: Observation, options: RecordOptions): Rows | null {
  switch (observation.kind) {
    case 'peers':
    case 'summary':
      return sessionsOf(last, observation, options)
    case 'arp':
      return arpOf(last, observation)
    case 'learned':
    case 'advertised':
    case 'tables':
    case 'effective':
      return last.routes !== null && last.routes === routesDigest(observation) ? NO_ROWS : null
    case 'stats':
      return countersOf(last, statsSamples(observation.rows), observation)
    case 'connection': {
      const [row] = observation.rows
      if (!row || !last.live || fieldsThatDiffer(last.live, liveOf(row)).length > 0) return null
      return countersOf(last, samplesOf(row), observation)
    }
    case 'metrics':
    case 'probe':
      return bucketsOf(last, observation.rows)
    default:
      return null
  }
}

function sessionsOf(
  last: LastPoll,
  observation: Extract<Observation, { kind: SessionKind }>,
  options: RecordOptions,
): Rows | null {
  const reading = readingOf(last.state.sourceId, observation, last.state)
  const localAddresses = options.localAddresses ?? NONE_REPORTED
  const sampled =
    observation.kind === 'peers'
      ? observation.rows.map(sampledPeer)
      : observation.rows.map((row) => sampledNeighbor(row, addressFor(row.neighbor, localAddresses)))
  const { steps, changes, silentSessions } = stepSessions(last.sessions, reading, observation.kind, sampled)
  if (changes.length > 0 || steps.some(({ past, pastPrefixes }) => past.length + pastPrefixes.length > 0)) return null
  const before = new Map(last.sessions.map((session) => [session.id, session]))
  const sessions = steps.map(({ session }) => session)
  if (!sessions.every((session) => isOnlyReadAgain(before.get(session.id), session))) return null
  const after = new Map(sessions.map((session) => [session.id, session]))
  return {
    ...NO_ROWS,
    silentSessions,
    sessions,
    after: { sessions: last.sessions.map((session) => after.get(session.id) ?? session) },
  }
}

/** Whether nothing differs but the columns that each poll writes. */
function isOnlyReadAgain(before: Session | undefined, after: Session): boolean {
  return (
    before !== undefined &&
    after.id !== null &&
    before.open === after.open &&
    before.prefixesOpen === after.prefixesOpen &&
    before.prefixesReceived === after.prefixesReceived &&
    before.closedUntil === after.closedUntil &&
    before.localAddress === after.localAddress &&
    before.transitions === after.transitions &&
    before.everEstablished === after.everEstablished
  )
}

function arpOf(last: LastPoll, observation: Extract<Observation, { kind: 'arp' }>): Rows | null {
  const reading = readingOf(last.state.sourceId, observation, last.state)
  const { ends, changes, saved } = stepArp(last.arp, reading, observation.rows)
  if (changes.length > 0 || ends.length > 0) return null
  return { ...NO_ROWS, arp: saved.map(({ entry, row }) => ({ entry, ageMinutes: row?.ageMinutes ?? null })) }
}

function countersOf(
  last: LastPoll,
  samples: readonly CounterSample[],
  { startedAt, finishedAt }: Observation,
): Rows | null {
  const latest = new Map(last.counters.map((counter) => [counter.path, counter]))
  const counters: { latest: LatestCounter; sample: CounterSample }[] = []
  for (const sample of countedSamples(samples)) {
    const before = latest.get(sample.path)
    if (!before?.started_at || counterResets(sample, before, finishedAt).length > 0) return null
    counters.push({ latest: before, sample })
    latest.set(sample.path, {
      ...before,
      started_at: new Date(startedAt),
      bytes_in: sample.bytesIn?.toString() ?? null,
      bytes_out: sample.bytesOut?.toString() ?? null,
    })
  }
  return { ...NO_ROWS, counters, after: { counters: [...latest.values()] } }
}

/** Buckets are new in each poll, their series are not. */
function bucketsOf(last: LastPoll, rows: readonly MetricRow[]): Rows | null {
  const key = seriesKeys()
  const ids = new Map(last.series.map((series) => [key(series), series.id]))
  const buckets = knownBuckets(last.state.sourceId, rows, key, ids)
  if (!buckets) return null
  const before = new Map(last.series.map(({ id, newest }) => [id, newest?.at ?? null]))
  const newest = newestBuckets(buckets).filter(({ seriesId, row }) => row.at >= (before.get(seriesId) ?? row.at))
  const after = new Map(newest.map(({ seriesId, row }) => [seriesId, newestOf(row)]))
  const series = last.series.map((one) => ({ ...one, newest: after.get(one.id) ?? one.newest }))
  return { ...NO_ROWS, buckets, newest, after: { series } }
}

/** What is remembered of a bucket. */
const newestOf = ({ at, average, maximum }: MetricRow) => ({ at, average, maximum })
