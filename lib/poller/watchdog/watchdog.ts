import { hostname } from 'node:os'
import { COLLECTOR_RESOURCE_ID, type DetectedEvent, type EpochMs } from '#lib/contract/index.ts'
import { createClockStepEvent, type PeerwatchFault } from '#lib/detection/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { type Clock, machineClock } from '#lib/platform/clock.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { runWithWorkLease } from '#lib/platform/leases/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { TopologyCache } from '../detection/topology-cache.ts'
import type { HandleChangedIncidents } from '../detection/track-changed-incidents.ts'
import { ClockWatch } from './clock-watch.ts'
import { runWatchdogTick } from './tick.ts'
import { WATCHDOG_INTERVAL_MS } from './evaluate-tick.ts'

export interface WatchdogOptions {
  db: Database
  clock?: Clock
  /** True if the clock of this process gives polls their times, so that a change of the clock is an event. */
  datesSamples: boolean
  incidentsChanged?: HandleChangedIncidents
  /** Runs Peerwatch's self-checks and returns the problems; absent = no self-checks. */
  ownFaults?: (now: EpochMs) => Promise<PeerwatchFault[] | null>
}

export interface PollWatchdog {
  /**
   * Runs the watchdog once. Never rejects. If the database is unavailable, the next run tries again.
   * @returns events that are new or changed; null = it failed, or another process is running it
   */
  tick(): Promise<DetectedEvent[] | null>
  stop(): Promise<void>
}

/**
 * Starts the watchdog, which regularly checks that polls are being recorded. It has its own timer and also runs in the
 * web process, so that a worker that hangs or died is detected (docs/adr/0081). Several processes may have a watchdog;
 * only one at a time runs it.
 */
export function startWatchdog(options: WatchdogOptions): PollWatchdog {
  const watchdog = new TimedWatchdog(options)
  const timer = setInterval(() => void watchdog.tick(), WATCHDOG_INTERVAL_MS)
  // this timer alone must not keep the process running
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
  readonly #incidentsChanged: HandleChangedIncidents | undefined
  readonly #ownFaults: WatchdogOptions['ownFaults']
  readonly #clockWatch: ClockWatch | null
  #watchingSince: EpochMs
  readonly #book = new TopologyCache()
  readonly #log = createComponentLogger('watchdog')
  #lastTickAt: EpochMs | null = null
  #steps: DetectedEvent[] = []
  #inFlight: Promise<DetectedEvent[] | null> | null = null
  #failing = false

  constructor({ db, clock, datesSamples, incidentsChanged, ownFaults }: WatchdogOptions) {
    this.#db = db
    this.#ownFaults = ownFaults
    this.#incidentsChanged = incidentsChanged
    this.#clock = clock ?? databaseClock
    this.#clockWatch = datesSamples ? new ClockWatch(clock ?? machineClock, this.#clock) : null
    this.#watchingSince = this.#clock.now()
  }

  /** Runs the watchdog, or returns the run that is still in progress. */
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
    // The clock may have been set back. A time in the future would delay the detection of late polls until that time.
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
      const raised = await runWithWorkLease(this.#db, 'watchdog', async ({ db }) => {
        const own = (await this.#ownFaults?.(now)) ?? null
        return db.transaction((client) => runWatchdogTick(client, { ...context, own }))
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

  /**
   * Checks whether the clock was set. The change is kept until a run has stored it, because it is detected only once.
   */
  #noteClockStep(): void {
    const step = this.#clockWatch?.check() ?? null
    if (!step) return
    this.#log.warn(step, 'the clock of this machine was set')
    this.#steps.push(createClockStepEvent(step, { scope: computeShortId(COLLECTOR_RESOURCE_ID), host: hostname() }))
  }
}
