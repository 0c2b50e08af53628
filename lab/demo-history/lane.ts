import { setImmediate } from 'node:timers/promises'
import type { EpochMs, PollObservation } from '#lib/contract/index.ts'
import type { CounterObservation, CoveredPollTimes } from '#lib/history/index.ts'
import {
  type KnownSourceFacts,
  updateSourceKnowledge,
  EMPTY_SOURCE_KNOWLEDGE,
  markIncompletePoll,
  convertRowsToSessions,
  findSessionsWithActivity,
} from '#lib/poller/index.ts'
import { isSameReading } from './same-reading.ts'
import {
  advanceTrackToPollStart,
  type PastPollSelection,
  countsBytes,
  requestPollOfTrack,
  isWithinTimeRanges,
  findNextPoll,
  addSkippablePollsUntil,
  computePollTimesFromStart,
  type PastPollTrack,
} from './track.ts'
import type { GeneratedPastPollKind, VirtualAzureClient } from './virtual-azure.ts'

/**
 * Tracks of polls that depend on each other, because a change of sessions requests polls of the tables of the same
 * gateway or path.
 */
export interface PollTrackGroup {
  readonly tracks: readonly PastPollTrack[]
  knowledge: KnownSourceFacts
}

/** A write to the database, in the order of each track. */
export type PollTrackStep =
  | { readonly type: 'extend'; readonly track: PastPollTrack; readonly polls: readonly CoveredPollTimes[] }
  | { readonly type: 'count'; readonly track: PastPollTrack; readonly polls: readonly CounterObservation[] }
  | { readonly type: 'record'; readonly track: PastPollTrack; readonly observation: PollObservation }

/**
 * Number of polls that are recorded after a change although they show nothing new, because detection and history count
 * up to three such polls. For a table that was read, one is enough.
 */
const SETTLING_POLLS = { tables: 1, others: 3 }
const TABLES: ReadonlySet<GeneratedPastPollKind> = new Set([
  'learned',
  'advertised',
  'tables',
  'arp',
  'stats',
  'connection',
])
/**
 * A session may be flapping if it has this number of changes within the window. Detection then counts polls without
 * changes until the flapping ends, so that this number of polls is recorded separately.
 */
const RESTLESS = { changes: 3, withinMs: 30 * 60_000, settlingPolls: 90 }
/**
 * Time in milliseconds after which detection treats a missing gateway instance as removed. From then on, it evaluates
 * the same response of Azure differently.
 */
const GIVEN_UP_MS = 21 * 60_000
/**
 * Maximum number of polls of a track that wait to be written, so that memory does not grow with the length of the past.
 * A sample of byte counters takes about 1.2 kB, any other poll 72 bytes. Up to a day of polls (`heartbeatMs`) may be
 * added at once.
 */
const MAX_WAITING_POLLS = { samples: 200, others: 1_000 }
/**
 * Overlap of windows in milliseconds, because Activity log entries arrive late. Each window begins before the previous
 * poll.
 */
const LATE_MS = 20 * 60_000
const FOLLOW_UP_MS = 20

/** Runs the lane's polls up to `until`, in the order of time. A later call continues after the last poll. */
export async function* runPollTrackGroup(
  azure: VirtualAzureClient,
  lane: PollTrackGroup,
  until: EpochMs,
  asking: PastPollSelection,
): AsyncGenerator<PollTrackStep> {
  for (;;) {
    const due = earliest(lane, until, asking)
    if (!due) break
    yield* poll(azure, lane, due.track, due.at, asking)
    // yields to the event loop, because requests to the virtual Azure never wait and would otherwise delay the
    // database's responses until a batch is complete
    await setImmediate()
  }
  for (const track of lane.tracks) yield* finish(track)
}

function earliest(
  lane: PollTrackGroup,
  until: EpochMs,
  asking: PastPollSelection,
): { track: PastPollTrack; at: EpochMs } | null {
  let first: { track: PastPollTrack; at: EpochMs } | null = null
  for (const track of lane.tracks) {
    const at = findNextPoll(track, until, asking)
    if (at !== null && (first === null || at < first.at)) first = { track, at }
  }
  return first
}

async function* poll(
  azure: VirtualAzureClient,
  lane: PollTrackGroup,
  track: PastPollTrack,
  at: EpochMs,
  asking: PastPollSelection,
): AsyncGenerator<PollTrackStep> {
  advanceTrackToPollStart(track, at)
  const raw = await azure.poll(track.target, track.kind, computePollTimesFromStart(track, at), windowOf(track, at))
  const observation = markIncompletePoll(raw, knows(track) ? lane.knowledge : EMPTY_SOURCE_KNOWLEDGE)
  const { last } = track
  if (!last || !isSameReading(last.observation, observation)) {
    yield* flush(track, 'last-by-itself')
    track.lackingUntil = observation.silentInstances.length > 0 ? at + GIVEN_UP_MS : 0
    track.settle = settlingPolls(track, observation)
    yield* record(track, observation)
  } else if (asking === 'all' || track.settle > 0 || isWithinTimeRanges(at, track.watched)) {
    yield* flush(track)
    track.settle = Math.max(0, track.settle - 1)
    yield* record(track, observation)
  } else {
    track.unchanged.push(counts(observation) ? observation : computePollTimesFromStart(track, at))
    track.last = { observation, recorded: false }
    const most = MAX_WAITING_POLLS[countsBytes(track) ? 'samples' : 'others']
    if (track.unchanged.length >= most) yield* flush(track, 'without-last')
  }
  readAround(lane, observation, track)
}

/** Returns how many polls are recorded after a change. */
function settlingPolls(track: PastPollTrack, { startedAt: at, outcome }: PollObservation): number {
  track.changes = [...track.changes.filter((before) => before >= at - RESTLESS.withinMs), at]
  const isRestless = reportsSessions(track) && track.changes.length >= RESTLESS.changes
  if (isRestless) return RESTLESS.settlingPolls
  return outcome === 'ok' && TABLES.has(track.kind) ? SETTLING_POLLS.tables : SETTLING_POLLS.others
}

/** Records the last poll of a track as a separate poll, so that live polling continues from it. */
function* finish(track: PastPollTrack): Generator<PollTrackStep> {
  yield* flush(track, 'last-by-itself')
}

function* record(track: PastPollTrack, observation: PollObservation): Generator<PollTrackStep> {
  track.last = { observation, recorded: true }
  yield { type: 'record', track, observation }
}

/**
 * Yields the steps that write the waiting polls. With `last-by-itself`, the last poll is recorded separately with its
 * data. With `without-last`, the last poll continues to wait, so that it can still be recorded separately.
 */
function* flush(
  track: PastPollTrack,
  how: 'together' | 'last-by-itself' | 'without-last' = 'together',
): Generator<PollTrackStep> {
  const { last, unchanged } = track
  const own =
    how !== 'together' && last && !last.recorded && unchanged.at(-1)?.startedAt === last.observation.startedAt
      ? last.observation
      : null
  const polls = own ? unchanged.slice(0, -1) : unchanged
  track.unchanged = how === 'without-last' ? unchanged.slice(polls.length) : []
  const step = stepOf(track, polls)
  if (step) yield step
  if (own && how === 'last-by-itself') yield* record(track, own)
}

/** Returns the unwritten polls that end by `at`, for a lane that has already run beyond it; null = there are none. */
export function getUnwrittenPollStep(
  track: PastPollTrack,
  at: EpochMs,
  asking: PastPollSelection,
): UnwrittenPollStep | null {
  addSkippablePollsUntil(track, at, asking)
  const until = track.unchanged.findIndex(({ finishedAt }) => finishedAt > at)
  const count = until === -1 ? track.unchanged.length : until
  // the last poll that was really made is not written yet, because it may still have to be recorded separately
  const isLast = track.unchanged[count - 1]?.startedAt === track.last?.observation.startedAt
  return stepOf(track, track.unchanged.splice(0, isLast ? count - 1 : count))
}

/** Divides waiting polls into the polls that end by `at` and the later ones. */
export function divideWaitingPolls(
  { track, polls }: UnwrittenPollStep,
  at: EpochMs,
): [UnwrittenPollStep | null, UnwrittenPollStep | null] {
  const later = polls.findIndex(({ finishedAt }) => finishedAt > at)
  const count = later === -1 ? polls.length : later
  return [stepOf(track, polls.slice(0, count)), stepOf(track, polls.slice(count))]
}

export type UnwrittenPollStep = Exclude<PollTrackStep, { type: 'record' }>

function stepOf(
  track: PastPollTrack,
  polls: readonly (CoveredPollTimes | CounterObservation)[],
): UnwrittenPollStep | null {
  if (polls.length === 0) return null
  const samples = polls.filter(isSample)
  return samples.length > 0 ? { type: 'count', track, polls: samples } : { type: 'extend', track, polls }
}

/**
 * Reports whether a waiting poll is a sample. The waiting polls of a track are either all samples or all without
 * samples, because polls that read no bytes have another outcome.
 */
const isSample = (poll: CoveredPollTimes | CounterObservation): poll is CounterObservation => 'rows' in poll

function counts(observation: PollObservation): observation is CounterObservation {
  return (observation.kind === 'stats' || observation.kind === 'connection') && observation.outcome === 'ok'
}

function knows({ kind }: PastPollTrack): boolean {
  return kind === 'peers' || kind === 'summary' || kind === 'learned' || kind === 'tables'
}

const reportsSessions = ({ kind }: PastPollTrack): boolean => kind === 'peers' || kind === 'summary'

function windowOf({ kind, everyMs }: PastPollTrack, at: EpochMs): { from: EpochMs; to: EpochMs } | undefined {
  if (kind !== 'activity') return undefined
  return { from: at - everyMs(at) - LATE_MS, to: at }
}

/**
 * Updates the stored knowledge of sessions after a poll of sessions. If a session changed, requests polls of the tables
 * that depend on it.
 */
function readAround(lane: PollTrackGroup, observation: PollObservation, track: PastPollTrack): void {
  if (observation.kind !== 'peers' && observation.kind !== 'summary') return
  if (observation.outcome !== 'ok' && observation.outcome !== 'incomplete') return
  const rows = convertRowsToSessions(observation)
  // message counters are left out, because polls in between were not made, so that the difference says nothing about a
  // single poll interval
  const quiet = rows.map((row) => ({ ...row, messagesReceived: null }))
  const moved = new Set(findSessionsWithActivity(lane.knowledge, quiet).map(({ neighbor }) => neighbor))
  lane.knowledge = updateSourceKnowledge(lane.knowledge, rows, observation.outcome === 'ok')
  if (moved.size === 0) return
  for (const other of lane.tracks) {
    if (other === track || !other.last || (other.kind === 'advertised' && !moved.has(other.target.subresource)))
      continue
    requestPollOfTrack(other, observation.finishedAt + FOLLOW_UP_MS)
  }
}
