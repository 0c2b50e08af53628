import type { EpochMs } from '#lib/contract/index.ts'
import { endDoubleLosses, recordDoubleLossesProgress, doubleLossRun, takeDoubleLosses } from '../../store/index.ts'
import { visibleTo } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { isTemporaryFailure } from '#lib/platform/database-failure.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { queryable, scopedTo } from '#lib/questions/index.ts'

import { BackgroundPace } from '../single-losses/background-pace.ts'
import { restsOn } from '../single-losses/refresh.ts'
import { computePairs } from './compute.ts'

/** Share (0 to 1) of the processor time for double losses. The rest is for polls and single losses. */
const SHARE = 0.15
/** Interval in ms at which the progress of a computation is stored. */
const REPORT_MS = 1_000

interface Work {
  now: () => EpochMs
  signal: AbortSignal
  share?: number
}

/**
 * Computes the requested pairs of losses, one scope after the other.
 * @returns number of finished runs
 */
export async function runDoubleLosses(db: Database, work: Work): Promise<{ run: number }> {
  let run = 0
  while (!work.signal.aborted && (await runNext(db, work))) run += 1
  return { run }
}

async function runNext(db: Database, { now, signal, share = SHARE }: Work): Promise<boolean> {
  const asked = await takeDoubleLosses(db.pool, now())
  if (!asked) return false
  const { audience, scope } = asked
  const at = now()
  const reader = await scopedTo(db, scope, at)
  const visible = visibleTo(queryable(reader))
  let reportedAt = Number.NEGATIVE_INFINITY
  const report = async (done: number, all: number): Promise<boolean> => {
    if (performance.now() - reportedAt < REPORT_MS) return true
    reportedAt = performance.now()
    return recordDoubleLossesProgress(db.pool, audience, { done, all }).catch(unlessItPasses)
  }
  try {
    const basis = await restsOn(db, reader, at)
    const found = await computePairs(reader, at, new BackgroundPace(share, signal), report)
    if (found) {
      await endDoubleLosses(db.pool, audience, { ...basis, pairs: found.computed, body: found }, visible, now())
    }
  } catch (error) {
    // the worker stops, or the database is unavailable; the next worker starts again
    if (signal.aborted || isTemporaryFailure(error)) return false
    const isCancelled = (await doubleLossRun(db.pool, audience))?.state === 'cancelled'
    if (!isCancelled)
      componentLogger('double-losses').warn({ err: error, audience }, 'pairs of losses were not computed')
    const words = error instanceof Error ? error.message : String(error)
    await endDoubleLosses(db.pool, audience, { error: words }, visible, now())
  }
  return true
}

/** Ignores a temporary database error, because the progress is recorded again a second later. */
function unlessItPasses(error: unknown): boolean {
  if (!isTemporaryFailure(error)) throw error
  return true
}
