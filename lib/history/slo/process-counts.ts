import { memoizePerProcess } from '#lib/bgp/memoize.ts'
import { type SloCounts, type SloKey, sloDefinitions } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { readDeletionTime } from '../retention/deletion-time.ts'
import { addSloCounts, deleteOldSloCounts, countPollsInTime } from './slo-counts.ts'

const EVERY_MS = 60_000

/** Counts of this process that have not been written to the database yet. */
const counts = memoizePerProcess('slo.counts', () => new Map<SloKey, SloCounts>())

/**
 * Counts one observation. It is good if it took no longer than its objective allows. Writes nothing to the database.
 */
export function countSloObservation(key: 'recording_lag' | 'stream_lag', tookMs: number): void {
  const all = counts()
  const { good, total } = all.get(key) ?? { good: 0, total: 0 }
  const isGood = tookMs <= sloDefinitions[key].withinSeconds * 1_000
  all.set(key, { good: good + (isGood ? 1 : 0), total: total + 1 })
}

/**
 * Starts a timer that each minute writes the counts of this process, counts the polls that are in time, and deletes old
 * counts. While the database is unavailable the counts are kept; they are added to the bucket of the time at which it
 * is available again.
 * @param others additional counting steps from existing rows; each may run twice for the same rows
 * @returns a function that stops the timer and writes the remaining counts
 */
export function saveSloCounts(
  db: Database,
  others: readonly ((db: Database) => Promise<void>)[] = [],
  everyMs = EVERY_MS,
): () => Promise<void> {
  const log = createComponentLogger('slo')
  const write = async () => {
    const taken = new Map(counts())
    counts().clear()
    try {
      await addSloCounts(db.pool, taken)
    } catch (error) {
      for (const [key, { good, total }] of taken) {
        const since = counts().get(key) ?? { good: 0, total: 0 }
        counts().set(key, { good: good + since.good, total: total + since.total })
      }
      throw error
    }
  }
  const steps: ((db: Database) => Promise<void>)[] = [
    write,
    ({ pool }) => countPollsInTime(pool),
    ...others,
    async ({ pool }) => {
      const aged = await readDeletionTime(pool)
      if (aged !== null) await deleteOldSloCounts(pool, aged)
    },
  ]
  // run the steps separately, so that a failing step does not block the others
  const all = async () => {
    for (const step of steps) {
      await step(db).catch((error: unknown) => log.debug({ err: error }, 'objectives could not be counted'))
    }
  }
  let last = all()
  const timer = setInterval(() => {
    last = last.then(all)
  }, everyMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await last
    await write().catch(() => undefined)
  }
}
