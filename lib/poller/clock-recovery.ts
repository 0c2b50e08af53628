import type { EpochMs } from '#lib/contract/index.ts'
import { recordClockStep } from '#lib/history/index.ts'
import { databaseNow, onDatabaseStep } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { bringBack } from './store/bring-back.ts'
import { closeFuture } from './store/close-future.ts'

/**
 * Maximum difference between the database's clock and Azure's clock, in milliseconds, at which history is corrected.
 * Azure refuses tokens at twice this difference.
 */
const MAX_DIFFERENCE_MS = 150_000
/** Time between two attempts in milliseconds. It is long enough for every process to learn the database's new time. */
const EVERY_MS = 12_000
/**
 * Number of corrections of history after a clock step, because a process that has not noticed the step yet still writes
 * rows with the old time.
 */
const ROUNDS = 3

interface ClockRecoveryOptions {
  db: Database
  /** connections for short statements, which polls and jobs do not use; default `db` */
  timetable?: Database
  /** returns Azure's time; null = this process has had no response from Azure yet */
  azureTime(): EpochMs | null
  /** corrects router reports with times in the future */
  closeReports: Parameters<typeof closeFuture>[1]
  /** time between two attempts in milliseconds; default 12 s */
  everyMs?: number
}

/**
 * Restores polling after the database's clock was changed, and when a worker starts (ADR 0291). Polls that a fast clock
 * postponed become due immediately, and history with times in the future is corrected as soon as Azure's clock agrees
 * with the database's clock.
 * @returns a function that stops it
 */
export function startClockRecovery({
  db,
  timetable = db,
  azureTime,
  closeReports,
  everyMs = EVERY_MS,
}: ClockRecoveryOptions): () => Promise<void> {
  const log = componentLogger('clock')
  /** clock steps that are not recorded yet, in milliseconds */
  let steps: number[] = []
  let mustBringBack: 'after_step' | 'at_start' | null = 'at_start'
  let rounds = 1

  const isTrusted = () => {
    const azure = azureTime()
    return azure !== null && Math.abs(databaseNow() - azure) <= MAX_DIFFERENCE_MS
  }
  const attempt = async () => {
    for (const step of steps.splice(0)) {
      await recordClockStep(timetable.pool, step).catch((error: unknown) => {
        steps.push(step)
        throw error
      })
    }
    if (mustBringBack !== null) {
      const polls = await bringBack(timetable, mustBringBack === 'after_step')
      mustBringBack = null
      if (polls > 0) log.warn({ polls }, 'the clock was set back: polls that it had put off are due again')
    }
    if (rounds === 0 || !isTrusted()) return
    const ahead = await closeFuture(db, closeReports)
    rounds -= 1
    if (ahead === 0) return
    log.warn(
      { ahead },
      'polls were dated ahead of the database’s clock: what they read is kept between bounds that hold',
    )
    // the leases of these polls and the workers' memory of them are no longer valid
    await bringBack(timetable, true)
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
  const endListening = onDatabaseStep((steppedMs) => {
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
