import os from 'node:os'
import { type Clock, type EpochMs, steadyMs } from './clock.ts'
import type { Queryable } from './queryable.ts'
import { componentLogger } from './log.ts'

/**
 * Interval between two readings of the database clock, in milliseconds. In between, the monotonic clock counts, which
 * cannot be set; its drift stays within the tolerance for months.
 */
const LEARN_EVERY_MS = 10_000
/**
 * Interval until the first successful reading, in milliseconds. It is short, because until then the unchecked wall
 * clock of this machine is used.
 */
const FIRST_EVERY_MS = 500

/** A reading of the database clock at a time of {@link steadyMs}. */
interface Reading {
  at: number
  time: EpochMs
  /**
   * uptime of the machine in milliseconds; it includes the time during which the machine was suspended, unlike {@link
   * steadyMs}
   */
  uptime: number
}

/** Minimum difference from the monotonic clock that counts as a step of the database clock, in milliseconds. */
const MIN_STEP_MS = 2_000

// symbols on globalThis, because a web bundler instantiates this module more than once
const KEY = Symbol.for('peerwatch.database-clock')
const LISTENERS = Symbol.for('peerwatch.database-clock.steps')
type Listener = (steppedMs: number) => void
type Holder = { [KEY]?: Reading; [LISTENERS]?: Set<Listener> }

const reading = (): Reading | undefined => (globalThis as Holder)[KEY]

/**
 * Returns the time of the database clock, in epoch milliseconds. All processes use this clock for time bounds. Between
 * readings the monotonic clock counts, so that setting a wall clock has no effect. Before the first reading it is the
 * wall clock of this machine.
 */
export const databaseNow = (): EpochMs => databaseTimeAt(steadyMs())

/** Returns {@link databaseNow} at a past time of {@link steadyMs}, for times that another thread measured. */
export function databaseTimeAt(steady: number): EpochMs {
  const known = reading()
  return known ? Math.floor(known.time + (steady - known.at)) : Date.now() - Math.floor(steadyMs() - steady)
}

/**
 * {@link databaseNow} as a clock, for code that evaluates or dates data. Polls do not use it; their own clock is
 * compared with it when they are recorded.
 */
export const databaseClock: Clock = { now: databaseNow, monotonic: () => performance.now() }

/** Reads the database clock once. @throws errors of the database */
export async function readDatabaseTime(q: Queryable): Promise<void> {
  const sentAt = steadyMs()
  const { rows } = await q.query<{ now: number }>(
    'SELECT extract(epoch FROM clock_timestamp())::double precision * 1000 AS now',
  )
  const receivedAt = steadyMs()
  const [row] = rows
  if (!row) return
  const known = reading()
  const assumed = known && known.time - known.at
  // the server read its clock between sending and receiving; if the assumed time lies in this range it is as exact as
  // the new reading, so it is kept, and a slow response changes nothing
  if (assumed !== undefined && row.now - receivedAt <= assumed && assumed <= row.now - sentAt) return
  const now = { at: (sentAt + receivedAt) / 2, time: row.now, uptime: os.uptime() * 1_000 }
  ;(globalThis as Holder)[KEY] = now
  const steppedMs = known ? stepBetween(known, now) : 0
  if (Math.abs(steppedMs) >= MIN_STEP_MS)
    for (const listener of (globalThis as Holder)[LISTENERS] ?? []) listener(Math.round(steppedMs))
}

/**
 * Returns by how many milliseconds the database clock was set (forward > 0). Time that is missing on this machine's
 * monotonic clock is explained by a suspension.
 */
function stepBetween(before: Reading, now: Reading): number {
  const passed = now.time - before.time
  const [awake, withSleep] = [passed - (now.at - before.at), passed - (now.uptime - before.uptime)]
  return Math.abs(withSleep) < Math.abs(awake) ? withSleep : awake
}

/**
 * Calls a listener when a reading finds that the database clock was set, with the milliseconds (forward > 0). @returns
 * function that removes the listener
 */
export function onDatabaseStep(listener: Listener): () => void {
  const listeners = ((globalThis as Holder)[LISTENERS] ??= new Set())
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/**
 * Reads the database clock regularly. Resolves after the first reading, which may fail.
 * @param toleratedMs difference of this machine's clock above which a warning is logged, in milliseconds
 * @returns function that ends the readings
 */
export async function followDatabaseClock(q: Queryable, toleratedMs: number): Promise<() => void> {
  const log = componentLogger('clock')
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
    const aheadMs = Math.round(Date.now() - databaseNow())
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
