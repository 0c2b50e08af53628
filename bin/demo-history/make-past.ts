import type { EpochMs } from '#lib/contract/index.ts'
import { ensureSources, prepareCounterPartitions } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { World } from '#lib/simulator/index.ts'
import { type Lane, runLane, type Step } from './lane.ts'
import { layOut } from './lanes.ts'
import type { Asking } from './track.ts'
import { createVirtualAzure } from './virtual-azure.ts'
import { writeSteps } from './write.ts'

/** Steps of one transaction. */
const BATCH = 100
/** Lanes side by side: while the database writes for some, others ask. */
const LANES_AT_ONCE = 4

export interface PastOptions {
  db: Database
  world: World
  from: EpochMs
  /** zero of the world's timeline */
  origin: EpochMs
  /** the past may be gone on with so far */
  horizon: EpochMs
  asking?: Asking
  /** share of the work that is done, 0 to 1 */
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
  const { db, world, from, origin, horizon, asking = 'around-edges', onProgress = () => {} } = options
  const azure = createVirtualAzure(world)
  await db.transaction((client) => prepareCounterPartitions(client, from, horizon))
  const lanes = await layOut({
    world,
    azure,
    from,
    origin,
    horizon,
    sourceIds: (targets) => db.transaction((client) => ensureSources(client, targets)),
  })
  // the longest first, so that the last ones running are short
  lanes.sort((a, b) => weightOf(b) - weightOf(a))
  const all = lanes.reduce((sum, lane) => sum + weightOf(lane), 0)

  return {
    async upTo(until) {
      let done = 0
      const waiting = [...lanes]
      const work = async () => {
        for (let lane = waiting.shift(); lane; lane = waiting.shift()) {
          let share = 0
          const weight = weightOf(lane)
          for await (const batch of batches(runLane(azure, lane, until, asking))) {
            await writeSteps(db, batch)
            const at = timeOf(batch.at(-1))
            const now = at === null ? share : Math.max(share, (at - from) / (until - from))
            done += (now - share) * weight
            share = now
            onProgress(Math.min(1, done / all))
          }
          done += (1 - share) * weight
        }
      }
      await Promise.all(Array.from({ length: LANES_AT_ONCE }, work))
      onProgress(1)
    },
    close: () => azure.close(),
  }
}

/** Roughly how much work a lane is. */
function weightOf({ tracks }: Lane): number {
  return tracks.reduce((sum, { kind }) => sum + (kind === 'stats' ? 6 : kind === 'connection' ? 4 : 1), 0)
}

async function* batches(steps: AsyncGenerator<Step>): AsyncGenerator<Step[]> {
  let batch: Step[] = []
  for await (const step of steps) {
    batch.push(step)
    if (batch.length < BATCH && step.type !== 'count') continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function timeOf(step: Step | undefined): EpochMs | null {
  if (!step) return null
  return (step.type === 'record' ? step.observation : step.polls.at(-1))?.startedAt ?? null
}
