import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { ALERTING_OVERDUE_SECONDS, readAlertingLeaseAge } from '#lib/platform/leases/index.ts'
import type { Logger } from '#lib/platform/log.ts'

const CHECK_EVERY_MS = 5_000
/** Maximum time in milliseconds to wait for the database in one check. */
const PATIENCE_MS = 3_000
const REPEAT_MS = 60_000

interface AlertingMonitorContext {
  db: Database
  clock: Clock
  log: Pick<Logger, 'warn' | 'info'>
}

/**
 * Logs a warning, at most once a minute, while no process evaluates alerts, and logs when evaluation resumes. A process
 * that evaluates renews the alerting lease; the monitor checks the age of the last renewal. It runs independently of
 * the evaluation, so that it also notices an evaluation that hangs. While the database does not respond, the age
 * continues to grow.
 */
export class AlertingMonitor {
  readonly #context: AlertingMonitorContext
  /**
   * monotonic time of the last known renewal of the alerting lease; the start of this process until the first
   * successful check
   */
  #renewedAt: number
  #reading: Promise<void> | null = null
  #warnedAt: number | null = null

  constructor(context: AlertingMonitorContext) {
    this.#context = context
    this.#renewedAt = context.clock.monotonic()
  }

  /**
   * Starts regular checks.
   * @returns a function that stops them
   */
  start(): () => void {
    const timer = setInterval(() => void this.check(), CHECK_EVERY_MS)
    timer.unref()
    return () => clearInterval(timer)
  }

  async check(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    await Promise.race([this.#reading, delay(PATIENCE_MS, undefined, { ref: false })])
    this.#report()
  }

  async #read(): Promise<void> {
    const { db, clock } = this.#context
    try {
      const age = await readAlertingLeaseAge(db)
      if (age !== null) this.#renewedAt = clock.monotonic() - age * 1_000
    } catch {
      // The error is ignored, because other components report that the database does not respond.
    }
  }

  #report(): void {
    const { clock, log } = this.#context
    const now = clock.monotonic()
    const seconds = Math.round((now - this.#renewedAt) / 1_000)
    if (seconds < ALERTING_OVERDUE_SECONDS) {
      if (this.#warnedAt !== null) log.info('alerts are evaluated again')
      this.#warnedAt = null
      return
    }
    if (this.#warnedAt !== null && now - this.#warnedAt < REPEAT_MS) return
    this.#warnedAt = now
    log.warn({ seconds }, 'no process evaluates alerts: nobody renewed the lease')
  }
}
