import type { Clock, EpochMs } from './clock.ts'
import type { Queryable } from './queryable.ts'
import { componentLogger } from './log.ts'

/**
 * Two clocks that differ by less are together: machines that a time service keeps differ by milliseconds, and a poll that is committed
 * at once ends before the database's clock says so.
 */
export const CLOCK_TOLERANCE_MS = 2_000

/** Between two readings the monotonic clock counts, which nobody sets; it drifts by less than the tolerance in months. */
const LEARN_EVERY_MS = 10_000

/** What the database's clock said at a moment of this process's monotonic clock. */
interface Reading {
  at: number
  time: EpochMs
}

// a web bundler instantiates this module more than once
const KEY = Symbol.for('peerwatch.database-clock')
type Holder = { [KEY]?: Reading }

/**
 * The database's clock, epoch milliseconds: what bounds every process's own. Between readings the monotonic clock counts, so that a
 * wall clock that somebody sets changes nothing. Before the first reading it is this process's wall clock.
 */
export function databaseNow(): EpochMs {
  const known = (globalThis as Holder)[KEY]
  return known ? Math.floor(known.time + (performance.now() - known.at)) : Date.now()
}

/** {@link databaseNow} as a clock: for what judges or dates, but polls, whose own clock is compared when they are recorded. */
export const databaseClock: Clock = { now: databaseNow, monotonic: () => performance.now() }

/** Reads the database's clock once. @throws what the database says */
export async function learnDatabaseTime(q: Queryable): Promise<void> {
  const sentAt = performance.now()
  const { rows } = await q.query<{ now: number }>(
    'SELECT extract(epoch FROM clock_timestamp())::double precision * 1000 AS now',
  )
  const receivedAt = performance.now()
  const [row] = rows
  if (row) (globalThis as Holder)[KEY] = { at: (sentAt + receivedAt) / 2, time: row.now }
}

/** Follows the database's clock; resolves after the first reading, which may fail. @returns ends it */
export async function followDatabaseClock(q: Queryable): Promise<() => void> {
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
    const isOff = Math.abs(aheadMs) > CLOCK_TOLERANCE_MS
    if (isOff !== wasOff) {
      if (isOff)
        log.warn({ aheadMs }, 'the clock of this machine differs from the database’s: check its time service (NTP)')
      else log.info({ aheadMs }, 'the clock of this machine is right again')
    }
    wasOff = isOff
  }
  await learn()
  const timer = setInterval(() => void learn(), LEARN_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
