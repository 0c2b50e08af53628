import type { EpochMs } from '#lib/contract/index.ts'
import { recordClockStep } from '#lib/history/index.ts'
import { databaseNow, onDatabaseStep } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { bringBack } from './store/bring-back.ts'
import { closeFuture } from './store/close-future.ts'

/** Maximum difference between the database's clock and Azure's with which history is taken back: Azure refuses tokens at twice as much. */
const MAX_DIFFERENCE_MS = 150_000
/** Between two attempts; every process has learned the database's time again by then. */
const EVERY_MS = 12_000
/** Times that history is taken back after a step, because a process that has not learned of it yet dates rows by the former time. */
const ROUNDS = 3

interface ClockRecoveryOptions {
  db: Database
  /** connections for short statements, which no poll or job holds; default `db` */
  timetable?: Database
  /** Azure's clock; null = Azure has not answered this process yet */
  azureTime(): EpochMs | null
  /** takes back the reports of routers that are dated ahead */
  closeReports: Parameters<typeof closeFuture>[1]
  /** between two attempts, milliseconds; default 12 s */
  everyMs?: number
}

/**
 * Brings polls back after the database's clock was set, and at the start of a worker (ADR 0291): what a clock that was ahead put off is due
 * at once, and history that it dated ahead is taken back as soon as Azure's clock agrees with the database's.
 * @returns ends it
 */
export function startClockRecovery({
  db,
  timetable = db,
  azureTime,
  closeReports,
  everyMs = EVERY_MS,
}: ClockRecoveryOptions): () => Promise<void> {
  const log = componentLogger('clock')
  /** steps that are not recorded yet, milliseconds */
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
    // their leases and what workers remember of them hold no longer
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
