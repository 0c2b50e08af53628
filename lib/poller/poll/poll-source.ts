import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import type { ValueByAddressFamily } from '#lib/bgp/index.ts'
import type {
  ListedResource,
  MetricsOptionsOfResource,
  PendingOperation,
  PollParams,
  PollStep,
} from '#lib/azure/index.ts'
import {
  type DeclaredPollingPause,
  type EpochMs,
  type PollObservation,
  type PollTarget,
  getSubscriptionId,
} from '#lib/contract/index.ts'
import { countSloObservation, readListedResources, type SourceRef } from '#lib/history/index.ts'
import { findSessionsWithActivity } from './session-activity.ts'
import { findResourcesToBurst } from '../plan/burst-polls.ts'
import type { PollCommitOutcome, UncommittedPollResult } from '../commit/commit-poll.ts'
import { computeClockOffsetMs, replaceWronglyDatedPoll } from '../plan/poll-dates.ts'
import { getDatabaseNow, readDatabaseTime } from '#lib/platform/database-clock.ts'
import { queryOrDefault } from './query-or-default.ts'
import { commitUntilRecorded } from '../commit/commit-until-recorded.ts'
import { runInNewSpan } from '#lib/platform/tracing.ts'
import { getPollDeadlineMs, MAX_OPERATION_MS } from '../plan/poll-deadlines.ts'
import { getRequestCountOfPoll } from '../plan/poll-demands.ts'
import { createPostgresEstateReaders } from '../detection/detection-store.ts'
import { findAdvertisedRoutePolls, findFollowUpPolls } from '../plan/follow-ups.ts'
import type { HeldLease } from '../plan/held-leases.ts'
import { type KnownSourceFacts, getObservedSessions } from './known-facts.ts'
import { startBurstOfResources } from '../plan/burst-start.ts'
import { eventsTotal, pollSeconds, pollsTotal } from '../metrics.ts'
import { createPausedPoll } from '../plan/paused-poll.ts'
import { PollTraceRecorder } from './poll-trace.ts'
import { computeNextIntervalSeconds } from '../plan/next-interval.ts'
import { isPeriodPollKind, type PeriodsReadByPoll, computePollWindow } from '../plan/poll-window.ts'
import type { PollContext } from './poll-context.ts'
import { isEmptyVpnTable, markIncompletePoll, markRoutesNotGiven } from './mark-incomplete-poll.ts'
import type { RequestBudgetPlace, RequestBudgetSide, LastPermissionsBySide } from '../throttle/request-pace.ts'
import { hasSleptThroughPoll, SleptThroughError } from '../slept-through.ts'
import { ThrottleHandler } from '../throttle/throttle-handler.ts'

/** The result of a poll that was committed, for the planner. */
export interface CommittedPollForPlanner {
  source: SourceRef
  observation: PollObservation
  committed: PollCommitOutcome
  /** Approximate time at which this source is polled next; 0 = this poll made other polls due immediately. */
  nextAt: EpochMs
}

/**
 * Result of one step of a poll: `waitMs` = continue after this time; `outcome` = the poll has ended (null if its source
 * does not exist any more).
 */
type PollProgress = { outcome: CommittedPollForPlanner | null } | { waitMs: number }

/** Facts that are known when a poll begins. */
interface Begun {
  source: SourceRef
  target: PollTarget
  knowledge: KnownSourceFacts
  /** For polls of the kind `summary`: the local addresses of the sessions, which the response does not contain. */
  localAddresses: ValueByAddressFamily | null
  window: PeriodsReadByPoll | null
  /** For polls of the kind `metrics`: properties of the resource that decide which metrics it has. */
  metered: MetricsOptionsOfResource | null
  /** For an inventory: the resources that earlier inventories listed; null for other kinds. */
  listed: readonly ListedResource[] | null
  pause: DeclaredPollingPause | null
  /** Monotonic time at which the poll began; needed to find out whether this process was frozen since then. */
  at: number
}

/**
 * One poll of a source, from the claim of its lease to its commit. It consists of steps. While Azure works on an
 * operation, no step runs and only the lease is held. {@link PollsInFlight} calls the next step after the wait.
 */
export class SinglePollRun {
  readonly #context: PollContext
  readonly #held: Pick<HeldLease, 'lease' | 'signal' | 'throwIfLost'>
  #begun: Begun | null = null
  #waiting: { pending: PendingOperation; startedAt: number } | null = null
  #storedUrl: string | null = null
  #isAnswered = false
  /** Last permissions to send a request for this poll, separately for reads and writes. */
  readonly #turns: LastPermissionsBySide = {}
  /** True if the next request was permitted. */
  #hasTurn = false
  /** Monotonic time of the claim. */
  readonly #claimedAt: number
  readonly #trace: PollTraceRecorder

  constructor(context: PollContext, held: Pick<HeldLease, 'lease' | 'signal' | 'throwIfLost'>) {
    this.#context = context
    this.#held = held
    this.#claimedAt = context.clock.monotonic()
    this.#trace = new PollTraceRecorder(held.lease)
  }

  /**
   * Runs the poll until it has to wait for Azure or until it ends, and then commits its result. A failure of Azure is a
   * result, too. While the database is unavailable, the commit waits.
   * @throws AbortError if the lease was lost or the worker stops; SleptThroughError if this process was frozen; an
   *   error of the database if the result cannot be stored
   */
  async step(): Promise<PollProgress> {
    const progress = await this.#trace.step(() => this.#advance())
    if ('outcome' in progress) this.#trace.end()
    return progress
  }

  /** Ends the poll without a result, because the worker stops or lost the lease. */
  giveUp(): void {
    this.#trace.end()
  }

  async #advance(): Promise<PollProgress> {
    const { azure, clock } = this.#context
    const { signal } = this.#held
    signal.throwIfAborted()
    this.#begun ??= await this.#begin()
    if (!this.#begun) return { outcome: null }
    const heldMs = await this.#heldBackMs(this.#begun)
    if (heldMs > 0) {
      this.#trace.waits('budget')
      return { waitMs: heldMs }
    }
    const { target, pause, at } = this.#begun
    const kind = this.#kind
    const params = paramsOf(this.#begun, kind === 'inventory' ? this.#context.book.interfaces : undefined)
    const frozenMs = this.#frozenMs(at)
    const beforeRequest = () => this.#held.throwIfLost()
    const waiting = this.#waiting
    const reached = pause
      ? { observation: createPausedPoll(target, kind, pause, clock.now()) }
      : waiting
        ? await azure.resume(target, kind, waiting.pending, clock.monotonic() - waiting.startedAt, {
            signal,
            // add the time in which this process was frozen, because Azure did not need it
            deadlineMs: this.#operationMs + frozenMs,
            ...(params && { params }),
          })
        : await azure.begin(target, kind, {
            signal,
            beforeRequest,
            deadlineMs: this.#answerMs,
            ...(params && { params }),
          })
    if ('pending' in reached) return { waitMs: this.#wait(reached) }
    this.#isAnswered = true
    return { outcome: await this.#finish(this.#begun, reached.observation) }
  }

  /**
   * Returns the milliseconds for which the next request must wait, because a request budget is used up. It is called
   * before each request, and again after the wait. The second result is 0, unless Azure refused another request of the
   * budget meanwhile.
   */
  async #heldBackMs({ source, pause, metered }: Begun): Promise<number> {
    const { pace, azure } = this.#context
    if (pause || !pace) return 0
    const side: RequestBudgetSide = pollKindDefinitions[this.#kind].operation && !this.#waiting ? 'writes' : 'reads'
    if (this.#hasTurn && !(await pace.isRefused(this.#placeOf(source), side))) return 0
    const subscriptionId = getSubscriptionId(source.resourceId)
    const isElsewhere = metered !== null && azure.readsTogether(subscriptionId, metered.region)
    const requests = isElsewhere ? 0 : this.#waiting ? 1 : getRequestCountOfPoll(this.#kind)
    const turn = await pace.take(this.#placeOf(source), side, requests)
    this.#turns[side] = turn
    this.#hasTurn = true
    return turn.waitMs
  }

  #placeOf(source: SourceRef): RequestBudgetPlace {
    const region = async () => (await this.#context.book.metered(source))?.region ?? null
    return { subscriptionId: getSubscriptionId(source.resourceId), region }
  }

  get #kind(): PollObservation['kind'] {
    return this.#held.lease.kind as PollObservation['kind']
  }

  get #answerMs(): number {
    return this.#context.deadlineMs ?? getPollDeadlineMs(this.#kind, this.#held.lease.everySeconds)
  }

  get #operationMs(): number {
    return this.#context.deadlineMs ?? pollKindDefinitions[this.#kind].slicesMs ?? MAX_OPERATION_MS
  }

  /**
   * Returns for how many milliseconds this process did not run since the poll sent its request, even if the request was
   * sent under an earlier lease.
   * @param at monotonic time at which the poll began under this lease
   */
  #frozenMs(at: number): number {
    return this.#context.freezes.frozenSince(Math.min(at, this.#waiting?.startedAt ?? at))
  }

  async #begin(): Promise<Begun | null> {
    const { book, clock } = this.#context
    const { lease } = this.#held
    const kind = this.#kind
    const source = await book.source(lease.sourceId)
    if (!source) return null
    const knowledge = await book.knowledge(source, lease)
    const localAddresses = kind === 'summary' ? await book.localAddresses(source) : null
    const readUpTo = isPeriodPollKind(kind) ? await book.readUpTo(source, lease) : null
    const window = computePollWindow(kind, readUpTo, clock.now())
    const metered = kind === 'metrics' ? await book.metered(source) : null
    const listed = kind === 'inventory' ? await readListedResources(this.#context.db.pool, source.sourceId) : null
    const target = { resourceId: source.resourceId, subresource: source.subresource }
    this.#trace.began(target, lease.operation !== null)
    const pause = await this.#context.estate.pauseOf(
      createPostgresEstateReaders(this.#context.db.pool),
      source,
      clock.now(),
    )
    const at = clock.monotonic()
    if (lease.operation && !pause) {
      const pending = lease.operation.stored as PendingOperation
      this.#waiting = { pending, startedAt: this.#claimedAt - lease.operation.ageMs }
      this.#storedUrl = pending.url
      this.#context.log.info(
        { scope: source.scope, kind, ageMs: lease.operation.ageMs },
        'a poll that another worker began goes on',
      )
    }
    return { source, target, knowledge, localAddresses, window, metered, listed, pause, at }
  }

  /**
   * Stores the operation of Azure that this poll is waiting for.
   * @returns milliseconds until its next check, or until its maximum duration
   */
  #wait({ pending, waitMs, ageMs }: Extract<PollStep, { waitMs: number }>): number {
    this.#waiting = { pending, startedAt: this.#context.clock.monotonic() - ageMs }
    this.#hasTurn = false
    this.#trace.waits('operation')
    if (pending.url !== this.#storedUrl) {
      this.#storedUrl = pending.url
      this.#context.operations.store({
        lease: this.#held.lease,
        operation: pending,
        ageMs,
        isOver: () => this.#isAnswered,
      })
    }
    return Math.max(0, Math.min(waitMs, this.#operationMs - ageMs))
  }

  /**
   * If the times of a poll come from a wrong clock, returns a poll without data, because wrong times would mislead all
   * later evaluations.
   */
  async #dated(answered: PollObservation): Promise<PollObservation> {
    const { datedBy, db } = this.#context
    if (!datedBy) return answered
    const off = () => {
      const at = datedBy.now()
      return computeClockOffsetMs(answered, { before: at, database: getDatabaseNow(), after: at })
    }
    if (off() === 0) return answered
    // before relying on the computed time of the database, read it again, because this machine may have been suspended
    // since the last read
    await readDatabaseTime(db.pool).catch(() => {})
    return off() === 0 ? answered : replaceWronglyDatedPoll(answered, getDatabaseNow(), off())
  }

  async #finish(begun: Begun, answered: PollObservation): Promise<CommittedPollForPlanner> {
    const raw = await this.#dated(answered)
    const { book, log, pace } = this.#context
    const { lease, signal } = this.#held
    const kind = this.#kind
    const { source, knowledge, localAddresses } = begun
    const frozenMs = this.#frozenMs(begun.at)
    const limitMs = this.#waiting ? this.#operationMs : this.#answerMs
    if (hasSleptThroughPoll(raw, frozenMs, limitMs)) throw new SleptThroughError(frozenMs)
    if (!begun.pause && raw === answered) pollSeconds.observe({ kind }, (raw.finishedAt - raw.startedAt) / 1000)
    await queryOrDefault(log, source, undefined, async () => pace?.heed(this.#placeOf(source), answered, this.#turns))
    if (raw.outcome === 'not_found') book.moved(source)
    const read = markIncompletePoll(raw, knowledge)
    const isNotGiven =
      isEmptyVpnTable(read) && (!(await book.hasStoredRoutes(source, read.kind)) || (await book.hasWorkingBgp(source)))
    const observation = isNotGiven ? markRoutesNotGiven(read) : read
    const rows = getObservedSessions(observation)
    const active = rows === null ? [] : findSessionsWithActivity(knowledge, rows)
    const throttling = new ThrottleHandler(this.#context, source, raw)
    const throttled = await throttling.decision()
    const followUps = await findFollowUpPolls(this.#context, { lease, source, observation, active })
    const mayAsk = followUps.length > 0 && (await throttling.mayAskMore())
    const result: UncommittedPollResult = {
      lease,
      observation,
      scope: source.scope,
      localAddresses,
      everySeconds: computeNextIntervalSeconds(this.#context, lease, begun),
      notBefore: throttled.notBefore,
      endsBurst: throttled.endsBurst,
      ranSeconds: observation.outcome === 'ok' ? (observation.finishedAt - observation.startedAt) / 1000 : null,
      asksFor: mayAsk ? followUps : [],
      asksForIfRoutesChanged: kind === 'learned' ? await findAdvertisedRoutePolls(this.#context, source) : [],
      sessionsChanged: active.length > 0,
      estate: this.#context.estate,
      // if the poll was replaced by a poll without data, its times are from the database's clock and need no comparison
      datedBy: raw === answered ? this.#context.datedBy : undefined,
      incidentsChanged: this.#context.incidentsChanged,
    }
    const committed = await runInNewSpan('record', { attributes: { 'db.system.name': 'postgresql' } }, (trace) =>
      commitUntilRecorded(this.#context, { ...result, trace }, signal),
    )
    this.#report(begun, observation, committed)
    if (committed.status !== 'superseded' && committed.status !== 'clock') {
      if (kind === 'peers' || kind === 'summary')
        book.learned(source.sourceId, lease.epoch, rows, observation.outcome === 'ok')
      const readUpTo = observation.readUpTo ?? (observation.outcome === 'ok' ? observation.finishedAt : null)
      if (readUpTo !== null) book.noteRead(lease, readUpTo)
    }
    const adverse =
      committed.status === 'recorded' ? findResourcesToBurst(committed.events, observation.finishedAt) : NONE
    if (adverse.size > 0 && (await throttling.mayAskMore())) {
      await startBurstOfResources(this.#context, source, adverse, observation.finishedAt)
    }
    await throttling.spare(throttled)
    const nextAt = result.asksFor.length > 0 ? 0 : lease.nextAt + result.everySeconds * 1000
    return { source, observation, committed, nextAt }
  }

  /** Reports the result of the poll in the trace, the metrics and the log. */
  #report({ source: { scope, subresource } }: Begun, observation: PollObservation, committed: PollCommitOutcome): void {
    const { log, clock } = this.#context
    const { kind, outcome, startedAt, finishedAt } = observation
    const { status } = committed
    const events = committed.events.length
    this.#trace.finished(observation, committed)
    if (status === 'recorded') countSloObservation('recording_lag', clock.now() - finishedAt)
    pollsTotal.inc({ kind, outcome: status === 'recorded' ? outcome : status })
    eventsTotal.inc(events)
    if (status === 'stale') {
      log.warn(
        { scope, kind, startedAt },
        'a poll was refused: it seems to begin before the last recorded one ended. Are the clocks of all workers together?',
      )
    }
    log.debug({ scope, subresource, kind, outcome, status, events, startedAt, finishedAt }, 'polled')
  }
}

const NONE: ReadonlySet<string> = new Set()

function paramsOf({ window, metered, listed }: Begun, interfaces: readonly string[] | undefined): PollParams | null {
  if (listed) return { listed, ...(interfaces !== undefined && { interfaces }) }
  return window || metered ? { ...window, ...(metered && { resource: metered }) } : null
}
