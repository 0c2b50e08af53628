import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import {
  appendCounters,
  type CoveredPoll,
  ensureSources,
  extendCoverage,
  keptKey,
  type StoredPolls,
  prepareCounterPartitions,
  type QuietRun,
  rollUpUsage,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { World } from '../simulator/index.ts'
import { TopologyCache, recordPoll } from '#lib/poller/index.ts'
import { readRouterEnds } from '#lib/routers/join/router-ends.ts'
import { inOrder, knownAt } from './in-order.ts'
import { type Lane, runLane, type Step, type Waiting } from './lane.ts'
import { layOut } from './lanes.ts'
import { type Asking, isWithin, type Track } from './track.ts'
import { createVirtualAzure } from './virtual-azure.ts'

/** Steps of one transaction. */
const BATCH = 100
/** Detection knows what is usual at an hour from usage, which it reads again each hour. */
const ROLLED_UP_EVERY_MS = HOUR
/** Transactions that are asked for ahead of the one being written: the database is never without work, and memory is bounded. */
const MAX_WAITING = 8

export interface PastOptions {
  db: Database
  world: World
  from: EpochMs
  /** zero of the world's timeline */
  origin: EpochMs
  /** the past may be gone on with so far */
  horizon: EpochMs
  asking?: Asking
  /** the order in which lanes are begun, which makes no difference */
  arrange?: (lanes: readonly Lane[]) => readonly Lane[]
  /** called before what became known by then is written: what others record beside the polls */
  beside?: (knownBy: EpochMs) => Promise<void>
  /** share of the time that is made, 0 to 1 */
  onProgress?: (share: number) => void
}

/** A past in the making. */
export interface PastRun {
  /** Polls and records up to `until`; a later call goes on from there. */
  upTo(until: EpochMs): Promise<void>
  close(): void
}

/** Makes the past of an estate: polls at virtual time, recorded as a worker's are. The database must hold nothing of it yet. */
export async function beginPast(options: PastOptions): Promise<PastRun> {
  const {
    db,
    world,
    from,
    origin,
    horizon,
    asking = 'around-edges',
    arrange = (lanes) => lanes,
    beside = async () => {},
    onProgress = () => {},
  } = options
  const azure = createVirtualAzure(world)
  await db.transaction((client) => prepareCounterPartitions(client, from, horizon))
  const streams = await layOut({
    world,
    azure,
    from,
    origin,
    horizon,
    sourceIds: (targets) => db.transaction((client) => ensureSources(client, targets)),
  })
  const lanes = arrange(streams)
  const memory: Memory = { estate: new TopologyCache({ keepMs: HOUR, readRouterEnds }), kept: new Map() }
  let rolledUpTo = Number.NEGATIVE_INFINITY
  const write = async (batch: readonly Step[]) => {
    const [first] = batch
    if (first) await beside(knownAt(first))
    const judged = batch.find(isJudgedByBytes)
    const isDue = judged !== undefined && knownAt(judged) - rolledUpTo >= ROLLED_UP_EVERY_MS
    const before = isDue ? batch.indexOf(judged) : 0
    if (isDue) {
      // what is usual is known from all that was read before
      await writeSteps(db, batch.slice(0, before), memory)
      await rollUpUsage(db)
      rolledUpTo = knownAt(judged)
    }
    await writeSteps(db, batch.slice(before), memory)
  }

  return {
    async upTo(until) {
      const steps = inOrder(
        lanes.map((lane) => ({ tracks: lane.tracks, steps: runLane(azure, lane, until, asking) })),
        asking,
      )
      const waiting: Promise<void>[] = []
      for await (const batch of batches(steps)) {
        if (waiting.length >= MAX_WAITING) await waiting.shift()
        const writing = (waiting.at(-1) ?? Promise.resolve())
          .then(() => write(batch))
          .then(() => onProgress(shareOf(batch, from, until)))
        // awaited in its turn; further batches are asked meanwhile
        writing.catch(() => {})
        waiting.push(writing)
      }
      await Promise.all(waiting)
      onProgress(1)
    },
    close: () => azure.close(),
  }
}

async function* batches(steps: AsyncGenerator<Step>): AsyncGenerator<Step[]> {
  let batch: Step[] = []
  for await (const step of steps) {
    batch.push(step)
    const isLong = step.type === 'count' && step.polls.length > BATCH
    if (batch.length < BATCH && !isLong) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** Whether detection compares a poll's bytes with what is usual. */
function isJudgedByBytes(step: Step): boolean {
  if (step.type !== 'record' || step.track.kind !== 'stats') return false
  return isWithin(step.observation.startedAt, step.track.watched)
}

/** What is left of the past is as long as its time. */
function shareOf(batch: readonly Step[], from: EpochMs, until: EpochMs): number {
  const last = batch.at(-1)
  return last ? Math.min(1, Math.max(0, (knownAt(last) - from) / (until - from))) : 0
}

type Client = Parameters<Parameters<Database['transaction']>[0]>[0]

/** Nobody else records these sources: what a poll has left need not be read for the next one. */
interface Memory {
  estate: TopologyCache
  kept: StoredPolls
}

/** Writes steps in one transaction, through what a worker's polls go through. */
async function writeSteps(db: Database, steps: readonly Step[], memory: Memory): Promise<void> {
  if (steps.length === 0) return
  await db.transaction(async (client) => {
    let quiet: Waiting[] = []
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

/** Runs of polls between two that are recorded, each of another track: they leave the same together. */
async function writeQuiet(client: Client, steps: readonly Waiting[], { kept }: Memory): Promise<void> {
  await extendCoverage(
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
  { track, observation }: Extract<Step, { type: 'record' }>,
  { estate, kept }: Memory,
): Promise<void> {
  const { localAddresses, sourceId, kind } = track
  const { intervalSeconds } = runOf(track, [observation])
  const key = keptKey(track)
  const known = kept.get(key)
  const options = { intervalSeconds, localAddresses, estate, known }
  const { status, left, changes } = await recordPoll(client, sourceId, observation, options)
  if (status !== 'recorded') throw new Error(`a poll of ${kind} was refused as ${status}`)
  // a list may move the resources of others; the rows of what could not be read are not known yet
  if (kind === 'inventory' && changes.length > 0) kept.clear()
  else if (left && (known || observation.outcome === 'ok')) kept.set(key, left)
  else kept.delete(key)
}

/** When the last poll of a track that was written began. */
const writtenTo = new WeakMap<Track, EpochMs>()

function runOf<Poll extends CoveredPoll>(track: Track, polls: readonly Poll[]): QuietRun<Poll> {
  const { sourceId, kind, everyMs } = track
  const [first, last] = [polls[0]?.startedAt ?? 0, polls.at(-1)?.startedAt ?? 0]
  // a poll comes when the interval in force at the one before it is over, however soon the next one follows
  const intervalMs = Math.max(everyMs(first), everyMs(writtenTo.get(track) ?? first))
  writtenTo.set(track, last)
  return { sourceId, kind, polls, intervalSeconds: intervalMs / 1_000 }
}
