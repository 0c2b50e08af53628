import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { ALERTING_OVERDUE_SECONDS, alertingLeaseAge } from '#lib/platform/leases/index.ts'
import type { Logger } from '#lib/platform/log.ts'

const CHECK_EVERY_MS = 5_000
/** Maximum time in milliseconds for reading one row. After it, the database counts as not answering. */
const PATIENCE_MS = 3_000
const REPEAT_MS = 60_000

interface AlertingMonitorContext {
  db: Database
  clock: Clock
  log: Pick<Logger, 'warn' | 'info'>
}

/**
 * Writes to the log if no process evaluates alerts, at most once a minute, and when evaluation resumes. It runs
 * independently of the evaluation, because the evaluation itself may hang. While the database does not answer, the time
 * since the last known renewal of the evaluation lease continues to grow.
 */
export class AlertingMonitor {
  readonly #context: AlertingMonitorContext
  /**
   * time of the last known renewal of the evaluation lease, by the monotonic clock; the start of this process before
   * the first read
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
      const age = await alertingLeaseAge(db)
      if (age !== null) this.#renewedAt = clock.monotonic() - age * 1_000
    } catch {
      // ignored here, because other components report that the database does not answer
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
