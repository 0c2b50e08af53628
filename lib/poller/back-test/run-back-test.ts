import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BackTestResult } from '#lib/contract/index.ts'
import { applyThresholdChanges } from '#lib/detection/index.ts'
import { countPolls, replayPolls, type StoredBackTest } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { createPostgresEstateReaders } from '../detection/detection-store.ts'
import type { ReadRouterSideSessions } from '../detection/types.ts'
import { InMemoryDetector } from '../memory/detector.ts'
import { InMemoryRecorder } from '../memory/recorder.ts'
import type { DetectionDataReaders } from '../memory/store.ts'
import { compareEventsOfThresholdSets } from './compare-events.ts'

/**
 * Kinds of detection that a back-test leaves out, because they need data of every poll, and history does not store all
 * of it.
 */
const NOT_REPRODUCIBLE = [
  'stalled keepalives and doubts about how old a session is: counts of messages and ages are kept only as last read',
  'what rests on counters beyond the raw samples (RETAIN_RAW), on Azure Monitor, or on probes',
  'problems of the collector itself',
]

/**
 * Number of polls that are evaluated without a pause. After them, the back-test pauses briefly, so that the worker can
 * run its polls.
 */
const POLLS_AT_ONCE = 50
/** Progress is reported each time this share of all polls is evaluated, or after this number of milliseconds. */
const REPORT_EVERY = { share: 0.01, ms: 1_000 }

interface BackTestContext {
  db: Database
  /**
   * Reports progress.
   * @returns false if a user cancelled the back-test
   */
  report(done: number, all: number): Promise<boolean>
  signal: AbortSignal
  /** Reads the BGP reports that customers' routers sent; absent = this process cannot read them. */
  readRouterEnds?: ReadRouterSideSessions
}

/**
 * Evaluates a period of history twice in one pass: with the settings of a stored version, and with changed settings.
 * Both evaluations begin without any stored state, so neither of them raises an event for a problem that began before
 * the period.
 * @param heldAgainst settings of the stored version with which the changed settings are compared; only values that
 *   differ from the defaults
 * @returns null if a user cancelled the back-test
 */
export async function runBackTest(
  { db, report, signal, ...routers }: BackTestContext,
  { from, to, changed }: Pick<StoredBackTest, 'from' | 'to' | 'changed'>,
  heldAgainst: Readonly<Record<string, number>>,
): Promise<BackTestResult | null> {
  const all = await countPolls(db.pool, { from, to, scopes: null })
  const recorder = new InMemoryRecorder()
  const before = new InMemoryDetector(recorder, besideReads(db, heldAgainst), routers)
  const after = new InMemoryDetector(recorder, besideReads(db, changed), routers)
  let done = 0
  let reported = { done, at: performance.now() }
  const isDue = () =>
    done - reported.done >= REPORT_EVERY.share * all || performance.now() - reported.at >= REPORT_EVERY.ms
  for await (const { source, observation, localAddresses, everySeconds } of replayPolls(db.pool, {
    from,
    to,
    scopes: null,
  })) {
    const noted = recorder.record(observation, source.scope, localAddresses)
    const fed = { ...noted, observation: noted.evaluated, localAddresses, everyMs: everySeconds * 1_000 }
    await before.feed(fed)
    await after.feed(fed)
    done += 1
    if (done % POLLS_AT_ONCE !== 0) continue
    await nextTurn(undefined, { signal })
    if (!isDue()) continue
    if (!(await report(done, Math.max(all, done)))) return null
    reported = { done, at: performance.now() }
  }
  return { ...compareEventsOfThresholdSets(before.events, after.events), notReproducible: NOT_REPRODUCIBLE }
}

function besideReads({ pool }: Database, changed: Readonly<Record<string, number>>): DetectionDataReaders {
  const { declared, trafficPast, prefixMaxima, routerEnds, shortIdOf } = createPostgresEstateReaders(pool)
  const settings = { version: 0, settings: applyThresholdChanges(changed) }
  return { declared, trafficPast, prefixMaxima, routerEnds, shortIdOf, settings: async () => settings }
}
