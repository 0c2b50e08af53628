import { hostname } from 'node:os'
import { COLLECTOR, type DetectedEvent, type EpochMs } from '#lib/contract/index.ts'
import { clockStep, type OwnFault } from '#lib/detection/index.ts'
import { shortIdOf } from '#lib/history/index.ts'
import { type Clock, systemClock } from '#lib/platform/clock.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { withLease } from '#lib/platform/leases/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { TopologyCache } from '../detection/topology-cache.ts'
import type { IncidentsChanged } from '../detection/incidents-changed.ts'
import { ClockWatch } from './clock-watch.ts'
import { watchdogTick } from './tick.ts'
import { WATCHDOG_INTERVAL_MS } from './fold-tick.ts'

export interface WatchdogOptions {
  db: Database
  clock?: Clock
  /** whether this process's clock dates samples, so that a change of it matters */
  datesSamples: boolean
  incidentsChanged?: IncidentsChanged
  /** returns failing self-checks of Peerwatch; absent = no self-checks */
  ownFaults?: (now: EpochMs) => Promise<OwnFault[] | null>
}

export interface Watchdog {
  /**
   * Runs a tick. Never rejects: an unavailable database is not an event, and the next tick tries again.
   * @returns events that are new or have a new version; null = another process runs the tick, or it failed
   */
  tick(): Promise<DetectedEvent[] | null>
  stop(): Promise<void>
}

/**
 * Starts a watchdog that checks by timer whether polls are being committed. It does not depend on the poll loop, and
 * the web runs a watchdog too, so that a hanging or dead worker is detected (docs/adr/0081). Any number of watchdogs
 * may run; only one runs a tick at a time.
 */
export function startWatchdog(options: WatchdogOptions): Watchdog {
  const watchdog = new TimedWatchdog(options)
  const timer = setInterval(() => void watchdog.tick(), WATCHDOG_INTERVAL_MS)
  // the timer must not keep the process alive
  timer.unref()
  return {
    tick: () => watchdog.tick(),
    async stop() {
      clearInterval(timer)
      await watchdog.settled()
    },
  }
}

class TimedWatchdog {
  readonly #db: Database
  readonly #clock: Clock
  readonly #incidentsChanged: IncidentsChanged | undefined
  readonly #ownFaults: WatchdogOptions['ownFaults']
  readonly #clockWatch: ClockWatch | null
  #watchingSince: EpochMs
  readonly #book = new TopologyCache()
  readonly #log = componentLogger('watchdog')
  #lastTickAt: EpochMs | null = null
  #steps: DetectedEvent[] = []
  #inFlight: Promise<DetectedEvent[] | null> | null = null
  #failing = false

  constructor({ db, clock, datesSamples, incidentsChanged, ownFaults }: WatchdogOptions) {
    this.#db = db
    this.#ownFaults = ownFaults
    this.#incidentsChanged = incidentsChanged
    this.#clock = clock ?? databaseClock
    this.#clockWatch = datesSamples ? new ClockWatch(clock ?? systemClock, this.#clock) : null
    this.#watchingSince = this.#clock.now()
  }

  /** Runs a tick, or returns the running tick if it takes longer than the interval. */
  tick(): Promise<DetectedEvent[] | null> {
    this.#inFlight ??= this.#tick().finally(() => {
      this.#inFlight = null
    })
    return this.#inFlight
  }

  async settled(): Promise<void> {
    await this.#inFlight
  }

  async #tick(): Promise<DetectedEvent[] | null> {
    this.#noteClockStep()
    const now = this.#clock.now()
    // the clock was set back; with a time in the future, no poll would count as late until that time
    this.#watchingSince = Math.min(this.#watchingSince, now)
    this.#lastTickAt &&= Math.min(this.#lastTickAt, now)
    const context = {
      now,
      watchingSince: this.#watchingSince,
      lastTickAt: this.#lastTickAt,
      given: this.#steps,
      book: this.#book,
      incidentsChanged: this.#incidentsChanged,
    }
    try {
      const raised = await withLease(this.#db, 'watchdog', async ({ db }) => {
        const own = (await this.#ownFaults?.(now)) ?? null
        return db.transaction((client) => watchdogTick(client, { ...context, own }))
      })
      if (this.#failing) this.#log.info('the database is back')
      this.#failing = false
      if (raised === null) return null
      this.#lastTickAt = now
      this.#steps = []
      return raised
    } catch (error) {
      if (!this.#failing) this.#log.warn({ err: error }, 'the timetable can not be read; trying again')
      this.#failing = true
      return null
    }
  }

  /** Records a clock step. It is kept until a tick could write it, because a step is detected only once. */
  #noteClockStep(): void {
    const step = this.#clockWatch?.check() ?? null
    if (!step) return
    this.#log.warn(step, 'the clock of this machine was set')
    this.#steps.push(clockStep(step, { scope: shortIdOf(COLLECTOR), host: hostname() }))
  }
}
