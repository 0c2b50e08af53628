/**
 * Hours of polling at virtual time. Runs the product's interval plan, its turns on a resource and its reactions to
 * refusals against the simulator's budgets, locks and run times. Requests, decoding, recording and Postgres are not
 * run; `timetable.ts` replaces the SQL statements.
 */
import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import type { PollObservation } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { ThrottledPolls } from '#lib/history/index.ts'
import type { PostCountingSetting } from '#lib/poller/plan/poll-demands.ts'
import { INTERVAL_REVIEW_MS } from '#lib/poller/plan/planner.ts'
import { MAX_GATHER_WAIT_MS } from '#lib/poller/commit/poll-commits.ts'
import { RequestPace } from '#lib/poller/throttle/request-pace.ts'
import {
  computeFirstIntervalSeconds,
  SESSION_POLL_KINDS,
  computePhasedIntervalSeconds,
  computeOperationInterval,
} from '#lib/poller/plan/schedule-positions.ts'
import {
  decideAfterLocked,
  decideAfterThrottled,
  hasSpareBudget,
  STORM_WINDOW_MS,
} from '#lib/poller/throttle/throttle-decision.ts'
import type { SimulatorProfile } from '../simulator/index.ts'
import { VirtualDayEventQueue } from './agenda.ts'
import { PollClaimSimulation } from './claims.ts'
import { CircuitPathCutSchedule } from './cuts.ts'
import { type VirtualDayPoll, createDayPolls, recordEnd, recordStart } from './day-poll.ts'
import type { VirtualDayEstate } from './estate.ts'
import { VirtualDayIncidentSimulation } from './incidents.ts'
import { createRandom } from './numbers.ts'
import {
  type ClaimedPollRun,
  type FinalPollResult,
  type VirtualDayClock,
  getSubscriptionAndRegionOfPoll,
  VirtualDayRequestRunner,
} from './requests.ts'
import { VirtualDayPlanReviewer } from './reviews.ts'
import * as timetable from './timetable.ts'
import { VirtualDayAzure } from './virtual-azure.ts'
import { VirtualRequestBudgets } from './virtual-budgets.ts'

export interface DayOptions {
  estate: VirtualDayEstate
  profile: SimulatorProfile
  workers: number
  origin: number
  hours: number
  warmUpMs: number
  countsPosts: PostCountingSetting
  /** simulated cuts of each circuit's primary path per day, ten minutes each */
  cutsPerDay: number
  /** a gateway that an operator changes from `at` on for `forMs` milliseconds */
  locked?: { resourceId: string; at: number; forMs: number } | undefined
  /** seed of the random numbers */
  seed?: number
}

export interface DayResult {
  polls: VirtualDayPoll[]
  /** number of polls after the warm-up by outcome; 429s are grouped by the budget that refused */
  outcomes: Map<string, number>
  /** milliseconds from each cut to its event; null = the cut ended before a poll detected it */
  delays: (number | null)[]
  azure: VirtualDayAzure
  /** CPU time of the planner, number of runs, and number of changes */
  planner: VirtualDayPlanReviewer['figures']
  /** number of polls that were accelerated for an incident */
  bursts: number
  from: number
  to: number
}

export function runDay(options: DayOptions): Promise<DayResult> {
  return new Day(options).run()
}

class Day {
  readonly #options: DayOptions
  readonly #azure: VirtualDayAzure
  readonly #agenda = new VirtualDayEventQueue()
  readonly #random: () => number
  readonly #polls: VirtualDayPoll[]
  readonly #bySubscription: Map<string, VirtualDayPoll[]>
  readonly #byResourceId: Map<string, VirtualDayPoll[]>
  readonly #claims: PollClaimSimulation
  readonly #requests: VirtualDayRequestRunner
  readonly #reviews: VirtualDayPlanReviewer
  readonly #incidents: VirtualDayIncidentSimulation
  #cuts: CircuitPathCutSchedule | null = null
  readonly #outcomes = new Map<string, number>()
  /** per resource, end of the last operation that took at least the interval of the resource's sessions */
  readonly #longOperations = new Map<timetable.ResourcePollTimetable, number>()
  /** number of polls whose last outcome was `throttled` */
  #throttled = 0
  readonly #from: number
  /** request pace of each worker, because each worker is a separate process */
  readonly #paces: RequestPace[]
  readonly #moment: VirtualDayClock

  constructor(options: DayOptions) {
    this.#options = options
    const { estate, origin, workers, countsPosts } = options
    this.#moment = { now: origin }
    const now = () => this.#moment.now
    const subscriptions = new Set(estate.loads.map(({ subscriptionId }) => subscriptionId))
    const spokenOf = [...subscriptions].flatMap((id) => [`${id} reads`, `${id} writes`])
    const shared = new VirtualRequestBudgets(now, spokenOf)
    const paced = { countsPosts, identitiesOf: () => [''], now, shared, gatherMs: 0 }
    this.#paces = Array.from({ length: workers }, () => new RequestPace(paced))
    this.#azure = new VirtualDayAzure(estate.world, options.profile)
    this.#random = createRandom(options.seed ?? 1)
    this.#from = origin + options.warmUpMs
    this.#polls = createDayPolls(estate.loads, origin)
    this.#bySubscription = Map.groupBy(this.#polls, ({ load }) => load.subscriptionId)
    this.#byResourceId = Map.groupBy(this.#polls, ({ load }) => load.resourceId)
    const agenda = this.#agenda
    const moved = (poll: VirtualDayPoll, at: number) => this.#claims.moved(poll, at)
    this.#requests = new VirtualDayRequestRunner({
      azure: this.#azure,
      agenda,
      moment: this.#moment,
      inventoryReads: estate.inventoryReads,
      started: (poll, at) => recordStart(poll, at, this.#from, this.#longEndedAt(poll)),
      ended: (poll, claim, at, end) => this.#end(poll, claim, at, end),
    })
    this.#claims = new PollClaimSimulation({
      agenda,
      moment: this.#moment,
      requests: this.#requests,
      paces: this.#paces,
    })
    this.#incidents = new VirtualDayIncidentSimulation({
      agenda,
      bySubscription: this.#bySubscription,
      byResourceId: this.#byResourceId,
      moved,
    })
    this.#reviews = new VirtualDayPlanReviewer({
      agenda,
      polls: this.#polls,
      from: this.#from,
      countsPosts,
      paces: this.#paces,
      random: this.#random,
      isOpen: (resourceId) => this.#incidents.isOpen(resourceId),
      moved,
    })
  }

  async run(): Promise<DayResult> {
    const { origin, hours, locked } = this.#options
    const to = origin + hours * MS_PER_HOUR
    for (const poll of this.#polls) this.#claims.watch(poll, origin)
    const circuits = new Set(this.#polls.flatMap(({ kind, load }) => (kind === 'summary' ? [load.resourceId] : [])))
    const perDay = this.#options.cutsPerDay
    this.#cuts = new CircuitPathCutSchedule(circuits, { from: this.#from, to, perDay, random: this.#random })
    this.#reviews.want(origin + INTERVAL_REVIEW_MS)
    if (locked) this.#agenda.put(locked.at, (now) => this.#lock(now))
    await this.#agenda.runUntil(to)
    return {
      polls: this.#polls,
      outcomes: this.#outcomes,
      delays: this.#cuts.delays(this.#from, to),
      azure: this.#azure,
      planner: this.#reviews.figures,
      bursts: this.#incidents.bursts,
      from: this.#from,
      to,
    }
  }

  #lock(now: number): void {
    const { locked } = this.#options
    if (!locked) return
    const isHeld = this.#azure.lock(
      locked.resourceId,
      'PutVirtualNetworkGatewayOperation',
      now,
      locked.at + locked.forMs,
    )
    if (!isHeld) this.#agenda.put(now + MS_PER_SECOND, (later) => this.#lock(later))
  }

  #longEndedAt({ resource }: VirtualDayPoll): number {
    return (resource && this.#longOperations.get(resource)) ?? Number.NEGATIVE_INFINITY
  }

  #noteOperation({ resource }: VirtualDayPoll, tookMs: number, now: number): void {
    if (resource === null) return
    const { firstSeconds } = timetable.findShortestPollIntervals(resource, SESSION_POLL_KINDS)
    if (firstSeconds !== null && tookMs >= firstSeconds * MS_PER_SECOND) this.#longOperations.set(resource, now)
  }

  async #end(poll: VirtualDayPoll, claim: ClaimedPollRun, now: number, end: FinalPollResult): Promise<void> {
    const { load, kind } = poll
    const { outcome } = end
    this.#noteOperation(poll, now - claim.startedAt, now)
    const isOk = outcome === 'ok'
    const error = end.error ?? null
    const budgeted = pollKindDefinitions[kind].operation ? (['POST', 'GET'] as const) : (['GET'] as const)
    const budget = kind === 'metrics' ? null : this.#azure.left(load, budgeted, now)
    const times = { startedAt: claim.startedAt, finishedAt: now }
    const observation = { kind, outcome, error, budget, ...times } as unknown as PollObservation
    await claim.pace.heed(getSubscriptionAndRegionOfPoll(load), observation, claim.turns)
    const before = this.#throttledBefore(poll, observation, now)
    const decision =
      outcome === 'locked'
        ? decideAfterLocked(before, observation)
        : outcome === 'throttled'
          ? decideAfterThrottled(before, observation)
          : null
    load.budget = budget ?? load.budget
    load.reportedAt = now
    load.refusedBy = outcome === 'throttled' ? (error?.budget ?? null) : null
    this.#throttled += Number(outcome === 'throttled') - Number(poll.lastOutcome === 'throttled')
    recordEnd(poll, outcome, claim.startedAt, now)
    if (now >= this.#from) this.#count(outcome, error?.budget ?? error?.code ?? '')
    const shown = (isOk && this.#cuts?.shownBy(poll, end.sampleAt, now)) || []
    const recorded: Recorded = {
      completion: {
        everySeconds: this.#nextIn(poll, claim),
        notBefore: decision?.notBefore ?? null,
        ranSeconds: isOk ? (now - claim.startedAt) / MS_PER_SECOND : null,
        endsBurst: decision?.endsBurst ?? false,
      },
      spare: decision?.spare ?? null,
      shown,
      mayAskMore: hasSpareBudget(before, { budget: load.budget }),
    }
    poll.polls += 1
    if (error?.budget) this.#reviews.want(now)
    // a poll without changes is committed later, so that several such polls are committed together
    if (isOk && shown.length === 0)
      this.#agenda.put(now + MAX_GATHER_WAIT_MS, (then) => this.#recorded(poll, recorded, then))
    else this.#recorded(poll, recorded, now)
  }

  /** Commits a poll. The poll and its resource can then be claimed again. */
  #recorded(poll: VirtualDayPoll, { completion, spare, shown, mayAskMore }: Recorded, now: number): void {
    timetable.markPollAsCompleted(poll, completion, now)
    const isSession = completion.ranSeconds !== null && SESSION_POLL_KINDS.includes(poll.kind)
    if (isSession && poll.resource) timetable.bringForward(poll.resource, SESSION_POLL_KINDS, now)
    this.#claims.watch(poll, poll.resource ? now : poll.nextAt)
    for (const { circuit, cut } of shown) {
      if (this.#polls.some(({ load: { reason } }) => reason !== null)) this.#reviews.want(now)
      this.#incidents.begin(poll, circuit, cut, now, mayAskMore)
    }
    if (spare) this.#spare(poll, spare, now)
  }

  #nextIn({ load, kind, polls, resource }: VirtualDayPoll, { nextAt, everySeconds }: ClaimedPollRun): number {
    if (load.place && resource) {
      const intervals = timetable.findShortestPollIntervals(resource, SESSION_POLL_KINDS)
      return computeOperationInterval(load.place, { nextAt, everySeconds, ...intervals }, polls === 0)
    }
    if (kind !== 'metrics')
      return polls === 0 ? computeFirstIntervalSeconds(load.sourceId, kind, everySeconds) : everySeconds
    return computePhasedIntervalSeconds(
      `${load.subscriptionId}/${load.region}/${load.resourceId.split('/').at(-2)}`,
      nextAt,
      everySeconds,
    )
  }

  #count(outcome: string, what: string): void {
    const key = outcome === 'ok' || what === '' ? outcome : `${outcome} ${what}`
    this.#outcomes.set(key, (this.#outcomes.get(key) ?? 0) + 1)
  }

  /** Counts throttled polls like the query `countThrottledPolls`. */
  #throttledBefore(poll: VirtualDayPoll, { outcome, error }: PollObservation, now: number): ThrottledPolls {
    const budget = error?.budget ?? null
    const known: ThrottledPolls = {
      inARow: outcome === poll.lastOutcome ? poll.inARow : 0,
      others: 0,
      othersSince: 0,
      readsLeft: null,
    }
    if (this.#throttled === 0) return known
    for (const other of this.#bySubscription.get(poll.load.subscriptionId) ?? []) {
      if (other === poll || other.lastOutcome !== 'throttled') continue
      if (budget !== null && other.load.refusedBy !== budget) continue
      known.others += 1
      if (other.lastAt >= now - STORM_WINDOW_MS) known.othersSince += 1
    }
    return known
  }

  #spare(poll: VirtualDayPoll, { of, kinds: spared, until }: Spare, now: number): void {
    const { load } = poll
    const all =
      of === 'resource' ? this.#byResourceId.get(load.resourceId) : this.#bySubscription.get(load.subscriptionId)
    for (const other of all ?? []) {
      if (!spared.includes(other.kind)) continue
      timetable.postponePollUntil(other, until, of === 'region' ? this.#random() : 0)
      this.#claims.moved(other, now)
    }
  }
}

/** Effects of a poll that apply when it is committed. */
interface Recorded {
  completion: timetable.TimetablePollCompletion
  spare: Spare | null
  shown: ReturnType<CircuitPathCutSchedule['shownBy']>
  mayAskMore: boolean
}

type Spare = NonNullable<ReturnType<typeof decideAfterThrottled>['spare']>
