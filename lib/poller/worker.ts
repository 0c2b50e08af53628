import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Azure } from '#lib/azure/index.ts'
import { kinds } from '#lib/azure/kinds/index.ts'
import type { PollKind } from '#lib/contract/index.ts'
import { type Clock, systemClock } from '#lib/platform/clock.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { type BudgetDraw, drawFromBudgets, knownBudgets } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.ts'
import { type Claimed, claimDue, type Lease, release } from '#lib/platform/leases/index.ts'
import { FreezeWatch } from './poll/freeze-watch.ts'
import { componentLogger, type Logger } from '#lib/platform/log.ts'
import { BackOff, pause } from '#lib/platform/back-off.ts'
import { type ChangeFeed, followDeclarations } from './poll/change-feed.ts'
import { postgresReads } from './detection/store.ts'
import { RouterReportDetection } from './detection/reported-folds.ts'
import type { ReadRouterEnds } from './detection/types.ts'
import { TopologyCache } from './detection/topology-cache.ts'
import type { IncidentsChanged } from './detection/incidents-changed.ts'
import { isTemporaryFailure } from '#lib/platform/database-failure.ts'
import { CLAIM_SECONDS } from './plan/deadline.ts'
import type { CountsPosts } from './plan/demands.ts'
import { type HeldLease, HeldLeases } from './plan/held-leases.ts'
import { findScopesNeededByIncidents, type OpenEvent } from './plan/needed-scopes.ts'
import { OperationNotes } from './poll/operation-notes.ts'
import { FIRST_KINDS } from './plan/phase.ts'
import type { PollIntervals } from './plan/plan.ts'
import { Planner } from './plan/planner.ts'
import type { PollContext } from './poll/poll-context.ts'
import { Poll, type PollOutcome } from './poll/poll-source.ts'
import { PollsInFlight, type StepEnd } from './polls-in-flight.ts'
import { ClaimPace } from './plan/claim-pace.ts'
import { PollCommits } from './commit/poll-commits.ts'
import { RequestPace } from './throttle/request-pace.ts'
import { roomForPolls } from './throttle/concurrency-limit.ts'
import { SleptThroughError } from './slept-through.ts'
import { SourceCache } from './poll/source-cache.ts'

/** A sleep that ends by time, by {@link WakeUp.now}, or by a signal. */
class WakeUp {
  #pending = false
  #wake: (() => void) | null = null

  /** Ends the current sleep, or prevents the next one. */
  now(): void {
    this.#pending = true
    this.#wake?.()
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#pending && !signal.aborted && ms > 0) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          this.#wake = null
          resolve()
        }
        const timer = setTimeout(done, ms)
        signal.addEventListener('abort', done, { once: true })
        this.#wake = done
      })
    }
    this.#pending = false
  }
}

export interface WorkerOptions {
  db: Database
  /** connections only for leases, so that leases do not wait behind polls; default `db` */
  timetable?: Database
  azure: Azure
  intervals: PollIntervals
  /**
   * Maximum number of polls in a request or a commit at the same time; default 256. Polls that wait for an operation of
   * Azure are not counted.
   */
  concurrency?: number
  /** Overrides each poll's deadline, in milliseconds. */
  deadlineMs?: number
  clock?: Clock
  /** called with incidents in the transaction that writes them; absent = no listener */
  incidentsChanged?: IncidentsChanged
  /** notifications of changed declarations and settings; absent = changes are found within ten minutes */
  changes?: Pick<ChangeFeed, 'on'>
  /** reads the reports of routers; absent = not available in this process */
  readRouterEnds?: ReadRouterEnds
  /** whether the network provider counts diagnostic POSTs; default `learn` */
  countsPosts?: CountsPosts
}

export interface Worker {
  /**
   * Stops claiming polls, lets running polls finish for up to `graceMs` milliseconds, and releases the other leases.
   * Never rejects.
   */
  stop(graceMs?: number): Promise<void>
}

export const CONCURRENCY = 256

/**
 * Maximum sleep in milliseconds. Leases of dead workers and polls that other processes made due are found at the latest
 * after this time.
 */
const LONGEST_SLEEP_MS = 500

/** Result without a claim while polls wait for a database connection. They usually get one within this time. */
const QUEUED: Claimed = { leases: [], nextInMs: 50 }

/**
 * Factor of the minimum pause after a claim, so that claims take at most a quarter of the time, however long the
 * schedule is.
 */
const CLAIM_SHARE = 3

/** Kinds that begin with a POST. */
const POSTED_KINDS = (Object.keys(kinds) as PollKind[]).filter((kind) => kinds[kind].operation)

/** Starts a worker that runs scheduled polls and keeps the schedule consistent with the estate. */
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
  readonly #leases: HeldLeases
  readonly #operations: OperationNotes
  readonly #wakeUp = new WakeUp()
  readonly #polls: PollsInFlight
  readonly #pace = new ClaimPace()
  readonly #context: PollContext
  readonly #freezes: FreezeWatch
  readonly #requests: RequestPace
  readonly #planner: Planner
  readonly #reported: RouterReportDetection
  readonly #loops: Promise<unknown>

  constructor(options: WorkerOptions, log: Logger) {
    const { db, azure, intervals, clock = databaseClock, deadlineMs } = options
    const datedBy = options.clock ? undefined : systemClock
    this.#options = options
    this.#timetable = options.timetable ?? db
    this.#log = log
    this.#polls = new PollsInFlight(options.concurrency ?? CONCURRENCY, () => this.#wakeUp.now())
    const book = new SourceCache(db, clock.now)
    const shared = { azure, db, clock, datedBy, log, book }
    const identitiesOf = (subscriptionId: string) => azure.identitiesOf?.(subscriptionId) ?? [DEFAULT_IDENTITY]
    const { countsPosts = 'learn' } = options
    const ours = {
      draw: (draws: readonly BudgetDraw[]) => drawFromBudgets(db.pool, draws),
      known: () => knownBudgets(db.pool),
    }
    this.#requests = new RequestPace({ countsPosts, identitiesOf, now: () => clock.monotonic(), shared: ours })
    this.#freezes = new FreezeWatch(clock)
    this.#leases = new HeldLeases(this.#timetable, clock, log)
    this.#operations = new OperationNotes(this.#timetable, log)
    this.#context = {
      ...shared,
      freezes: this.#freezes,
      estate: new TopologyCache(options),
      operations: this.#operations,
      commits: new PollCommits(db, log),
      incidentsChanged: options.incidentsChanged,
      pace: this.#requests,
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    }
    if (options.changes) followDeclarations(options.changes, this.#context.estate)
    const { estate } = this.#context
    this.#reported = new RouterReportDetection(this.#context)
    options.changes?.on(['routers'], (change) => {
      if (change?.scope) this.#reported.note(change.scope)
    })
    const neededFor = (events: readonly OpenEvent[]) =>
      findScopesNeededByIncidents(events, { estate, reads: postgresReads(db.pool), now: clock.now() })
    const noteCounted = (isCounted: boolean) => this.#requests.noteCounted(isCounted)
    const budgets = { countsPosts, identitiesOf, neededFor, noteCounted }
    this.#planner = new Planner({ ...shared, intervals, budgets }, this.#stopping.signal)
    options.changes?.on(['declarations'], () => this.#planner.declared())
    this.#loops = Promise.all([this.#planner.run(() => this.#wakeUp.now()), this.#claimLoop()])
  }

  async stop(graceMs = 2_000): Promise<void> {
    this.#stopping.abort(new DOMException('the worker stops', 'AbortError'))
    // another worker continues the operations on which Azure works
    this.#polls.stop()
    const grace = new AbortController()
    await Promise.race([this.#polls.allEnded(), pause(graceMs, grace.signal)])
    grace.abort()
    this.#polls.giveUpAll()
    await this.#loops
    // the loop may have begun polls after `giveUpAll`, just before it stopped
    await this.#polls.allEnded()
    await this.#reported.ended()
    this.#freezes.stop()
  }

  async #claimLoop(): Promise<void> {
    const { signal } = this.#stopping
    const { clock } = this.#context
    const backOff = new BackOff()
    let lastReadAt = clock.monotonic()
    while (!signal.aborted) {
      try {
        const { free } = this.#polls
        const claimedAt = clock.monotonic()
        const room = roomForPolls(free, this.#options.db.pool, claimedAt - lastReadAt)
        lastReadAt = claimedAt
        const { leases, nextInMs } = room > 0 ? await this.#claim(room) : QUEUED
        const tookMs = clock.monotonic() - claimedAt
        for (const lease of leases) this.#begin(lease, claimedAt)
        this.#pace.note(leases, claimedAt)
        const hasMore = room > 0 && leases.length === room
        const due = hasMore ? 0 : free > 0 ? (nextInMs ?? LONGEST_SLEEP_MS) : LONGEST_SLEEP_MS
        if (backOff.failing) this.#log.info('the database is back')
        backOff.succeeded()
        const leastMs = this.#pace.leastMs(hasMore)
        const shortest = Math.max(leastMs, Math.min(LONGEST_SLEEP_MS, CLAIM_SHARE * tookMs))
        await pause(shortest, signal)
        await this.#wakeUp.sleep(Math.min(LONGEST_SLEEP_MS, Math.ceil(due)) - shortest, signal)
      } catch (error) {
        if (!backOff.failing) this.#log.warn({ err: error }, 'the timetable can not be read; trying again')
        await backOff.wait(signal)
      }
    }
  }

  #claim(limit: number): Promise<Claimed> {
    return claimDue(this.#timetable, {
      owner: this.#owner,
      leaseSeconds: CLAIM_SECONDS,
      limit,
      withinSeconds: LONGEST_SLEEP_MS / 1_000,
      firstKinds: FIRST_KINDS,
      heldBack: { kinds: POSTED_KINDS, subscriptionIds: this.#requests.crowded() },
    })
  }

  #begin(lease: Lease, claimedAt: number): void {
    const held = this.#leases.hold(lease, claimedAt)
    const poll = new Poll(this.#context, held)
    this.#polls.begin({
      signal: held.signal,
      step: () => this.#step(poll, held),
      handOver: () => this.#giveBack(held),
      giveUp: () => held.giveUp(),
      end: () => {
        held.end()
        poll.giveUp()
      },
    })
  }

  /** Runs one step of a poll. A failure of one source must not stop others. */
  async #step(poll: Poll, held: HeldLease): Promise<StepEnd> {
    const { lease } = held
    const { sourceId, kind } = lease
    try {
      const progress = await poll.step()
      if ('waitMs' in progress) return progress
      const isDueSoon = progress.outcome !== null && this.#noticed(progress.outcome)
      // its resource is free for the next operation
      return { wakes: isDueSoon || lease.resource !== null }
    } catch (error) {
      if (this.#stopping.signal.aborted) await this.#giveBack(held)
      else if (error instanceof SleptThroughError) await this.#pollAgain(held, error)
      else if (held.signal.aborted) this.#log.warn({ sourceId, kind }, 'a lease was lost')
      // the claim loop logs that the database is unavailable; this lease expires meanwhile
      else if (isTemporaryFailure(error)) this.#log.debug({ err: error, sourceId }, 'a poll could not begin')
      else this.#log.error({ err: error, sourceId, kind }, 'a poll failed')
      return { wakes: true }
    }
  }

  /**
   * Gives the result of a poll to the planner.
   * @returns whether the next poll may be due before the claim loop reads the schedule again
   */
  #noticed(outcome: PollOutcome): boolean {
    this.#planner.noticed(outcome)
    return outcome.nextAt - this.#context.clock.now() < 2 * LONGEST_SLEEP_MS
  }

  /** Releases the lease of a poll. The poll is overdue, so that the next worker repeats it immediately. */
  async #pollAgain(held: HeldLease, { frozenMs }: SleptThroughError): Promise<void> {
    const { sourceId, kind } = held.lease
    this.#log.info(
      { sourceId, kind, frozenMs: Math.round(frozenMs) },
      'this process froze during a poll, which is repeated',
    )
    await this.#giveBack(held, { forget: true })
  }

  async #giveBack({ lease }: HeldLease, options?: { forget: boolean }): Promise<void> {
    try {
      await this.#operations.stored()
      await release(this.#timetable, lease, options)
    } catch (error) {
      // the lease expires anyway
      this.#log.debug({ err: error }, 'a lease could not be given back')
    }
  }
}
