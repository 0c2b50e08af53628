import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Azure } from '#lib/azure/index.ts'
import { type Clock, systemClock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { claimDue, type Lease, nextDueIn, release } from '#lib/platform/leases/index.ts'
import { FreezeWatch } from '#lib/platform/freeze-watch.ts'
import { componentLogger, type Logger } from '#lib/platform/log.ts'
import { BackOff, pause } from './back-off.ts'
import { type ChangeFeed, followDeclarations } from './change-feed.ts'
import { TopologyCache } from './detection/topology-cache.ts'
import type { IncidentsChanged } from './detection/incidents-changed.ts'
import { willPass } from '#lib/platform/database-failure.ts'
import { CLAIM_SECONDS } from './deadline.ts'
import { HeldLease } from './held-lease.ts'
import { pollsInFlight } from './metrics.ts'
import type { PollIntervals } from './plan.ts'
import { Planner } from './planner.ts'
import type { PollContext } from './poll-context.ts'
import { pollSource } from './poll-source.ts'
import { roomForPolls } from './concurrency-limit.ts'
import { SleptThroughError } from './slept-through.ts'
import { SourceCache } from './source-cache.ts'
import { WakeUp } from './wake-up.ts'

export interface WorkerOptions {
  db: Database
  /** connections for leases alone, so that none of them is behind polls that wait for one; default `db` */
  timetable?: Database
  azure: Azure
  intervals: PollIntervals
  /** Most polls in flight at once; default 256. ARM's long-running calls take 5 to 60 s and cost little meanwhile. */
  concurrency?: number
  /** Overrides each poll's deadline, in milliseconds. */
  deadlineMs?: number
  clock?: Clock
  /** called with incidents in the transaction that writes them; absent = nobody listens */
  incidentsChanged?: IncidentsChanged
  /** who says that something was declared or set; absent = it is found within ten minutes */
  changes?: Pick<ChangeFeed, 'on'>
}

export interface Worker {
  /** Stops claiming, lets running polls finish for up to `graceMs`, gives back what is left. Never rejects. */
  stop(graceMs?: number): Promise<void>
}

const CONCURRENCY = 256

/** Longest sleep: leases of dead workers and polls that others expedited are found after this at the latest. */
const LONGEST_SLEEP_MS = 500

/** Polls that wait for a connection of the database get one within so long, mostly. */
const QUEUED_SLEEP_MS = 50

/** Between two reads of the timetable at least this, so that thousands of sources don't mean a query each. */
const SHORTEST_SLEEP_MS = 15

/** Starts polling what the timetable says, and keeps the timetable in step with the estate. */
export function startWorker(options: WorkerOptions): Worker {
  const log = componentLogger('poller')
  return new PollingWorker(options, log)
}

class PollingWorker implements Worker {
  readonly #options: WorkerOptions
  readonly #timetable: Database
  readonly #log: Logger
  readonly #owner = `${hostname()}/${process.pid}/${randomBytes(3).toString('hex')}`
  readonly #stopping = new AbortController()
  readonly #running = new Map<Lease, { held: HeldLease; done: Promise<void> }>()
  readonly #wakeUp = new WakeUp()
  readonly #context: PollContext
  readonly #freezes: FreezeWatch
  readonly #planner: Planner
  readonly #loops: Promise<unknown>

  constructor(options: WorkerOptions, log: Logger) {
    const { db, azure, intervals, clock = systemClock, deadlineMs } = options
    this.#options = options
    this.#timetable = options.timetable ?? db
    this.#log = log
    const book = new SourceCache(db, clock.now)
    const shared = { azure, db, clock, log, book }
    this.#freezes = new FreezeWatch(clock)
    this.#context = {
      ...shared,
      freezes: this.#freezes,
      estate: new TopologyCache(),
      incidentsChanged: options.incidentsChanged,
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    }
    if (options.changes) followDeclarations(options.changes, this.#context.estate)
    this.#planner = new Planner({ ...shared, intervals }, this.#stopping.signal)
    this.#loops = Promise.all([this.#planner.run(() => this.#wakeUp.now()), this.#claimLoop()])
  }

  async stop(graceMs = 2_000): Promise<void> {
    this.#stopping.abort(new DOMException('the worker stops', 'AbortError'))
    const grace = new AbortController()
    const all = Promise.all([...this.#running.values()].map(({ done }) => done))
    await Promise.race([all, pause(graceMs, grace.signal)])
    grace.abort()
    for (const { held } of this.#running.values()) held.giveUp()
    await this.#loops
    // the loop may have claimed something at the last moment
    await Promise.all([...this.#running.values()].map(({ done }) => done))
    this.#freezes.stop()
  }

  async #claimLoop(): Promise<void> {
    const { signal } = this.#stopping
    const { db, concurrency = CONCURRENCY } = this.#options
    const backOff = new BackOff()
    while (!signal.aborted) {
      try {
        const free = concurrency - this.#running.size
        const room = roomForPolls(free, db.pool)
        const leases =
          room > 0
            ? await claimDue(this.#timetable, { owner: this.#owner, leaseSeconds: CLAIM_SECONDS, limit: room })
            : []
        for (const lease of leases) this.#begin(lease)
        // where there was work there is likely more, and reading it costs less than asking when it is due
        const due = leases.length > 0 ? 0 : await this.#nextReadIn(room, free)
        if (backOff.failing) this.#log.info('the database is back')
        backOff.succeeded()
        await pause(SHORTEST_SLEEP_MS, signal)
        await this.#wakeUp.sleep(Math.min(LONGEST_SLEEP_MS, Math.ceil(due)) - SHORTEST_SLEEP_MS, signal)
      } catch (error) {
        if (!backOff.failing) this.#log.warn({ err: error }, 'the timetable can not be read; trying again')
        await backOff.wait(signal)
      }
    }
  }

  /** How long to sleep when nothing was claimed. */
  async #nextReadIn(room: number, free: number): Promise<number> {
    if (room === 0 && free > 0) return QUEUED_SLEEP_MS
    return (room > 0 ? await nextDueIn(this.#timetable) : null) ?? LONGEST_SLEEP_MS
  }

  #begin(lease: Lease): void {
    const held = new HeldLease(this.#timetable, lease, this.#log)
    const done = this.#poll(lease, held).then((wakes) => {
      held.end()
      const wasFull = this.#running.size >= (this.#options.concurrency ?? CONCURRENCY)
      this.#running.delete(lease)
      pollsInFlight.set(this.#running.size)
      if (wakes || wasFull) this.#wakeUp.now()
    })
    this.#running.set(lease, { held, done })
    pollsInFlight.set(this.#running.size)
  }

  /**
   * One poll from lease to commit. Never rejects: a fault in one source must not stop another.
   * @returns whether something may be due before the claim loop reads by itself
   */
  async #poll(lease: Lease, held: HeldLease): Promise<boolean> {
    try {
      // a lease that was claimed while the worker was stopping
      this.#stopping.signal.throwIfAborted()
      const outcome = await pollSource(this.#context, lease, held.signal)
      if (!outcome) return false
      this.#planner.noticed(outcome)
      return outcome.nextAt - this.#context.clock.now() < 2 * LONGEST_SLEEP_MS
    } catch (error) {
      if (this.#stopping.signal.aborted) await this.#giveBack(lease)
      else if (error instanceof SleptThroughError) await this.#pollAgain(lease, error)
      else if (held.signal.aborted) this.#log.warn({ sourceId: lease.sourceId, kind: lease.kind }, 'a lease was lost')
      // the claim loop says that the database is away; this lease runs out meanwhile
      else if (willPass(error)) this.#log.debug({ err: error, sourceId: lease.sourceId }, 'a poll could not begin')
      else this.#log.error({ err: error, sourceId: lease.sourceId, kind: lease.kind }, 'a poll failed')
      return true
    }
  }

  /** It is overdue, so that whoever claims next makes it at once. */
  async #pollAgain(lease: Lease, { frozenMs }: SleptThroughError): Promise<void> {
    const { sourceId, kind } = lease
    this.#log.info(
      { sourceId, kind, frozenMs: Math.round(frozenMs) },
      'this process froze during a poll, which is repeated',
    )
    await this.#giveBack(lease)
  }

  async #giveBack(lease: Lease): Promise<void> {
    try {
      await release(this.#timetable, lease)
    } catch (error) {
      // it runs out by itself
      this.#log.debug({ err: error }, 'a lease could not be given back')
    }
  }
}
