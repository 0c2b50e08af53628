/**
 * Hours of polling at virtual time: the product's plan of intervals, its rule of turns and its answers to refusals, against the
 * simulator's budgets, locks and run times. What is not run: requests, decoding, recording, Postgres (`timetable.ts` stands for its statements).
 */
import { kinds } from '#lib/azure/kinds/index.ts'
import { READS_PER_SECOND } from '#lib/azure/kinds/inventory/slots.ts'
import { momentKinds, type Observation } from '#lib/contract/index.ts'
import { defaultSettings } from '#lib/detection/index.ts'
import type { PollLoad, ThrottledPolls } from '#lib/history/index.ts'
import { affectedScopes, pollsToBurst } from '#lib/poller/index.ts'
import { OPERATION_MS } from '#lib/poller/deadline.ts'
import type { CountsPosts } from '#lib/poller/demands.ts'
import { NOTHING_LEARNED, planned } from '#lib/poller/intervals-in-force.ts'
import { REVIEW_MS, REVIEW_SOON_MS } from '#lib/poller/planner.ts'
import { RequestPace, type Side, type Turns } from '#lib/poller/request-pace.ts'
import { firstInterval, FIRST_KINDS, phasedInterval, placedInterval } from '#lib/poller/phase.ts'
import { afterLocked, afterThrottled, hasSpareBudget, STORM_WINDOW_MS } from '#lib/poller/throttle.ts'
import { CONCURRENCY } from '#lib/poller/worker.ts'
import type { Profile } from '#lib/simulator/index.ts'
import { Agenda } from './agenda.ts'
import { type Cut, Cuts, gatewayOf } from './cuts.ts'
import { type DayPoll, dayPollsOf, noteEnd, noteStart, refreshRun } from './day-poll.ts'
import type { Estate, PolledLoad } from './estate.ts'
import { randomly } from './numbers.ts'
import * as timetable from './timetable.ts'
import { VirtualAzure } from './virtual-azure.ts'
import { VirtualBudgets } from './virtual-budgets.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** From a request to its answer, beside what an operation takes. */
const ROUND_TRIP_MS = 150
/** How often a worker reads its timetable where intervals are a minute (`ClaimPace`). */
const CLAIM_EVERY_MS = 100
const DATA_PLANE_MS = 500
const { 'burst.interval': BURST_MS, 'burst.span': BURST_SPAN_MS, 'burst.polls': BURST_POLLS } = defaultSettings

export interface DayOptions {
  estate: Estate
  profile: Profile
  workers: number
  origin: number
  hours: number
  warmUpMs: number
  countsPosts: CountsPosts
  /** made cuts of each circuit's primary path in a day, of ten minutes each */
  cutsPerDay: number
  /** a gateway that somebody changes from then on for so long, milliseconds */
  locked?: { resourceId: string; at: number; forMs: number } | undefined
  /** a seed of its own for each run */
  seed?: number
}

export interface DayResult {
  polls: DayPoll[]
  /** polls after the warm-up by outcome; 429s by what refused */
  outcomes: Map<string, number>
  /** milliseconds from each cut to its event; null = over before anything showed it */
  delays: (number | null)[]
  azure: VirtualAzure
  /** CPU of the planner, and how often it ran and changed something */
  planner: { runs: number; cpuMs: number; changed: number; changedIntervals: number }
  /** polls that were faster for an incident */
  bursts: number
  from: number
  to: number
}

export function runDay(options: DayOptions): Promise<DayResult> {
  return new Day(options).run()
}

class Day {
  readonly #options: DayOptions
  readonly #azure: VirtualAzure
  readonly #agenda = new Agenda()
  readonly #random: () => number
  readonly #polls: DayPoll[]
  readonly #bySubscription: Map<string, DayPoll[]>
  readonly #byResourceId: Map<string, DayPoll[]>
  readonly #ticks = new Map<number, Set<timetable.ResourceLease | DayPoll>>()
  #cuts: Cuts | null = null
  readonly #outcomes = new Map<string, number>()
  readonly #planner = { runs: 0, cpuMs: 0, changed: 0, changedIntervals: 0 }
  readonly #open = new Map<string, number>()
  /** when the last one ended that took as long as the interval of its resource's sessions */
  readonly #longOperations = new Map<timetable.ResourceLease, number>()
  #active = 0
  /** polls whose last outcome was `throttled` */
  #throttled = 0
  #bursts = 0
  #state = NOTHING_LEARNED
  /** of the one that is to come */
  #reviewAt = Number.POSITIVE_INFINITY
  #reviewedAt = Number.NEGATIVE_INFINITY
  readonly #from: number
  /** of each worker, which is a process of its own */
  readonly #paces: RequestPace[]
  #now: number

  constructor(options: DayOptions) {
    this.#options = options
    const { estate, origin, workers, countsPosts } = options
    this.#now = origin
    const now = () => this.#now
    const subscriptions = new Set(estate.loads.map(({ subscriptionId }) => subscriptionId))
    const spokenOf = [...subscriptions].flatMap((id) => [`${id} reads`, `${id} writes`])
    const shared = new VirtualBudgets(now, spokenOf)
    const paced = { countsPosts, identitiesOf: () => [''], now, shared, gatherMs: 0 }
    this.#paces = Array.from({ length: workers }, () => new RequestPace(paced))
    this.#azure = new VirtualAzure(estate.world, options.profile)
    this.#random = randomly(options.seed ?? 1)
    this.#from = origin + options.warmUpMs
    this.#polls = dayPollsOf(estate.loads, origin)
    this.#bySubscription = Map.groupBy(this.#polls, ({ load }) => load.subscriptionId)
    this.#byResourceId = Map.groupBy(this.#polls, ({ load }) => load.resourceId)
  }

  async run(): Promise<DayResult> {
    const { origin, hours, locked } = this.#options
    const to = origin + hours * HOUR
    for (const poll of this.#polls) this.#watch(poll, origin)
    const circuits = new Set(this.#polls.flatMap(({ kind, load }) => (kind === 'summary' ? [load.resourceId] : [])))
    const perDay = this.#options.cutsPerDay
    this.#cuts = new Cuts(circuits, { from: this.#from, to, perDay, random: this.#random })
    this.#wantReview(origin + REVIEW_MS)
    if (locked) this.#agenda.put(locked.at, (now) => this.#lock(now))
    await this.#agenda.runUntil(to)
    return {
      polls: this.#polls,
      outcomes: this.#outcomes,
      delays: this.#cuts.delays(this.#from, to),
      azure: this.#azure,
      planner: this.#planner,
      bursts: this.#bursts,
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
    if (!isHeld) this.#agenda.put(now + SECOND, (later) => this.#lock(later))
  }

  // the timetable

  /** Has a poll, or the resource that it waits for, claimed at the first read of the timetable from a moment on. */
  #watch(poll: DayPoll, at: number): void {
    this.#tickAt(poll.resource ?? poll, at)
  }

  #tickAt(unit: timetable.ResourceLease | DayPoll, at: number): void {
    if (at === Number.POSITIVE_INFINITY) return
    const every = CLAIM_EVERY_MS / this.#options.workers
    const tick = Math.ceil(at / every) * every
    const units = this.#ticks.get(tick)
    if (units) {
      units.add(unit)
      return
    }
    this.#ticks.set(tick, new Set([unit]))
    this.#agenda.put(tick, (now) => this.#tick(now))
  }

  async #tick(now: number): Promise<void> {
    const units = this.#ticks.get(now) ?? []
    this.#ticks.delete(now)
    this.#now = now
    const pace = this.#paceAt(now)
    const crowded = new Set(pace.crowded())
    const found: { entry: DayPoll }[] = []
    for (const unit of units) {
      const entry = 'entries' in unit ? timetable.turnOf(unit, FIRST_KINDS, now) : isDue(unit, now) ? unit : null
      if (entry) {
        const poll = entry as DayPoll
        if (kinds[poll.kind].operation && crowded.has(poll.load.subscriptionId)) this.#tickAt(unit, now + 1)
        else found.push({ entry: poll })
      } else if ('entries' in unit) {
        if (!unit.entries.some(({ isLeased }) => isLeased)) this.#tickAt(unit, timetable.nextTurnAt(unit, now))
      } else if (!unit.isLeased) this.#tickAt(unit, unit.nextAt)
    }
    const room = CONCURRENCY * this.#options.workers - this.#active
    for (const [n, { entry }] of timetable.inOrderOfClaim(found, now).entries()) {
      if (n < room) await this.#begin(entry, now, pace)
      else this.#watch(entry, now + 1)
    }
  }

  /** Workers read the timetable in turn. */
  #paceAt(now: number): RequestPace {
    const { workers } = this.#options
    const pace = this.#paces[Math.round((now * workers) / CLAIM_EVERY_MS) % workers]
    if (!pace) throw new Error('there is no worker')
    return pace
  }

  // one poll

  async #begin(poll: DayPoll, now: number, pace: RequestPace): Promise<void> {
    timetable.claim(poll, now)
    this.#active += 1
    const { load, kind } = poll
    const { everySeconds } = poll
    const claim: Claim = { nextAt: poll.nextAt, everySeconds, startedAt: now, pace, turns: {} }
    const end = (at: number, result: End) => this.#agenda.put(at, (then) => this.#end(poll, claim, then, result))
    if (kinds[kind].operation) {
      await this.#inTurn(claim, load, { side: 'writes', now }, (at) => {
        claim.startedAt = at
        this.#operate(poll, claim, at, end)
      })
      return
    }
    const reads = readsOf(load, this.#options.estate)
    if (reads === 0) {
      noteStart(poll, now, this.#from, this.#longEndedAt(poll))
      end(now + DATA_PLANE_MS, { outcome: 'ok', sampleAt: now })
      return
    }
    await this.#inTurn(claim, load, { side: 'reads', requests: reads, now }, (at) => {
      claim.startedAt = at
      this.#read(poll, reads, at, end)
    })
  }

  #read(poll: DayPoll, reads: number, now: number, end: (at: number, result: End) => void): void {
    const { load } = poll
    noteStart(poll, now, this.#from, this.#longEndedAt(poll))
    const step = (n: number, at: number): void => {
      const refusal = this.#azure.ask(load, 'reads', at)
      if (refusal) end(at + ROUND_TRIP_MS, { outcome: refusal.outcome, error: refusal.error, sampleAt: at })
      else if (n + 1 < reads) {
        const next = at + Math.max(ROUND_TRIP_MS, SECOND / READS_PER_SECOND)
        this.#agenda.put(next, (then) => step(n + 1, then))
      } else end(at + ROUND_TRIP_MS, { outcome: 'ok', sampleAt: at })
    }
    step(0, now)
  }

  /** A request leaves when the budgets allow it; until then nothing is held but the lease. */
  async #inTurn(
    claim: Claim,
    load: PolledLoad,
    { side, requests = 1, now }: { side: Side; requests?: number; now: number },
    leave: (at: number) => void,
  ): Promise<void> {
    this.#now = now
    const turn = await claim.pace.take(placeOf(load), side, requests)
    claim.turns[side] = turn
    if (turn.waitMs === 0) {
      leave(now)
      return
    }
    this.#active -= 1
    this.#agenda.put(now + turn.waitMs, async (at) => {
      this.#active += 1
      this.#now = at
      const isRefused = await claim.pace.isRefused(placeOf(load), side)
      if (isRefused) await this.#inTurn(claim, load, { side, requests, now: at }, leave)
      else leave(at)
    })
  }

  #operate(poll: DayPoll, claim: Claim, now: number, end: (at: number, result: End) => void): void {
    const { load } = poll
    noteStart(poll, now, this.#from, this.#longEndedAt(poll))
    const takesMs = this.#azure.runTime(load, now)
    const readyAt = now + takesMs
    const sampleAt = now + takesMs / 2
    const refusal = this.#azure.ask(load, 'writes', now, readyAt)
    if (refusal) {
      end(now + ROUND_TRIP_MS, { outcome: refusal.outcome, error: refusal.error, sampleAt: now })
      return
    }
    const check = (at: number): void => {
      if (at - now >= OPERATION_MS) {
        end(at, { outcome: 'timeout', sampleAt })
        return
      }
      const refused = this.#azure.ask(load, 'reads', at)
      if (refused) end(at + ROUND_TRIP_MS, { outcome: refused.outcome, error: refused.error, sampleAt })
      else if (at >= readyAt) end(at + ROUND_TRIP_MS, { outcome: 'ok', sampleAt })
      else wait(at)
    }
    const wait = (at: number) => {
      // while Azure works nothing is held but the lease
      this.#agenda.put(at + ROUND_TRIP_MS, () => {
        this.#active -= 1
      })
      const next = Math.min(at + ROUND_TRIP_MS + this.#azure.retryAfterMs, now + OPERATION_MS)
      this.#agenda.put(next, (then) => {
        this.#active += 1
        return this.#inTurn(claim, load, { side: 'reads', now: then }, check)
      })
    }
    wait(now)
  }

  #longEndedAt({ resource }: DayPoll): number {
    return (resource && this.#longOperations.get(resource)) ?? Number.NEGATIVE_INFINITY
  }

  #noteOperation({ resource }: DayPoll, tookMs: number, now: number): void {
    if (resource === null) return
    const { firstSeconds } = timetable.secondsOf(resource, FIRST_KINDS)
    if (firstSeconds !== null && tookMs >= firstSeconds * SECOND) this.#longOperations.set(resource, now)
  }

  async #end(poll: DayPoll, claim: Claim, now: number, end: End): Promise<void> {
    const { load, kind } = poll
    const { outcome } = end
    this.#active -= 1
    this.#now = now
    this.#noteOperation(poll, now - claim.startedAt, now)
    const isOk = outcome === 'ok'
    const error = end.error ?? null
    const budgeted = kinds[kind].operation ? (['POST', 'GET'] as const) : (['GET'] as const)
    const budget = kind === 'metrics' ? null : this.#azure.left(load, budgeted, now)
    const times = { startedAt: claim.startedAt, finishedAt: now }
    const observation = { kind, outcome, error, budget, ...times } as unknown as Observation
    await claim.pace.heed(placeOf(load), observation, claim.turns)
    const before = this.#throttledBefore(poll, observation, now)
    const decision =
      outcome === 'locked'
        ? afterLocked(before, observation)
        : outcome === 'throttled'
          ? afterThrottled(before, observation)
          : null
    load.budget = budget ?? load.budget
    load.refusedBy = outcome === 'throttled' ? (error?.budget ?? null) : null
    this.#throttled += Number(outcome === 'throttled') - Number(poll.lastOutcome === 'throttled')
    noteEnd(poll, outcome, claim.startedAt, now)
    if (now >= this.#from) this.#count(outcome, error?.budget ?? error?.code ?? '')
    timetable.complete(
      poll,
      {
        everySeconds: this.#nextIn(poll, claim),
        notBefore: decision?.notBefore ?? null,
        ranSeconds: isOk ? (now - claim.startedAt) / SECOND : null,
        endsBurst: decision?.endsBurst ?? false,
      },
      now,
    )
    poll.polls += 1
    if (isOk && poll.resource && FIRST_KINDS.includes(kind)) timetable.bringForward(poll.resource, FIRST_KINDS, now)
    this.#watch(poll, poll.resource ? now : poll.nextAt)
    if (isOk) {
      const mayAskMore = hasSpareBudget(before, { budget: load.budget })
      for (const { circuit, cut } of this.#cuts?.shownBy(poll, end.sampleAt, now) ?? [])
        this.#isAdverse(poll, circuit, cut, now, mayAskMore)
    }
    if (decision?.spare) this.#spare(poll, decision.spare, now)
    if (error?.budget) this.#wantReview(now)
  }

  #nextIn({ load, kind, polls, resource }: DayPoll, { nextAt, everySeconds }: Claim): number {
    if (load.place && resource) {
      const intervals = timetable.secondsOf(resource, FIRST_KINDS)
      return placedInterval(load.place, { nextAt, everySeconds, ...intervals }, polls === 0)
    }
    if (kind !== 'metrics') return polls === 0 ? firstInterval(load.sourceId, kind, everySeconds) : everySeconds
    return phasedInterval(
      `${load.subscriptionId}/${load.region}/${load.resourceId.split('/').at(-2)}`,
      nextAt,
      everySeconds,
    )
  }

  #count(outcome: string, what: string): void {
    const key = outcome === 'ok' || what === '' ? outcome : `${outcome} ${what}`
    this.#outcomes.set(key, (this.#outcomes.get(key) ?? 0) + 1)
  }

  // refusals

  /** As `throttledPolls` reads it. */
  #throttledBefore(poll: DayPoll, { outcome, error }: Observation, now: number): ThrottledPolls {
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

  #spare(poll: DayPoll, { of, kinds: spared, until }: Spare, now: number): void {
    const { load } = poll
    const all =
      of === 'resource' ? this.#byResourceId.get(load.resourceId) : this.#bySubscription.get(load.subscriptionId)
    for (const other of all ?? []) {
      if (!spared.includes(other.kind)) continue
      timetable.postpone(other, until, of === 'region' ? this.#random() : 0)
      if (!other.isLeased) this.#watch(other, Math.max(now, other.nextAt))
    }
  }

  // the plan

  #wantReview(at: number): void {
    const soon = Math.max(at, this.#reviewedAt + REVIEW_SOON_MS)
    if (this.#reviewAt <= soon) return
    this.#reviewAt = soon
    this.#agenda.put(soon, (now) => {
      if (this.#reviewAt === soon) this.#review(now)
    })
  }

  #review(now: number): void {
    this.#reviewedAt = now
    this.#reviewAt = Number.POSITIVE_INFINITY
    const begun = process.cpuUsage()
    for (const poll of this.#polls) this.#refresh(poll, now)
    const { intervals, state } = planned(
      this.#polls.map(({ load }) => load),
      this.#state,
      { countsPosts: this.#options.countsPosts, identitiesOf: () => [''] },
    )
    this.#state = state
    for (const pace of this.#paces) pace.noteCounted(state.countsPosts)
    const { user, system } = process.cpuUsage(begun)
    this.#planner.runs += 1
    this.#planner.cpuMs += (user + system) / 1_000
    let changed = 0
    for (const [i, poll] of this.#polls.entries()) {
      const everySeconds = intervals[i]?.everySeconds ?? poll.everySeconds
      poll.load.reason = (intervals[i]?.plan ?? null) as PollLoad['reason']
      if (everySeconds === poll.everySeconds) continue
      changed += 1
      timetable.changeInterval(poll, everySeconds, this.#random(), now)
      poll.load.everySeconds = everySeconds
      if (!poll.isLeased) this.#watch(poll, Math.max(now, poll.nextAt))
    }
    if (now >= this.#from) {
      this.#planner.changedIntervals += changed
      if (changed > 0) this.#planner.changed += 1
    }
    this.#wantReview(now + REVIEW_MS)
  }

  #refresh(poll: DayPoll, now: number): void {
    const { load } = poll
    load.burstSeconds = timetable.isFaster(poll, now) ? poll.burstSeconds : null
    load.isNeeded = (this.#open.get(load.resourceId) ?? 0) > 0 && momentKinds.includes(poll.kind as never)
    refreshRun(poll)
  }

  // what happens

  #isAdverse(poll: DayPoll, circuit: string, cut: Cut, now: number, mayAskMore: boolean): void {
    const gateway = gatewayOf(circuit)
    const pair = [circuit, gateway]
    for (const id of pair) this.#open.set(id, (this.#open.get(id) ?? 0) + 1)
    this.#agenda.put(cut.until + MINUTE, () => {
      for (const id of pair) this.#open.set(id, (this.#open.get(id) ?? 1) - 1)
    })
    if (this.#polls.some(({ load }) => load.reason !== null)) this.#wantReview(now)
    if (!mayAskMore) return
    for (const id of pair) {
      for (const other of this.#byResourceId.get(id) ?? []) {
        if (!['tables', 'arp', 'learned', 'advertised'].includes(other.kind)) continue
        if (other.kind === 'advertised' && other.load.subresource !== '10.0.4.4') continue
        if (id === circuit && other.load.subresource !== 'AzurePrivatePeering/primary') continue
        timetable.expedite(other, now)
        if (!other.isLeased) this.#watch(other, now)
      }
    }
    const own = this.#bySubscription.get(poll.load.subscriptionId) ?? []
    const nodes = [{ scope: gateway, circuits: [circuit] }]
    const pollable = pair.flatMap((id) =>
      (this.#byResourceId.get(id) ?? []).map((one, n) => ({ sourceId: n, scope: id, kind: one.kind, one })),
    )
    let room = BURST_POLLS - own.filter((one) => timetable.isFaster(one, now)).length
    for (const { one } of pollsToBurst(
      pollable,
      affectedScopes(new Set([poll.load.resourceId]), { gateways: nodes }),
    )) {
      const isFaster = timetable.isFaster(one, now)
      if (one.everySeconds * SECOND <= BURST_MS || (!isFaster && room-- <= 0)) continue
      timetable.burst(one, BURST_MS / SECOND, BURST_SPAN_MS / SECOND, now)
      this.#bursts += 1
      if (!one.isLeased) this.#watch(one, Math.max(now, one.nextAt))
    }
  }
}

interface Claim {
  nextAt: number
  everySeconds: number
  /** of an operation: when its POST left */
  startedAt: number
  pace: RequestPace
  turns: Turns
}

const placeOf = ({ subscriptionId, region }: PolledLoad) => ({ subscriptionId, region: async () => region })

interface End {
  outcome: Observation['outcome']
  error?: Observation['error']
  /** what it shows is true for this moment */
  sampleAt: number
}

type Spare = NonNullable<ReturnType<typeof afterThrottled>['spare']>

const isDue = (poll: DayPoll, now: number) => !poll.isLeased && poll.nextAt <= now

/** GETs of a poll that is no operation; metrics are read from the data plane. */
function readsOf({ kind, subscriptionId }: PolledLoad, { inventoryReads }: Estate): number {
  if (kind === 'metrics') return 0
  if (kind === 'inventory') return inventoryReads.get(subscriptionId) ?? 1
  return kind === 'activity' ? ACTIVITY_READS : 1
}
const ACTIVITY_READS = 4
