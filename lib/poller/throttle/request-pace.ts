import {
  type RemainingArmRequests,
  findBudgetLimit,
  findRemainingRequests,
  type BudgetLimit,
  type BudgetName,
  type PollObservation,
} from '#lib/contract/index.ts'
import { MemoryCache } from '#lib/platform/cache.ts'
import { UNPLANNED_BUDGET_SHARE } from '../interval-plan/index.ts'
import type { PostCountingSetting } from '../plan/poll-demands.ts'
import { type SharedRequestBudgetStore, SharedBudgetDraws } from './shared-budget-draws.ts'

/**
 * Maximum time window of a budget, in seconds, that is assumed to refill evenly, like ARM's. For a budget with a longer
 * window, Azure may allow all requests of the window at its begin. Peerwatch then lets only a few unused requests
 * accumulate.
 */
const LONGEST_BUCKET_SECONDS = 120
/**
 * Share of a budget of the network provider. If less than this share remains, requests wait, so that Azure does not
 * refuse them. The wait grows linearly, up to the whole time window when nothing remains. A level in percent needs more
 * room than a count, because the number of requests behind it is not known.
 */
const NEARLY_USED = { count: UNPLANNED_BUDGET_SHARE, level: 2 * UNPLANNED_BUDGET_SHARE }

/**
 * Share of a budget that each worker may use before it must coordinate its requests with the other workers. In normal
 * operation this share is sufficient.
 */
const DRAWN_ALONE = 0.05
/** Time for which uses of budgets are gathered, milliseconds, so that one statement stores them. */
const GATHER_MS = 5
/** Minimum time between two reads of the budgets that other workers know, milliseconds. */
const READ_KNOWN_MS = 1_000

/** A budget of requests as a token bucket: a number of requests may be sent immediately, the others at an even rate. */
interface Bucket {
  key: string
  limit: BudgetLimit
  identities: number
  /** Number of requests that may be sent now. Negative = requests that waiting polls have already reserved. */
  level: number
  /** Monotonic time at which `level` was computed, milliseconds. */
  at: number
  /** Number of requests that this worker has taken from the budget so far. */
  drawn: number
  /**
   * Number of recent requests of this worker that are not yet recorded in the shared budget. Requests whose tokens
   * Azure has refilled since then are not included.
   */
  unreported: number
  /**
   * Number of requests that should remain in the budget according to Azure's documentation, if only this worker used
   * it.
   */
  documented: number
  /** True if Azure refills the budget faster than documented. Workers then do not need to coordinate. */
  isFaster: boolean
  /** Monotonic time until which Azure refuses requests of this budget, milliseconds. */
  refusedUntil: number
}

/** ARM counts reads and writes in separate budgets. Actions such as POSTs are writes. */
export type RequestBudgetSide = 'reads' | 'writes'

/** The permission to send a request, with the number of requests that had been taken before. */
interface Turn {
  /** Time to wait before the request is sent, milliseconds; 0 = send it now. */
  waitMs: number
  /** Number of requests that had been taken from ARM's budget; for {@link RequestPace.heed}. */
  drawn: number
}

/** The last permissions of a poll for reads and writes; absent = none, or another worker sent the request. */
export type LastPermissionsBySide = Partial<Record<RequestBudgetSide, Turn>>

interface RequestPaceOptions {
  countsPosts: PostCountingSetting
  /** returns the names of the identities that poll a subscription */
  identitiesOf: (subscriptionId: string) => readonly string[]
  /** monotonic clock in milliseconds */
  now: () => number
  /** Budgets that all workers share; absent = this is the only worker. */
  shared?: SharedRequestBudgetStore
  /** Time for which uses of budgets are gathered, milliseconds. */
  gatherMs?: number
}

/** Subscription and region in which a request is counted. */
export interface RequestBudgetPlace {
  /** Id of the subscription in lower case. */
  subscriptionId: string
  /**
   * Returns the Azure region in which the request is counted; null = unknown. It is called only if the network resource
   * provider counts POSTs.
   */
  region: () => Promise<string | null>
}

/**
 * Decides when a request to ARM may be sent. The planned intervals fit Azure's budgets on average. But polls that
 * become due together, for example after an outage, would exceed them and be refused.
 * A budget limits requests after a response of Azure has mentioned it, or from the start if `ARM_COUNTS_POSTS` is
 * `yes`. All workers share the budgets in the database. The remaining numbers in Azure's responses correct them.
 */
export class RequestPace {
  readonly #options: RequestPaceOptions
  /** ARM's budgets by subscription and side (reads or writes), if a response has mentioned the budget. */
  readonly #arm = new Map<string, Bucket>()
  /** Budgets of the network resource provider for writes, by subscription and region. */
  readonly #network = new Map<string, Bucket>()
  /** Budgets of the network resource provider for reads, if a response has mentioned the budget. */
  readonly #networkReads = new Map<string, Bucket>()
  #isCounted: boolean
  readonly #draws: SharedBudgetDraws | null
  readonly #known = new MemoryCache<Promise<void>>('known_budgets', { maxAgeMs: READ_KNOWN_MS })

  constructor(options: RequestPaceOptions) {
    this.#options = options
    this.#isCounted = options.countsPosts === 'yes'
    this.#draws = options.shared ? new SharedBudgetDraws(options.shared, options.gatherMs ?? GATHER_MS) : null
  }

  /**
   * Stores whether the network resource provider counts POSTs against a budget, after the planner has derived this from
   * responses.
   */
  noteCounted(isCounted: boolean): void {
    this.#isCounted = (this.#isCounted || isCounted) && this.#options.countsPosts !== 'no'
  }

  /**
   * Reserves one or several requests in the budgets, and returns when they may be sent.
   * @param requests number of requests; 0 = the poll sends none to ARM
   */
  async take({ subscriptionId, region }: RequestBudgetPlace, side: RequestBudgetSide, requests = 1): Promise<Turn> {
    if (requests === 0) return { waitMs: 0, drawn: 0 }
    await this.#readKnown(subscriptionId)
    const own =
      this.#arm.get(keyOf(subscriptionId, side)) ?? (this.#isCounted ? this.#armBucket(subscriptionId, side) : null)
    const regional = await this.#regional({ subscriptionId, region }, side)
    const waits = [own, regional].map((bucket) => (bucket ? this.#draw(bucket, requests) : 0))
    const drawn = own?.drawn ?? 0
    return { waitMs: Math.max(...(await Promise.all(waits))), drawn }
  }

  /**
   * Reports whether a budget refused another request while this request was waiting. Azure would refuse this request,
   * too, so it must wait again.
   */
  async isRefused({ subscriptionId, region }: RequestBudgetPlace, side: RequestBudgetSide): Promise<boolean> {
    const regional = await this.#regional({ subscriptionId, region }, side)
    const now = this.#options.now()
    return [this.#arm.get(keyOf(subscriptionId, side)), regional].some((bucket) => (bucket?.refusedUntil ?? now) > now)
  }

  /**
   * Returns the subscriptions in which POSTs are already waiting for a budget. In these subscriptions, the worker
   * should not claim more polls that begin with a POST, because such polls would only wait and block their resources.
   * Waiting reads are not considered, because there are always some.
   */
  crowded(): string[] {
    if (this.#arm.size === 0 && this.#network.size === 0) return []
    const posts = [...[...this.#arm].filter(([key]) => key.endsWith(' writes')), ...this.#network]
    const waits = posts.filter(([, bucket]) => this.#levelOf(bucket) < 0)
    return [...new Set(waits.map(([key]) => key.split(' ', 1)[0] ?? key))]
  }

  /** Corrects the budgets by the response to a poll. */
  async heed(
    { subscriptionId, region }: RequestBudgetPlace,
    observation: PollObservation,
    turns: LastPermissionsBySide,
  ): Promise<void> {
    const { budget, error, startedAt, finishedAt } = observation
    const refused = error?.budget ?? null
    const retryAfterSeconds = error?.retryAfterSeconds ?? 0
    const sides = [
      // Azure reported the number of remaining writes in the response to the POST, and the number of remaining reads in
      // the response to the last status check
      { side: 'writes', left: findRemainingRequests('arm.writes', budget), ageMs: finishedAt - startedAt },
      { side: 'reads', left: findRemainingRequests('arm.reads', budget), ageMs: 0 },
    ] as const
    // if a response mentions one of the two budgets, the budgets for reads and for writes both apply from now on
    const isArm = sides.some(({ left }) => left !== null)
    for (const { side, left, ageMs } of sides) {
      const isRefused = refused === `arm.${side}`
      if (!isArm && !isRefused) continue
      const bucket = this.#armBucket(subscriptionId, side, left, budget)
      if (left !== null) this.#reported(bucket, left, { ageMs, turn: turns[side] ?? null })
      if (isRefused) this.#empty(bucket, retryAfterSeconds)
    }
    await this.#heedNetwork({ subscriptionId, region }, observation)
  }

  /** Corrects the budgets of the network provider by the response to a poll. */
  async #heedNetwork(
    { subscriptionId, region }: RequestBudgetPlace,
    { budget, error }: PollObservation,
  ): Promise<void> {
    for (const side of ['reads', 'writes'] as const) {
      const name: BudgetName = `network.${side}`
      if (side === 'writes' && this.#options.countsPosts === 'no') continue
      const isRefused = error?.budget === name
      const left = findRemainingRequests(name, budget)
      if (isRefused && side === 'writes') this.#isCounted = true
      // the provider reports a number of remaining writes even if it does not count POSTs
      if (!isRefused && (left === null || (side === 'writes' && !this.#isCounted))) continue
      const bucket = this.#networkBucket(subscriptionId, await region(), side)
      if (isRefused) this.#empty(bucket, error?.retryAfterSeconds ?? 0)
      const { limit, windowSeconds } = findBudgetLimit(name, left)
      const count = side === 'reads' ? budget?.remainingNetworkReads : budget?.remainingNetworkWrites
      const used = left === null ? 0 : 1 - left / (NEARLY_USED[count === undefined ? 'level' : 'count'] * limit)
      if (used > 0) this.#empty(bucket, used * windowSeconds)
    }
  }

  /** Returns the budget of the network provider that counts a request; null = it is not known to count the request. */
  async #regional({ subscriptionId, region }: RequestBudgetPlace, side: RequestBudgetSide): Promise<Bucket | null> {
    if (side === 'writes') return this.#isCounted ? this.#networkBucket(subscriptionId, await region(), side) : null
    if (this.#networkReads.size === 0) return null
    return this.#networkReads.get(networkKey(subscriptionId, await region(), side)) ?? null
  }

  #armBucket(
    subscriptionId: string,
    side: RequestBudgetSide,
    left: number | null = null,
    budget: RemainingArmRequests | null = null,
  ): Bucket {
    const key = keyOf(subscriptionId, side)
    const known = this.#arm.get(key)
    const limit = findBudgetLimit(`arm.${side}`, left, budget)
    if (known && known.limit.windowSeconds >= limit.windowSeconds) return known
    // record a use of 0 requests, so that the other workers learn that this budget applies
    if (!known) void this.#draws?.draw(key, 0)
    return this.#add(this.#arm, key, limit, this.#options.identitiesOf(subscriptionId).length)
  }

  /** Adds the budgets that other workers know, or that this worker knew before a restart. */
  async #readKnown(subscriptionId: string): Promise<void> {
    const { shared, now } = this.#options
    if (!shared || this.#arm.has(keyOf(subscriptionId, 'reads'))) return
    const read = async () => {
      // ignore that the database is unavailable, because the callers' own statements will wait for it
      const keys = await shared.known().catch(() => [])
      for (const side of ['reads', 'writes'] as const)
        for (const key of keys) if (key.endsWith(` ${side}`)) this.#armBucket(key.slice(0, -side.length - 1), side)
    }
    await this.#known.share(this, '', read, { now: now() })
  }

  #networkBucket(subscriptionId: string, region: string | null, side: RequestBudgetSide): Bucket {
    const key = networkKey(subscriptionId, region, side)
    const buckets = side === 'reads' ? this.#networkReads : this.#network
    return buckets.get(key) ?? this.#add(buckets, key, findBudgetLimit(`network.${side}`, null), 1)
  }

  #add(buckets: Map<string, Bucket>, key: string, limit: BudgetLimit, identities: number): Bucket {
    const at = this.#options.now()
    const bucket = {
      key,
      limit,
      identities: Math.max(1, identities),
      level: 0,
      at,
      drawn: 0,
      unreported: 0,
      documented: limit.limit * Math.max(1, identities),
      isFaster: false,
      refusedUntil: at,
    }
    bucket.level = sizeOf(bucket)
    buckets.set(key, bucket)
    return bucket
  }

  #levelOf(bucket: Bucket): number {
    const now = this.#options.now()
    const passedMs = Math.max(0, now - bucket.at)
    bucket.level = Math.min(sizeOf(bucket), bucket.level + passedMs * perMs(bucket))
    const whole = bucket.limit.limit * bucket.identities
    bucket.documented = Math.min(whole, bucket.documented + (passedMs * whole) / (bucket.limit.windowSeconds * 1_000))
    bucket.at = now
    return bucket.level
  }

  #draw(bucket: Bucket, requests: number): number | Promise<number> {
    bucket.level = this.#levelOf(bucket) - requests
    bucket.drawn += requests
    bucket.documented -= requests
    const missing = sizeOf(bucket) - bucket.level
    bucket.unreported = Math.min(bucket.unreported + requests, missing)
    const waitMs = Math.max(0, -bucket.level / perMs(bucket))
    return !this.#draws || bucket.isFaster || missing <= DRAWN_ALONE * sizeOf(bucket)
      ? waitMs
      : this.#drawTogether(bucket, this.#draws, waitMs)
  }

  /**
   * Takes this worker's recent requests from the shared budget.
   * @returns milliseconds to wait until the shared budget permits them
   */
  async #drawTogether(bucket: Bucket, draws: SharedBudgetDraws, waitMs: number): Promise<number> {
    const refillMs = bucket.unreported / perMs(bucket)
    bucket.unreported = 0
    const behindMs = await draws.draw(bucket.key, refillMs)
    if (behindMs === null) return waitMs
    const level = sizeOf(bucket) - behindMs * perMs(bucket)
    bucket.level = Math.min(this.#levelOf(bucket), level)
    return Math.max(waitMs, -level / perMs(bucket))
  }

  /**
   * Corrects a budget by the number of remaining requests that Azure reported for one identity `ageMs` ago. The new
   * level is at most this number plus the refill since then. It is at least this number minus the requests that were
   * sent since then. This minimum raises the level if Azure refills the budget faster than documented.
   */
  #reported(bucket: Bucket, left: number, { ageMs, turn }: { ageMs: number; turn: Turn | null }): void {
    const { limit, identities } = bucket
    const kept = UNPLANNED_BUDGET_SHARE * limit.limit
    const most = (left - kept) * identities + Math.max(0, ageMs) * perMs(bucket)
    // if this worker did not send the request, it is unknown how many requests followed
    const least = turn === null ? Number.NEGATIVE_INFINITY : left - kept - (bucket.drawn - turn.drawn)
    const level = Math.min(this.#levelOf(bucket), Math.max(0, most))
    bucket.level = Math.min(sizeOf(bucket), Math.max(level, least))
    if (least + kept > bucket.documented + DRAWN_ALONE * sizeOf(bucket)) bucket.isFaster = true
  }

  #empty(bucket: Bucket, retryAfterSeconds: number): void {
    bucket.level = Math.min(this.#levelOf(bucket), -retryAfterSeconds * 1_000 * perMs(bucket))
    bucket.refusedUntil = Math.max(bucket.refusedUntil, bucket.at + retryAfterSeconds * 1_000)
  }
}

const networkKey = (subscriptionId: string, region: string | null, side: RequestBudgetSide) =>
  `${subscriptionId} ${region?.toLowerCase() ?? ''}${side === 'reads' ? ' network-reads' : ''}`
const keyOf = (subscriptionId: string, side: RequestBudgetSide) => `${subscriptionId} ${side}`
const allowed = ({ limit, identities }: Bucket): number => limit.limit * identities * (1 - UNPLANNED_BUDGET_SHARE)
const perMs = (bucket: Bucket): number => allowed(bucket) / (bucket.limit.windowSeconds * 1_000)

/**
 * Returns the maximum number of requests that may be sent immediately. For ARM it is the size of the budget. For a
 * budget with a long time window it is a tenth of the limit. The number of requests in a window, including those at the
 * even rate, then stays within the limit.
 */
const sizeOf = (bucket: Bucket): number =>
  bucket.limit.windowSeconds <= LONGEST_BUCKET_SECONDS
    ? allowed(bucket)
    : bucket.limit.limit * bucket.identities * UNPLANNED_BUDGET_SHARE
