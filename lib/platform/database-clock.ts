import os from 'node:os'
import { type Clock, type EpochMs, getSteadyMs } from './clock.ts'
import type { SqlExecutor } from './queryable.ts'
import { createComponentLogger } from './log.ts'

/**
 * Interval in milliseconds between two readings of the database clock. Between readings the time is computed with the
 * monotonic clock. That clock cannot be set, and its drift is negligible for months.
 */
const LEARN_EVERY_MS = 10_000
/**
 * Interval in milliseconds between attempts to read the database clock, until the first one succeeds. It is short,
 * because until then the machine's wall clock is used without a check.
 */
const FIRST_EVERY_MS = 500

/** Reading of the database clock: at `at` ({@link getSteadyMs}), the database clock showed `time`. */
interface Reading {
  at: number
  time: EpochMs
  /**
   * uptime of this machine in milliseconds at the reading; unlike {@link getSteadyMs}, it includes the time for which the
   * machine was suspended
   */
  uptime: number
}

/**
 * Difference in milliseconds between the progress of the database clock and the monotonic clock, If the difference is
 * at least this long, the database clock counts as set.
 */
const MIN_STEP_MS = 2_000

// symbols of properties of globalThis, which all copies of this module that a web bundler creates share
const KEY = Symbol.for('peerwatch.database-clock')
const LISTENERS = Symbol.for('peerwatch.database-clock.steps')
type Listener = (steppedMs: number) => void
type Holder = { [KEY]?: Reading; [LISTENERS]?: Set<Listener> }

const reading = (): Reading | undefined => (globalThis as Holder)[KEY]

/**
 * Returns the time of the database clock in epoch milliseconds. All processes use it for periods and deadlines. It is
 * computed from the last reading of the database clock and the monotonic clock, so that setting a machine's clock has
 * no effect. Before the first reading, the wall clock of this machine is used.
 */
export const getDatabaseNow = (): EpochMs => computeDatabaseTime(getSteadyMs())

/**
 * Returns the time that the database clock showed at a past value of {@link getSteadyMs}, which another thread may have
 * measured.
 */
export function computeDatabaseTime(steady: number): EpochMs {
  const known = reading()
  return known ? Math.floor(known.time + (steady - known.at)) : Date.now() - Math.floor(getSteadyMs() - steady)
}

/**
 * Database clock in the form of a `Clock`, for code that evaluates or dates data. Polls do not use it: they are dated
 * by the clock of their machine, which is compared with the database clock when the poll is recorded.
 */
export const databaseClock: Clock = { now: getDatabaseNow, monotonic: () => performance.now() }

/**
 * Reads the database clock once and stores the reading. Calls the listeners if the clock was set since the last
 * reading.
 * @throws errors of the database
 */
export async function readDatabaseTime(q: SqlExecutor): Promise<void> {
  const sentAt = getSteadyMs()
  const { rows } = await q.query<{ now: number }>(
    'SELECT extract(epoch FROM clock_timestamp())::double precision * 1000 AS now',
  )
  const receivedAt = getSteadyMs()
  const [row] = rows
  if (!row) return
  const known = reading()
  const assumed = known && known.time - known.at
  // The server read its clock at some moment between sending and receiving. If the time that is computed from the last
  // reading lies within this range, the last reading is kept. It is at least as exact as the new reading, which may be
  // inexact because of a slow response.
  if (assumed !== undefined && row.now - receivedAt <= assumed && assumed <= row.now - sentAt) return
  const now = { at: (sentAt + receivedAt) / 2, time: row.now, uptime: os.uptime() * 1_000 }
  ;(globalThis as Holder)[KEY] = now
  const steppedMs = known ? stepBetween(known, now) : 0
  if (Math.abs(steppedMs) >= MIN_STEP_MS)
    for (const listener of (globalThis as Holder)[LISTENERS] ?? []) listener(Math.round(steppedMs))
}

/**
 * Returns by how many milliseconds the database clock was set between two readings (positive = forward). If this
 * machine was suspended in between, its uptime is used instead of the monotonic clock, which stops during a suspension.
 */
function stepBetween(before: Reading, now: Reading): number {
  const passed = now.time - before.time
  const [awake, withSleep] = [passed - (now.at - before.at), passed - (now.uptime - before.uptime)]
  return Math.abs(withSleep) < Math.abs(awake) ? withSleep : awake
}

/**
 * Registers a listener that is called when a reading shows that the database clock was set. It receives the
 * milliseconds (positive = forward).
 * @returns function that removes the listener
 */
export function listenForDatabaseClockStep(listener: Listener): () => void {
  const listeners = ((globalThis as Holder)[LISTENERS] ??= new Set())
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/**
 * Reads the database clock regularly. Resolves after the first reading, even if that reading fails.
 * @param toleratedMs difference in milliseconds between this machine's clock and the database clock above which a
 *   warning is logged
 * @returns function that ends the readings
 */
export async function readDatabaseClockRegularly(q: SqlExecutor, toleratedMs: number): Promise<() => void> {
  const log = createComponentLogger('clock')
  let wasOff = false
  const learn = async () => {
    try {
      await readDatabaseTime(q)
    } catch (error) {
      log.debug(
        { err: error },
        'the clock of the database can not be read; the monotonic clock goes on from the last reading',
      )
      return
    }
    const aheadMs = Math.round(Date.now() - getDatabaseNow())
    const isOff = Math.abs(aheadMs) > toleratedMs
    if (isOff !== wasOff) {
      if (isOff)
        log.warn({ aheadMs }, 'the clock of this machine differs from the database’s: check its time service (NTP)')
      else log.info({ aheadMs }, 'the clock of this machine is right again')
    }
    wasOff = isOff
  }
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  const goOn = async () => {
    await learn()
    if (!isOver) timer = setTimeout(() => void goOn(), reading() ? LEARN_EVERY_MS : FIRST_EVERY_MS).unref()
  }
  await goOn()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}
