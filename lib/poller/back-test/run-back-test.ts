import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BackTestResult } from '#lib/contract/index.ts'
import { settingsWith } from '#lib/detection/index.ts'
import { countPolls, replayPolls, type StoredBackTest } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { postgresReads } from '../detection/store.ts'
import type { ReadRouterEnds } from '../detection/types.ts'
import { Detector } from '../memory/detector.ts'
import { Recorder } from '../memory/recorder.ts'
import type { DetectionInputs } from '../memory/store.ts'
import { compareEvents } from './compare-events.ts'

/** Detections that a back-test cannot reproduce, because history does not store their data for each poll. */
const NOT_REPRODUCIBLE = [
  'stalled keepalives and doubts about how old a session is: counts of messages and ages are kept only as last read',
  'what rests on counters beyond the raw samples (RETAIN_RAW), on Azure Monitor, or on probes',
  'problems of the collector itself',
]

/**
 * Number of polls that are evaluated before control returns to the event loop, because the worker continues to poll
 * meanwhile.
 */
const POLLS_AT_ONCE = 50
/** Interval between progress reports: the share of all polls, and the maximum time in milliseconds. */
const REPORT_EVERY = { share: 0.01, ms: 1_000 }

interface BackTestContext {
  db: Database
  /** @returns false if the back-test was cancelled */
  report(done: number, all: number): Promise<boolean>
  signal: AbortSignal
  /** reads the reports of routers; absent = not available in this process */
  readRouterEnds?: ReadRouterEnds
}

/**
 * Evaluates an interval of history in one pass with two sets of settings, the settings of the compared version and the
 * changed settings. Both start without any state, so that neither raises an event for a problem that began before the
 * interval.
 * @param heldAgainst settings of the compared version that differ from the defaults
 * @returns null if the back-test was cancelled
 */
export async function runBackTest(
  { db, report, signal, ...routers }: BackTestContext,
  { from, to, changed }: Pick<StoredBackTest, 'from' | 'to' | 'changed'>,
  heldAgainst: Readonly<Record<string, number>>,
): Promise<BackTestResult | null> {
  const all = await countPolls(db.pool, { from, to, scopes: null })
  const recorder = new Recorder()
  const before = new Detector(recorder, besideReads(db, heldAgainst), routers)
  const after = new Detector(recorder, besideReads(db, changed), routers)
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
  return { ...compareEvents(before.events, after.events), notReproducible: NOT_REPRODUCIBLE }
}

function besideReads({ pool }: Database, changed: Readonly<Record<string, number>>): DetectionInputs {
  const { declared, trafficPast, prefixMaxima, routerEnds, shortIdOf } = postgresReads(pool)
  const settings = { version: 0, settings: settingsWith(changed) }
  return { declared, trafficPast, prefixMaxima, routerEnds, shortIdOf, settings: async () => settings }
}
