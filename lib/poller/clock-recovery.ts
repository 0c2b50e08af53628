import type { EpochMs } from '#lib/contract/index.ts'
import { recordClockStep } from '#lib/history/index.ts'
import { getDatabaseNow, listenForDatabaseClockStep } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { repairTimesAfterClockStep } from './store/repair-times.ts'
import { closeIntervalsInFuture } from './store/close-future-intervals.ts'

/**
 * Maximum difference between the database's clock and Azure's clock at which history may be corrected, milliseconds. At
 * twice this difference, Azure would refuse tokens.
 */
const MAX_DIFFERENCE_MS = 150_000
/**
 * Time between two attempts, milliseconds. Within this time, every process notices that the database's clock was
 * changed.
 */
const EVERY_MS = 12_000
/**
 * Number of times that history is corrected after the clock was changed. Once is not enough, because a process that has
 * not noticed the change yet still writes rows with wrong times.
 */
const ROUNDS = 3

interface ClockRecoveryOptions {
  db: Database
  /** Database connections that polls and jobs do not use, so that short statements never wait; default `db`. */
  timetable?: Database
  /** Returns the time that Azure last reported; null = Azure has not answered this process yet. */
  azureTime(): EpochMs | null
  /** Corrects the reports of customers' routers whose time is in the future. */
  closeReports: Parameters<typeof closeIntervalsInFuture>[1]
  /** Time between two attempts, milliseconds; default 12 s. */
  everyMs?: number
}

/**
 * Makes polling work again after the database's clock was changed; also runs when a worker starts (ADR 0291). Polls
 * that were postponed because the clock was fast become due immediately. Rows of history with a time in the future are
 * corrected as soon as the database's clock and Azure's clock show about the same time ({@link MAX_DIFFERENCE_MS}).
 * @returns a function that stops the recovery
 */
export function startClockRecovery({
  db,
  timetable = db,
  azureTime,
  closeReports,
  everyMs = EVERY_MS,
}: ClockRecoveryOptions): () => Promise<void> {
  const log = createComponentLogger('clock')
  /** Changes of the clock that are not stored yet, milliseconds. */
  let steps: number[] = []
  let mustBringBack: 'after_step' | 'at_start' | null = 'at_start'
  let rounds = 1

  const isTrusted = () => {
    const azure = azureTime()
    return azure !== null && Math.abs(getDatabaseNow() - azure) <= MAX_DIFFERENCE_MS
  }
  const attempt = async () => {
    for (const step of steps.splice(0)) {
      await recordClockStep(timetable.pool, step).catch((error: unknown) => {
        steps.push(step)
        throw error
      })
    }
    if (mustBringBack !== null) {
      const polls = await repairTimesAfterClockStep(timetable, mustBringBack === 'after_step')
      mustBringBack = null
      if (polls > 0) log.warn({ polls }, 'the clock was set back: polls that it had put off are due again')
    }
    if (rounds === 0 || !isTrusted()) return
    const ahead = await closeIntervalsInFuture(db, closeReports)
    rounds -= 1
    if (ahead > 0)
      log.warn(
        { ahead },
        'polls were dated ahead of the database’s clock: what they read is kept between bounds that hold',
      )
    // remove the leases and cached results from before the change, because they cannot be used any more. Repair the
    // times again, because a process that had not noticed the change at the first repair may have postponed polls by
    // the wrong clock
    await repairTimesAfterClockStep(timetable, ahead > 0)
  }

  let isOver = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const run = () => {
    clearTimeout(timer)
    running = running
      .then(() => (isOver ? undefined : attempt()))
      .catch((error: unknown) =>
        log.warn({ err: error }, 'polls could not be brought back after a step of the clock; trying again'),
      )
      .then(() => {
        clearTimeout(timer)
        if (!isOver) timer = setTimeout(run, everyMs).unref()
      })
  }
  const endListening = listenForDatabaseClockStep((steppedMs) => {
    log.warn({ steppedMs }, 'the clock of the database was set')
    steps = [...steps, steppedMs]
    rounds = ROUNDS
    if (steppedMs < 0) mustBringBack = 'after_step'
    run()
  })
  run()
  return async () => {
    isOver = true
    endListening()
    clearTimeout(timer)
    await running
  }
}
