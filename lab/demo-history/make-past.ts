import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  appendCounters,
  type CoveredPollTimes,
  getOrCreateSourceIds,
  extendCoverageByUnchangedPolls,
  buildStoredPollKey,
  type StoredPollStatesByKey,
  prepareCounterPartitions,
  type UnchangedPollRun,
  rollUpUsage,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SimulatedWorld } from '../simulator/index.ts'
import { TopologyCache, recordPollAndRunDetection } from '#lib/poller/index.ts'
import { readRouterSideSessions } from '#lib/routers/join/router-side-sessions.ts'
import { mergeTrackGroupSteps, endOfLastPoll } from './in-order.ts'
import { type PollTrackGroup, runPollTrackGroup, type PollTrackStep, type UnwrittenPollStep } from './lane.ts'
import { createPollTrackGroups } from './lanes.ts'
import { type PastPollSelection, isWithinTimeRanges, type PastPollTrack } from './track.ts'
import { createVirtualAzure } from './virtual-azure.ts'

/** Maximum number of steps in a transaction. */
const BATCH = 100
/**
 * Approximate maximum number of polls of unchanged data (`extend`) or of samples of byte counters (`count`) in a
 * transaction, so that the memory for waiting transactions is bounded.
 */
const MAX_BATCH_POLLS = { extend: 50_000, count: 2_000 }
/**
 * Interval in milliseconds at which usage is rolled up. Detection derives the usual traffic of an hour from usage,
 * which it reads again each hour.
 */
const ROLLED_UP_EVERY_MS = MS_PER_HOUR
/**
 * Maximum number of transactions that are prepared while one is written. The database always has work, and memory is
 * bounded.
 */
const MAX_WAITING = 8

export interface PastOptions {
  db: Database
  world: SimulatedWorld
  from: EpochMs
  /** start of the polls of byte counters, as if the worker was permitted to read them only from then on; default `from` */
  countersFrom?: EpochMs
  /** zero of the world's timeline */
  origin: EpochMs
  /** the past may be continued up to this moment */
  horizon: EpochMs
  asking?: PastPollSelection
  /**
   * virtual time in milliseconds after which detection reads the estate and its declarations again, although no list
   * changed; default an hour. A longer time has no effect on the result unless `beside` changes them.
   */
  estateKeptMs?: number
  /** the order in which lanes are started, which is irrelevant for the result */
  arrange?: (lanes: readonly PollTrackGroup[]) => readonly PollTrackGroup[]
  /** called before data known by this moment are written, so that other components can record at the same time */
  beside?: (knownBy: EpochMs) => Promise<void>
  /** finished share of the time up to `origin`, 0 to 1 */
  onProgress?: (share: number) => void
}

/** A past that is being generated. */
export interface PastGenerator {
  /** Polls and records up to `until`. A later call continues from there. */
  upTo(until: EpochMs): Promise<void>
  close(): void
}

/**
 * Starts to generate the past of an estate: polls at virtual time, recorded in the same way as a worker's polls. The
 * database must not contain data of the estate yet. No dump of a past is shipped (ADR 0365).
 */
export async function startPastGenerator(options: PastOptions): Promise<PastGenerator> {
  const {
    db,
    world,
    from,
    countersFrom,
    origin,
    horizon,
    asking = 'around-edges',
    estateKeptMs = MS_PER_HOUR,
    arrange = (lanes) => lanes,
    beside = async () => {},
    onProgress = () => {},
  } = options
  const azure = createVirtualAzure(world)
  await db.transaction((client) => prepareCounterPartitions(client, from, horizon))
  const streams = await createPollTrackGroups({
    world,
    azure,
    from,
    countersFrom,
    origin,
    horizon,
    sourceIds: (targets) => db.transaction((client) => getOrCreateSourceIds(client, targets)),
  })
  const lanes = arrange(streams)
  const memory: Memory = {
    estate: new TopologyCache({ keepMs: estateKeptMs, readRouterEnds: readRouterSideSessions }),
    kept: new Map(),
  }
  let rolledUpTo = Number.NEGATIVE_INFINITY
  const write = async (batch: readonly PollTrackStep[]) => {
    const [first] = batch
    if (first) await beside(endOfLastPoll(first))
    const judged = batch.find(isJudgedByBytes)
    const isDue = judged !== undefined && endOfLastPoll(judged) - rolledUpTo >= ROLLED_UP_EVERY_MS
    const before = isDue ? batch.indexOf(judged) : 0
    if (isDue) {
      // usual traffic is derived from all earlier polls, so that these are written before usage is rolled up
      await writeSteps(db, batch.slice(0, before), memory)
      await rollUpUsage(db)
      rolledUpTo = endOfLastPoll(judged)
    }
    await writeSteps(db, batch.slice(before), memory)
  }

  return {
    async upTo(until) {
      const steps = mergeTrackGroupSteps(
        lanes.map((lane) => ({ tracks: lane.tracks, steps: runPollTrackGroup(azure, lane, until, asking) })),
        asking,
      )
      const waiting: Promise<void>[] = []
      for await (const batch of batches(steps)) {
        if (waiting.length >= MAX_WAITING) await waiting.shift()
        const writing = (waiting.at(-1) ?? Promise.resolve())
          .then(() => write(batch))
          .then(() => onProgress(shareOf(batch, from, origin)))
        // prevents an unhandled rejection: the promise is awaited later in order, while further batches are prepared
        writing.catch(() => {})
        waiting.push(writing)
      }
      await Promise.all(waiting)
      if (until >= origin) onProgress(1)
    },
    close: () => azure.close(),
  }
}

async function* batches(steps: AsyncGenerator<PollTrackStep>): AsyncGenerator<PollTrackStep[]> {
  let batch: PollTrackStep[] = []
  // reached share of the limits
  let filled = 0
  for await (const step of steps) {
    batch.push(step)
    const share = step.type === 'record' ? 0 : step.polls.length / MAX_BATCH_POLLS[step.type]
    filled += Math.max(1 / BATCH, share)
    if (filled < 1) continue
    yield batch
    batch = []
    filled = 0
  }
  if (batch.length > 0) yield batch
}

/** Reports whether detection compares a poll's bytes with usual traffic. */
function isJudgedByBytes(step: PollTrackStep): boolean {
  if (step.type !== 'record' || step.track.kind !== 'stats') return false
  return isWithinTimeRanges(step.observation.startedAt, step.track.watched)
}

/** Returns the finished share, in proportion to time. */
function shareOf(batch: readonly PollTrackStep[], from: EpochMs, until: EpochMs): number {
  const last = batch.at(-1)
  return last ? Math.min(1, Math.max(0, (endOfLastPoll(last) - from) / (until - from))) : 0
}

type Client = Parameters<Parameters<Database['transaction']>[0]>[0]

/**
 * Data kept between polls. Only this process records the sources, so that the result of a poll need not be read again
 * for the next one.
 */
interface Memory {
  estate: TopologyCache
  kept: StoredPollStatesByKey
}

/** Writes steps in one transaction, through the same functions as a worker's polls. */
async function writeSteps(db: Database, steps: readonly PollTrackStep[], memory: Memory): Promise<void> {
  if (steps.length === 0) return
  await db.transaction(async (client) => {
    let quiet: UnwrittenPollStep[] = []
    for (const step of steps) {
      if (step.type === 'record' || quiet.some(({ track }) => track === step.track)) {
        await writeQuiet(client, quiet, memory)
        quiet = []
      }
      if (step.type === 'record') await record(client, step, memory)
      else quiet.push(step)
    }
    await writeQuiet(client, quiet, memory)
  })
}

/**
 * Writes runs of polls without changes between two recorded polls, each of another track. They can be written together
 * because their order does not matter.
 */
async function writeQuiet(client: Client, steps: readonly UnwrittenPollStep[], { kept }: Memory): Promise<void> {
  await extendCoverageByUnchangedPolls(
    client,
    steps.flatMap((step) => (step.type === 'extend' ? [runOf(step.track, step.polls)] : [])),
    kept,
  )
  await appendCounters(
    client,
    steps.flatMap((step) => (step.type === 'count' ? [runOf(step.track, step.polls)] : [])),
    kept,
  )
}

async function record(
  client: Client,
  { track, observation }: Extract<PollTrackStep, { type: 'record' }>,
  { estate, kept }: Memory,
): Promise<void> {
  const { localAddresses, sourceId, kind } = track
  const { intervalSeconds } = runOf(track, [observation])
  const key = buildStoredPollKey(track)
  const known = kept.get(key)
  const options = { intervalSeconds, localAddresses, estate, known }
  const { status, left, changes } = await recordPollAndRunDetection(client, sourceId, observation, options)
  if (status !== 'recorded') throw new Error(`a poll of ${kind} was refused as ${status}`)
  // the stored polls become invalid if a list changed the resources of other tracks, and the rows that a failed poll
  // leaves are unknown
  if (kind === 'inventory' && changes.length > 0) kept.clear()
  else if (left && (known || observation.outcome === 'ok')) kept.set(key, left)
  else kept.delete(key)
}

/** Start of the last written poll of each track. */
const writtenTo = new WeakMap<PastPollTrack, EpochMs>()

function runOf<Poll extends CoveredPollTimes>(track: PastPollTrack, polls: readonly Poll[]): UnchangedPollRun<Poll> {
  const { sourceId, kind, everyMs } = track
  const [first, last] = [polls[0]?.startedAt ?? 0, polls.at(-1)?.startedAt ?? 0]
  // the interval that applied at the previous poll determines when the next one was due, even if it was made earlier
  const intervalMs = Math.max(everyMs(first), everyMs(writtenTo.get(track) ?? first))
  writtenTo.set(track, last)
  return { sourceId, kind, polls, intervalSeconds: intervalMs / 1_000 }
}
