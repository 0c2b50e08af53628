import {
  readBackTestById,
  readChangedThresholds,
  endBackTest,
  takeNextBackTest,
  updateBackTestProgress,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import type { ReadRouterSideSessions } from '../detection/types.ts'
import type { ChangeFeed } from '../poll/change-feed.ts'
import type { ScheduledJob } from '#lib/platform/job.ts'
import type { JobScheduler } from '#lib/platform/jobs.ts'
import { runBackTest } from './run-back-test.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'

/**
 * Maximum duration of a back-test in seconds. A back-test that takes longer is restarted; after the third attempt it
 * fails.
 */
const EXPIRES_SECONDS = 3_600

const BACK_TESTS = 'back-tests'

/** Runs the requested back-tests one after another. */
export function createBackTestJob(readRouterEnds: ReadRouterSideSessions): ScheduledJob {
  return {
    name: BACK_TESTS,
    everyMs: MS_PER_MINUTE,
    expireInSeconds: EXPIRES_SECONDS,
    run: async (signal, db) => {
      let run = 0
      while (!signal.aborted && (await runNextBackTest(db, signal, readRouterEnds))) run += 1
      return { run }
    },
  }
}

/**
 * Starts the job as soon as a user requests a back-test. The regular schedule of the job is needed only for back-tests
 * that were interrupted.
 */
export function runBackTestsOnRequest(changes: Pick<ChangeFeed, 'on'>, jobs: Pick<JobScheduler, 'wake'>): void {
  changes.on(['settings'], () => jobs.wake(BACK_TESTS))
}

/**
 * Runs the next requested back-test (an evaluation of stored history with changed thresholds).
 * @returns false if no back-test is requested, or if `signal` aborted the run
 */
export async function runNextBackTest(
  db: Database,
  signal: AbortSignal,
  readRouterEnds?: ReadRouterSideSessions,
): Promise<boolean> {
  const test = await takeNextBackTest(db.pool)
  if (!test) return false
  const report = (done: number, all: number) => updateBackTestProgress(db.pool, test.id, { done, all })
  try {
    const before = await readChangedThresholds(db.pool, test.version)
    const result = await runBackTest({ db, report, signal, readRouterEnds }, test, before)
    if (result) await db.transaction((client) => endBackTest(client, test.id, { result }))
  } catch (error) {
    // the worker is stopping; another worker will run this back-test again
    if (signal.aborted) return false
    const cancelled = (await readBackTestById(db.pool, test.id))?.state === 'cancelled'
    if (!cancelled) createComponentLogger('back-test').warn({ err: error, test: test.id }, 'a back-test failed')
    const words = error instanceof Error ? error.message : String(error)
    const failure = { error: `${words}. The worker's log says more.` }
    await db.transaction((client) => endBackTest(client, test.id, failure))
  }
  return true
}
