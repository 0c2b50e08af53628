import { findBudgetLimit, type BudgetLimit, type BudgetName, type Observation } from '#lib/contract/index.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { CountsPosts } from '../plan/demands.ts'
import { type SharedBudgets, SharedDraws } from './shared-draws.ts'

/** Share of each budget that is kept free for users and for other clients of the budget. */
const KEPT_FREE = 0.1
/**
 * Maximum window in seconds of a budget that refills evenly, like ARM's bucket. The requests of a longer window may be
 * used up at once, so only few unused requests may accumulate.
 */
const LONGEST_BUCKET_SECONDS = 60

/**
 * Share of a bucket that each worker takes without coordination with the others, so that no worker needs it in steady
 * state.
 */
const DRAWN_ALONE = 0.05
/** Time in milliseconds within which draws are gathered into one statement. */
const GATHER_MS = 5
/** Minimum interval in milliseconds for reading which budgets other workers know. */
const READ_KNOWN_MS = 1_000

/** A budget of requests: some may be sent at once, the others at an even rate. */
interface Bucket {
  key: string
  limit: BudgetLimit
  identities: number
  /** number of available requests; a negative number means requests already promised to waiting polls */
  level: number
  /** monotonic time of `level` in milliseconds */
  at: number
  /** number of requests taken so far */
  drawn: number
  /** requests that the other workers do not know about, without those that have been refilled since */
  unreported: number
  /** number of requests in Azure's bucket according to its documentation, if only this worker used it */
  documented: number
  /** whether Azure refills it faster than documented, so that coordination between workers is not needed */
  isFaster: boolean
  /** monotonic time in milliseconds until which a refusal reported it as used up */
  refusedUntil: number
}

/** The side of ARM's budgets: reads and writes (including actions) are counted separately. */
export type Side = 'reads' | 'writes'

/** The time at which a request may be sent, and the number of requests taken before it. */
interface Turn {
  /** wait until the request may be sent, in milliseconds; 0 = now */
  waitMs: number
  /** requests taken from ARM's bucket; for {@link RequestPace.heed} */
  drawn: number
}

/** The last turn of a poll on each side; absent = none, or another worker sent the request. */
export type SideTurns = Partial<Record<Side, Turn>>

interface RequestPaceOptions {
  countsPosts: CountsPosts
  /** returns the names of the identities that poll a subscription */
  identitiesOf: (subscriptionId: string) => readonly string[]
  /** monotonic clock in milliseconds */
  now: () => number
  /** budgets shared by all workers; absent = this is the only worker */
  shared?: SharedBudgets
  /** time in milliseconds within which draws are gathered */
  gatherMs?: number
}

/** The place where a request is counted. */
export interface RequestPlace {
  /** ID of the subscription in lower case */
  subscriptionId: string
  /** Returns the region that counts the request; null = unknown. Called only if the network provider counts POSTs. */
  region: () => Promise<string | null>
}

/**
 * Decides when a request to ARM may be sent: a diagnostic POST, a check of its operation, or a poll that is a GET. The
 * planned intervals fit Azure's budgets on average, but polls that become due at the same time (after an outage, or
 * when a schedule is created) exceed them and would be refused. A budget is paced once a response of Azure mentions it,
 * or from the start if `ARM_COUNTS_POSTS` declares that Azure counts as documented. Several workers take their requests
 * from a common bucket in the database, which is corrected by response headers.
 */
export class RequestPace {
  readonly #options: RequestPaceOptions
  /** buckets by subscription and side; only those that a response mentioned, or all */
  readonly #arm = new Map<string, Bucket>()
  /** buckets by subscription and region */
  readonly #network = new Map<string, Bucket>()
  #isCounted: boolean
  readonly #draws: SharedDraws | null
  readonly #known = new Cache<Promise<void>>('known_budgets', { maxAgeMs: READ_KNOWN_MS })

  constructor(options: RequestPaceOptions) {
    this.#options = options
    this.#isCounted = options.countsPosts === 'yes'
    this.#draws = options.shared ? new SharedDraws(options.shared, options.gatherMs ?? GATHER_MS) : null
  }

  /** Stores whether the network provider counts POSTs, as plans learned it. */
  noteCounted(isCounted: boolean): void {
    this.#isCounted = (this.#isCounted || isCounted) && this.#options.countsPosts !== 'no'
  }

  /**
   * Takes one request, or several consecutive requests, from the budgets.
   * @param requests 0 = the poll sends no request to ARM
   */
  async take({ subscriptionId, region }: RequestPlace, side: Side, requests = 1): Promise<Turn> {
    if (requests === 0) return { waitMs: 0, drawn: 0 }
    await this.#readKnown(subscriptionId)
    const own =
      this.#arm.get(keyOf(subscriptionId, side)) ?? (this.#isCounted ? this.#armBucket(subscriptionId, side) : null)
    const isCounted = this.#isCounted && side === 'writes'
    const regional = isCounted ? this.#networkBucket(subscriptionId, await region()) : null
    const waits = [own, regional].map((bucket) => (bucket ? this.#draw(bucket, requests) : 0))
    const drawn = own?.drawn ?? 0
    return { waitMs: Math.max(...(await Promise.all(waits))), drawn }
  }

  /**
   * Reports whether a budget refused another request while this request waited, and would therefore refuse this request
   * too. It must then wait again.
   */
  async isRefused({ subscriptionId, region }: RequestPlace, side: Side): Promise<boolean> {
    const regional =
      this.#isCounted && side === 'writes' ? this.#networkBucket(subscriptionId, await region()) : undefined
    const now = this.#options.now()
    return [this.#arm.get(keyOf(subscriptionId, side)), regional].some((bucket) => (bucket?.refusedUntil ?? now) > now)
  }

  /**
   * Returns the subscriptions whose POSTs are already waiting. Claiming more of their operations would only queue them
   * in a different order than their urgency, and block their resources meanwhile. Waiting reads do not count, because
   * polls that are GETs keep arriving, and operations would never have a turn.
   */
  crowded(): string[] {
    if (this.#arm.size === 0 && this.#network.size === 0) return []
    const posts = [...[...this.#arm].filter(([key]) => key.endsWith(' writes')), ...this.#network]
    const waits = posts.filter(([, bucket]) => this.#levelOf(bucket) < 0)
    return [...new Set(waits.map(([key]) => key.split(' ', 1)[0] ?? key))]
  }

  /** Updates the budgets from a poll's response. */
  async heed({ subscriptionId, region }: RequestPlace, observation: Observation, turns: SideTurns): Promise<void> {
    const { budget, error, startedAt, finishedAt } = observation
    const refused = error?.budget ?? null
    const retryAfterSeconds = error?.retryAfterSeconds ?? 0
    const sides = [
      // an operation's remaining writes are as old as its POST, its remaining reads as old as its last check
      { side: 'writes', left: budget?.remainingWrites ?? null, ageMs: finishedAt - startedAt },
      { side: 'reads', left: budget?.remainingReads ?? null, ageMs: 0 },
    ] as const
    // a response that mentions one of ARM's buckets mentions both
    const isArm = sides.some(({ left }) => left !== null)
    for (const { side, left, ageMs } of sides) {
      const isRefused = refused === `arm.${side}`
      if (!isArm && !isRefused) continue
      const bucket = this.#armBucket(subscriptionId, side, left)
      if (left !== null) this.#reported(bucket, left, { ageMs, turn: turns[side] ?? null })
      if (isRefused) this.#empty(bucket, retryAfterSeconds)
    }
    if (refused !== 'network.writes' || this.#options.countsPosts === 'no') return
    this.#isCounted = true
    this.#empty(this.#networkBucket(subscriptionId, await region()), retryAfterSeconds)
  }

  #armBucket(subscriptionId: string, side: Side, left: number | null = null): Bucket {
    const key = keyOf(subscriptionId, side)
    const known = this.#arm.get(key)
    const limit = findBudgetLimit(`arm.${side}`, left)
    if (known && known.limit.windowSeconds >= limit.windowSeconds) return known
    // takes 0 requests from the shared budget, so that other workers learn about this budget
    if (!known) void this.#draws?.draw(key, 0)
    return this.#add(this.#arm, key, limit, this.#options.identitiesOf(subscriptionId).length)
  }

  /** Adds the budgets that a response to another worker mentioned, or to this worker before a restart. */
  async #readKnown(subscriptionId: string): Promise<void> {
    const { shared, now } = this.#options
    if (!shared || this.#arm.has(keyOf(subscriptionId, 'reads'))) return
    const read = async () => {
      // if the database is unavailable, the callers wait in their own statements
      const keys = await shared.known().catch(() => [])
      for (const side of ['reads', 'writes'] as const)
        for (const key of keys) if (key.endsWith(` ${side}`)) this.#armBucket(key.slice(0, -side.length - 1), side)
    }
    await this.#known.share(this, '', read, { now: now() })
  }

  #networkBucket(subscriptionId: string, region: string | null): Bucket {
    const key = `${subscriptionId} ${region?.toLowerCase() ?? ''}`
    const name: BudgetName = 'network.writes'
    return this.#network.get(key) ?? this.#add(this.#network, key, findBudgetLimit(name, null), 1)
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
   * Takes this worker's recent requests from the common bucket, and returns the wait in milliseconds that this
   * requires.
   */
  async #drawTogether(bucket: Bucket, draws: SharedDraws, waitMs: number): Promise<number> {
    const refillMs = bucket.unreported / perMs(bucket)
    bucket.unreported = 0
    const behindMs = await draws.draw(bucket.key, refillMs)
    if (behindMs === null) return waitMs
    const level = sizeOf(bucket) - behindMs * perMs(bucket)
    bucket.level = Math.min(this.#levelOf(bucket), level)
    return Math.max(waitMs, -level / perMs(bucket))
  }

  /**
   * Updates a bucket from Azure's report on one identity's bucket, which is `ageMs` old. The level is at most the
   * reported number plus the refill since then, and at least the reported number minus the requests taken since then.
   * The minimum ensures that an Azure that refills faster than documented is used fully.
   */
  #reported(bucket: Bucket, left: number, { ageMs, turn }: { ageMs: number; turn: Turn | null }): void {
    const { limit, identities } = bucket
    const kept = KEPT_FREE * limit.limit
    const most = (left - kept) * identities + Math.max(0, ageMs) * perMs(bucket)
    // the requests since then are unknown if another worker sent the request, or if this worker sent none on this side
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

const keyOf = (subscriptionId: string, side: Side) => `${subscriptionId} ${side}`
const allowed = ({ limit, identities }: Bucket): number => limit.limit * identities * (1 - KEPT_FREE)
const perMs = (bucket: Bucket): number => allowed(bucket) / (bucket.limit.windowSeconds * 1_000)

/**
 * Returns how many requests may be sent at once. ARM's bucket holds the allowed number. For a long window, as the
 * network provider has, only a tenth may accumulate, so that together with the even rate no window exceeds its limit.
 */
const sizeOf = (bucket: Bucket): number =>
  bucket.limit.windowSeconds <= LONGEST_BUCKET_SECONDS
    ? allowed(bucket)
    : bucket.limit.limit * bucket.identities * KEPT_FREE
