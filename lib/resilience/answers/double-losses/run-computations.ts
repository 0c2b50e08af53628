import type { EpochMs } from '#lib/contract/index.ts'
import {
  endDoubleLossRun,
  recordDoubleLossesProgress,
  readDoubleLossRun,
  startNextDoubleLossRun,
} from '../../store/index.ts'
import { getReaderVisibility } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { isTemporaryFailure } from '#lib/platform/database-failure.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { getSqlExecutor, limitToAccessScope } from '#lib/questions/index.ts'

import { BackgroundComputationThrottle } from '../single-losses/background-pace.ts'
import { readLossFingerprint } from '../single-losses/refresh-single-losses.ts'
import { computeLossPairs } from './compute-pairs.ts'

/**
 * Maximum share of the processor's time (0 to 1) for computing pairs of losses. The rest is left for polls and for
 * computing single losses.
 */
const SHARE = 0.15
/** Time between two writes of the progress, milliseconds. */
const REPORT_MS = 1_000

interface Work {
  now: () => EpochMs
  signal: AbortSignal
  share?: number
}

/**
 * Runs the requested computations of pairs of losses one after the other. Each is for one set of visible resources.
 * @returns number of computations that ended
 */
export async function runDoubleLossComputations(db: Database, work: Work): Promise<{ run: number }> {
  let run = 0
  while (!work.signal.aborted && (await runNext(db, work))) run += 1
  return { run }
}

async function runNext(db: Database, { now, signal, share = SHARE }: Work): Promise<boolean> {
  const asked = await startNextDoubleLossRun(db.pool, now())
  if (!asked) return false
  const { audience, scope } = asked
  const at = now()
  const reader = await limitToAccessScope(db, scope, at)
  const visible = getReaderVisibility(getSqlExecutor(reader))
  let reportedAt = Number.NEGATIVE_INFINITY
  const report = async (done: number, all: number): Promise<boolean> => {
    if (performance.now() - reportedAt < REPORT_MS) return true
    reportedAt = performance.now()
    return recordDoubleLossesProgress(db.pool, audience, { done, all }).catch(unlessItPasses)
  }
  try {
    const basis = await readLossFingerprint(db, reader, at)
    const found = await computeLossPairs(reader, at, new BackgroundComputationThrottle(share, signal), report)
    if (found) {
      await endDoubleLossRun(db.pool, audience, { ...basis, pairs: found.computed, body: found }, visible, now())
    }
  } catch (error) {
    // The worker is stopping, or the database is unavailable. Another worker will start the computation again.
    if (signal.aborted || isTemporaryFailure(error)) return false
    const isCancelled = (await readDoubleLossRun(db.pool, audience))?.state === 'cancelled'
    if (!isCancelled)
      createComponentLogger('double-losses').warn({ err: error, audience }, 'pairs of losses were not computed')
    const words = error instanceof Error ? error.message : String(error)
    await endDoubleLossRun(db.pool, audience, { error: words }, visible, now())
  }
  return true
}

/**
 * Ignores an error if the database is temporarily unavailable, because the progress is stored again one second later.
 */
function unlessItPasses(error: unknown): boolean {
  if (!isTemporaryFailure(error)) throw error
  return true
}
