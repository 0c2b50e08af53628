import os from 'node:os'
import { type Clock, type EpochMs, steadyMs } from './clock.ts'
import type { Queryable } from './queryable.ts'
import { componentLogger } from './log.ts'

/** Between two readings the monotonic clock counts, which nobody sets; it drifts by less than is tolerated in months. */
const LEARN_EVERY_MS = 10_000
/** While nothing is known, a wall clock that nobody checked is believed. */
const FIRST_EVERY_MS = 500

/** What the database's clock said at a moment of {@link steadyMs}. */
interface Reading {
  at: number
  time: EpochMs
  /** the machine's uptime, milliseconds: it includes the time that the machine was suspended, unlike {@link steadyMs} */
  uptime: number
}

/** Minimum difference from the monotonic clock that counts as a step of the database's clock. */
const MIN_STEP_MS = 2_000

// a web bundler instantiates this module more than once
const KEY = Symbol.for('peerwatch.database-clock')
const LISTENERS = Symbol.for('peerwatch.database-clock.steps')
type Listener = (steppedMs: number) => void
type Holder = { [KEY]?: Reading; [LISTENERS]?: Set<Listener> }

const reading = (): Reading | undefined => (globalThis as Holder)[KEY]

/**
 * The database's clock, epoch milliseconds: what bounds every process's own. Between readings the monotonic clock counts, so that a
 * wall clock that somebody sets changes nothing. Before the first reading it is this process's wall clock.
 */
export const databaseNow = (): EpochMs => databaseTimeAt(steadyMs())

/** {@link databaseNow} at a past moment of {@link steadyMs}: for what another thread stamped. */
export function databaseTimeAt(steady: number): EpochMs {
  const known = reading()
  return known ? Math.floor(known.time + (steady - known.at)) : Date.now() - Math.floor(steadyMs() - steady)
}

/** {@link databaseNow} as a clock: for what judges or dates, but polls, whose own clock is compared when they are recorded. */
export const databaseClock: Clock = { now: databaseNow, monotonic: () => performance.now() }

/** Reads the database's clock once. @throws what the database says */
export async function learnDatabaseTime(q: Queryable): Promise<void> {
  const sentAt = steadyMs()
  const { rows } = await q.query<{ now: number }>(
    'SELECT extract(epoch FROM clock_timestamp())::double precision * 1000 AS now',
  )
  const receivedAt = steadyMs()
  const [row] = rows
  if (!row) return
  const known = reading()
  const assumed = known && known.time - known.at
  // it was read between the two: what is believed and lies there is as good, and a slow answer moves nothing
  if (assumed !== undefined && row.now - receivedAt <= assumed && assumed <= row.now - sentAt) return
  const now = { at: (sentAt + receivedAt) / 2, time: row.now, uptime: os.uptime() * 1_000 }
  ;(globalThis as Holder)[KEY] = now
  const steppedMs = known ? stepBetween(known, now) : 0
  if (Math.abs(steppedMs) >= MIN_STEP_MS)
    for (const listener of (globalThis as Holder)[LISTENERS] ?? []) listener(Math.round(steppedMs))
}

/** Returns by how much the database's clock was set, forward > 0. A machine that was suspended explains time that is missing here. */
function stepBetween(before: Reading, now: Reading): number {
  const passed = now.time - before.time
  const [awake, withSleep] = [passed - (now.at - before.at), passed - (now.uptime - before.uptime)]
  return Math.abs(withSleep) < Math.abs(awake) ? withSleep : awake
}

/** Calls a listener when a reading finds that the database's clock was set, by milliseconds, forward > 0. @returns ends it */
export function onDatabaseStep(listener: Listener): () => void {
  const listeners = ((globalThis as Holder)[LISTENERS] ??= new Set())
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/**
 * Follows the database's clock; resolves after the first reading, which may fail.
 * @param toleratedMs this machine's clock may differ by so much before its log says so
 * @returns ends it
 */
export async function followDatabaseClock(q: Queryable, toleratedMs: number): Promise<() => void> {
  const log = componentLogger('clock')
  let wasOff = false
  const learn = async () => {
    try {
      await learnDatabaseTime(q)
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
