import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { AzureAccess } from '#lib/azure/index.ts'
import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import type { PollKind } from '#lib/contract/index.ts'
import { type Clock, machineClock } from '#lib/platform/clock.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { type RequestBudgetUse, recordRequestBudgetUses, readKnownBudgets } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.ts'
import { type ClaimResult, claimDuePolls, type PollLease, releaseLease } from '#lib/platform/leases/index.ts'
import { ProcessFreezeWatch } from './poll/process-freeze-watch.ts'
import { createComponentLogger, type Logger } from '#lib/platform/log.ts'
import { BackOff, waitUnlessAborted } from '#lib/platform/back-off.ts'
import { type ChangeFeed, forgetTopologyOnDeclarationChange } from './poll/change-feed.ts'
import { createPostgresEstateReaders } from './detection/detection-store.ts'
import { RouterReportDetection } from './detection/router-report-detection.ts'
import type { ReadRouterSideSessions } from './detection/types.ts'
import { TopologyCache } from './detection/topology-cache.ts'
import type { HandleChangedIncidents } from './detection/track-changed-incidents.ts'
import { isTemporaryFailure } from '#lib/platform/database-failure.ts'
import { CLAIM_LEASE_SECONDS } from './plan/poll-deadlines.ts'
import type { PostCountingSetting } from './plan/poll-demands.ts'
import { type HeldLease, HeldLeases } from './plan/held-leases.ts'
import { findResourcesNeededByIncidents, type OpenEventResourceFields } from './plan/needed-scopes.ts'
import { PendingOperationStore } from './poll/pending-operation-store.ts'
import { SESSION_POLL_KINDS } from './plan/schedule-positions.ts'
import type { PollIntervals } from './plan/plan-polls.ts'
import { PollPlanner } from './plan/planner.ts'
import type { PollContext } from './poll/poll-context.ts'
import { SinglePollRun, type CommittedPollForPlanner } from './poll/poll-source.ts'
import { PollsInFlight, type PollStepEnd } from './polls-in-flight.ts'
import { ScheduleReadPace } from './plan/claim-pace.ts'
import { PollCommits } from './commit/poll-commits.ts'
import { RequestPace } from './throttle/request-pace.ts'
import { computeRoomForPolls } from './throttle/concurrency-limit.ts'
import { SleptThroughError } from './slept-through.ts'
import { SourceCache } from './poll/source-cache.ts'

/** A sleep that ends after a time, by {@link WakeUp.now}, or by an abort signal. */
class WakeUp {
  #pending = false
  #wake: (() => void) | null = null

  /** Ends the current sleep. If there is none, the next sleep ends immediately. */
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
  /** Database connections for leases only, so that leases do not wait behind polls; default `db`. */
  timetable?: Database
  azure: AzureAccess
  intervals: PollIntervals
  /**
   * Maximum number of polls that send a request or commit at the same time; default 256. Polls that wait for an
   * operation of Azure do not count.
   */
  concurrency?: number
  /** Maximum duration of each poll in milliseconds, in place of the duration that follows from its interval. */
  deadlineMs?: number
  clock?: Clock
  /** Called with incidents, in the transaction that writes them; absent = not needed. */
  incidentsChanged?: HandleChangedIncidents
  /** Notifications about changed declarations and settings; absent = a change takes effect within ten minutes. */
  changes?: Pick<ChangeFeed, 'on'>
  /** Reads the BGP reports of customers' routers; absent = this process cannot read them. */
  readRouterEnds?: ReadRouterSideSessions
  /** Whether the network resource provider counts diagnostic POSTs against a budget; default `learn` (find out). */
  countsPosts?: PostCountingSetting
}

export interface PollWorker {
  /**
   * Stops claiming polls, waits up to `graceMs` milliseconds for running polls, and releases the leases of all others.
   * Never rejects.
   */
  stop(graceMs?: number): Promise<void>
}

export const MAX_CONCURRENT_POLLS = 256

/**
 * Maximum time between two reads of the schedule, milliseconds. Polls of dead workers, and polls that other processes
 * made due, are found after this time at the latest.
 */
const LONGEST_SLEEP_MS = 500

/**
 * Used in place of a claim if no poll may begin, usually because polls are waiting for a database connection. They
 * usually get one within these 50 ms.
 */
const QUEUED: ClaimResult = { leases: [], nextInMs: 50 }

/**
 * Factor for the pause after a read of the schedule: the pause is at least this multiple of the duration of the read,
 * up to LONGEST_SLEEP_MS. A worker therefore usually spends at most a quarter of its time on reads, even of a long
 * schedule.
 */
const CLAIM_SHARE = 3

/** Kinds of polls that begin with a POST. */
const POSTED_KINDS = (Object.keys(pollKindDefinitions) as PollKind[]).filter(
  (kind) => pollKindDefinitions[kind].operation,
)

/** Starts a worker. It runs due polls and keeps the schedule up to date. */
export function startWorker(options: WorkerOptions): PollWorker {
  const log = createComponentLogger('poller')
  return new PollingWorker(options, log)
}

class PollingWorker implements PollWorker {
  readonly #options: WorkerOptions
  readonly #timetable: Database
  readonly #log: Logger
  readonly #owner = `${hostname()}/${process.pid}/${randomBytes(3).toString('hex')}`
  readonly #stopping = new AbortController()
  readonly #leases: HeldLeases
  readonly #operations: PendingOperationStore
  readonly #wakeUp = new WakeUp()
  readonly #polls: PollsInFlight
  readonly #pace = new ScheduleReadPace()
  readonly #context: PollContext
  readonly #freezes: ProcessFreezeWatch
  readonly #requests: RequestPace
  readonly #planner: PollPlanner
  readonly #reported: RouterReportDetection
  readonly #loops: Promise<unknown>

  constructor(options: WorkerOptions, log: Logger) {
    const { db, azure, intervals, clock = databaseClock, deadlineMs } = options
    const datedBy = options.clock ? undefined : machineClock
    this.#options = options
    this.#timetable = options.timetable ?? db
    this.#log = log
    this.#polls = new PollsInFlight(options.concurrency ?? MAX_CONCURRENT_POLLS, () => this.#wakeUp.now())
    const book = new SourceCache(db, clock.now)
    const shared = { azure, db, clock, datedBy, log, book }
    const identitiesOf = (subscriptionId: string) => azure.identitiesOf?.(subscriptionId) ?? [DEFAULT_IDENTITY]
    const { countsPosts = 'learn' } = options
    const ours = {
      draw: (draws: readonly RequestBudgetUse[]) => recordRequestBudgetUses(db.pool, draws),
      known: () => readKnownBudgets(db.pool),
    }
    this.#requests = new RequestPace({ countsPosts, identitiesOf, now: () => clock.monotonic(), shared: ours })
    this.#freezes = new ProcessFreezeWatch(clock)
    this.#leases = new HeldLeases(this.#timetable, clock, log)
    this.#operations = new PendingOperationStore(this.#timetable, log)
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
    if (options.changes) forgetTopologyOnDeclarationChange(options.changes, this.#context.estate)
    const { estate } = this.#context
    this.#reported = new RouterReportDetection(this.#context)
    options.changes?.on(['routers'], (change) => {
      if (change?.scope) this.#reported.note(change.scope)
    })
    const neededFor = (events: readonly OpenEventResourceFields[]) =>
      findResourcesNeededByIncidents(events, { estate, reads: createPostgresEstateReaders(db.pool), now: clock.now() })
    const noteCounted = (isCounted: boolean) => this.#requests.noteCounted(isCounted)
    const budgets = { countsPosts, identitiesOf, neededFor, noteCounted }
    this.#planner = new PollPlanner({ ...shared, intervals, budgets }, this.#stopping.signal)
    options.changes?.on(['declarations'], () => this.#planner.declared())
    this.#loops = Promise.all([this.#planner.run(() => this.#wakeUp.now()), this.#claimLoop()])
  }

  async stop(graceMs = 2_000): Promise<void> {
    this.#stopping.abort(new DOMException('the worker stops', 'AbortError'))
    // other workers continue the polls that wait for an operation of Azure
    this.#polls.stop()
    const grace = new AbortController()
    await Promise.race([this.#polls.allEnded(), waitUnlessAborted(graceMs, grace.signal)])
    grace.abort()
    this.#polls.giveUpAll()
    await this.#loops
    // wait again, because the loop may have begun polls after `giveUpAll`
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
        const room = computeRoomForPolls(free, this.#options.db.pool, claimedAt - lastReadAt)
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
        await waitUnlessAborted(shortest, signal)
        await this.#wakeUp.sleep(Math.min(LONGEST_SLEEP_MS, Math.ceil(due)) - shortest, signal)
      } catch (error) {
        if (!backOff.failing) this.#log.warn({ err: error }, 'the timetable can not be read; trying again')
        await backOff.wait(signal)
      }
    }
  }

  #claim(limit: number): Promise<ClaimResult> {
    return claimDuePolls(this.#timetable, {
      owner: this.#owner,
      leaseSeconds: CLAIM_LEASE_SECONDS,
      limit,
      withinSeconds: LONGEST_SLEEP_MS / 1_000,
      firstKinds: SESSION_POLL_KINDS,
      heldBack: { kinds: POSTED_KINDS, subscriptionIds: this.#requests.crowded() },
    })
  }

  #begin(lease: PollLease, claimedAt: number): void {
    const held = this.#leases.hold(lease, claimedAt)
    const poll = new SinglePollRun(this.#context, held)
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

  /** Runs one step of a poll. Errors are handled here, because the failure of one source must not stop the others. */
  async #step(poll: SinglePollRun, held: HeldLease): Promise<PollStepEnd> {
    const { lease } = held
    const { sourceId, kind } = lease
    try {
      const progress = await poll.step()
      if ('waitMs' in progress) return progress
      const isDueSoon = progress.outcome !== null && this.#noticed(progress.outcome)
      // the resource is free now, so another operation may begin on it
      return { wakes: isDueSoon || lease.resource !== null }
    } catch (error) {
      if (this.#stopping.signal.aborted) await this.#giveBack(held)
      else if (error instanceof SleptThroughError) await this.#pollAgain(held, error)
      else if (held.signal.aborted) this.#log.warn({ sourceId, kind }, 'a lease was lost')
      // no warning, because the claim loop already logs that the database is unavailable; this lease will expire
      else if (isTemporaryFailure(error)) this.#log.debug({ err: error, sourceId }, 'a poll could not begin')
      else this.#log.error({ err: error, sourceId, kind }, 'a poll failed')
      return { wakes: true }
    }
  }

  /**
   * Gives the result of a poll to the planner.
   * @returns whether the next poll of this source may be due before the next regular read of the schedule
   */
  #noticed(outcome: CommittedPollForPlanner): boolean {
    this.#planner.noticed(outcome)
    return outcome.nextAt - this.#context.clock.now() < 2 * LONGEST_SLEEP_MS
  }

  /**
   * Releases the lease of a poll that this process could not run. It is overdue, so a worker repeats it immediately.
   */
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
      await releaseLease(this.#timetable, lease, options)
    } catch (error) {
      // ignore the failure, because the lease will expire
      this.#log.debug({ err: error }, 'a lease could not be given back')
    }
  }
}
