import { budgetLimit, type BudgetLimit, type BudgetName, type Observation } from '#lib/contract/index.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { CountsPosts } from '../plan/demands.ts'
import { type SharedBudgets, SharedDraws } from './shared-draws.ts'

/** Of each budget kept free: for people, and for others who draw from it. */
const KEPT_FREE = 0.1
/** ARM's bucket refills evenly; a window's requests may be used up at once, so that little may be saved up beyond its even rate. */
const LONGEST_BUCKET_SECONDS = 60

/** So much of a bucket each worker draws without asking the others: in steady state none of them asks. */
const DRAWN_ALONE = 0.05
/** What becomes due at once is drawn by one statement. */
const GATHER_MS = 5
/** How often at most it is asked which budgets answers to others spoke of, milliseconds. */
const READ_KNOWN_MS = 1_000

/** Requests that may leave: some at once, the rest evenly. */
interface Bucket {
  key: string
  limit: BudgetLimit
  identities: number
  /** below 0: those that are promised to polls that wait */
  level: number
  /** monotonic, milliseconds */
  at: number
  /** requests that drew from it so far */
  drawn: number
  /** of these, what the other workers do not know of; what was refilled since counts no more */
  unreported: number
  /** what Azure's own bucket would hold by its documentation, if nobody but this worker drew from it */
  documented: number
  /** Azure refills it faster than documented, so that what workers draw together says nothing */
  isFaster: boolean
  /** until when a refusal said that it is used up; monotonic, milliseconds */
  refusedUntil: number
}

/** ARM counts what reads and what writes or acts apart. */
export type Side = 'reads' | 'writes'

/** When a request may leave, and what had been drawn when it was asked. */
interface Turn {
  /** milliseconds; 0 = now */
  waitMs: number
  /** of ARM's bucket; for {@link RequestPace.heed} */
  drawn: number
}

/** The last turn of each side that one poll had; absent = none, or another worker sent the request. */
export type SideTurns = Partial<Record<Side, Turn>>

interface RequestPaceOptions {
  countsPosts: CountsPosts
  /** who asks for a subscription, by name */
  identitiesOf: (subscriptionId: string) => readonly string[]
  /** monotonic, milliseconds */
  now: () => number
  /** what all workers draw from together; absent = this one is alone */
  shared?: SharedBudgets
  /** how long draws wait for each other, milliseconds */
  gatherMs?: number
}

/** Where a request is counted. */
export interface RequestPlace {
  /** lower case */
  subscriptionId: string
  /** asked for only where the network provider counts POSTs; null = it is not known */
  region: () => Promise<string | null>
}

/**
 * When a request to ARM may leave: a diagnostic POST, a check of its operation, or a poll that is a GET. The plan's intervals fit into
 * Azure's budgets on average; what falls due at once (after an outage, when a timetable is made) does not, and would be refused. A budget
 * is paced once an answer of Azure spoke of it, or from the start where `ARM_COUNTS_POSTS` says that Azure counts as documented. What several
 * workers draw at once they draw from one bucket in the database; headers of answers correct it.
 */
export class RequestPace {
  readonly #options: RequestPaceOptions
  /** by subscription and side; only those that an answer spoke of, or all */
  readonly #arm = new Map<string, Bucket>()
  /** by subscription and region */
  readonly #network = new Map<string, Bucket>()
  #isCounted: boolean
  readonly #draws: SharedDraws | null
  readonly #known = new Cache<Promise<void>>('known_budgets', { maxAgeMs: READ_KNOWN_MS })

  constructor(options: RequestPaceOptions) {
    this.#options = options
    this.#isCounted = options.countsPosts === 'yes'
    this.#draws = options.shared ? new SharedDraws(options.shared, options.gatherMs ?? GATHER_MS) : null
  }

  /** Whether the network provider counts POSTs, as plans learned it. */
  noteCounted(isCounted: boolean): void {
    this.#isCounted = (this.#isCounted || isCounted) && this.#options.countsPosts !== 'no'
  }

  /**
   * Takes the part of the budgets of one request, or of several that follow each other.
   * @param requests 0 = it asks nothing of ARM
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

  /** Whether a budget refused another request, and would refuse one that waited for its turn meanwhile: it takes another turn. */
  async isRefused({ subscriptionId, region }: RequestPlace, side: Side): Promise<boolean> {
    const regional =
      this.#isCounted && side === 'writes' ? this.#networkBucket(subscriptionId, await region()) : undefined
    const now = this.#options.now()
    return [this.#arm.get(keyOf(subscriptionId, side)), regional].some((bucket) => (bucket?.refusedUntil ?? now) > now)
  }

  /**
   * Subscriptions of which POSTs wait already: claiming more operations of them would only queue them in another order than their
   * urgency, and hold their resources meanwhile. Reads that wait are no reason: polls that are GETs keep coming, and operations would
   * never have a turn.
   */
  crowded(): string[] {
    if (this.#arm.size === 0 && this.#network.size === 0) return []
    const posts = [...[...this.#arm].filter(([key]) => key.endsWith(' writes')), ...this.#network]
    const waits = posts.filter(([, bucket]) => this.#levelOf(bucket) < 0)
    return [...new Set(waits.map(([key]) => key.split(' ', 1)[0] ?? key))]
  }

  /** Reads a poll's answer for what it says of the budgets. */
  async heed({ subscriptionId, region }: RequestPlace, observation: Observation, turns: SideTurns): Promise<void> {
    const { budget, error, startedAt, finishedAt } = observation
    const refused = error?.budget ?? null
    const retryAfterSeconds = error?.retryAfterSeconds ?? 0
    const sides = [
      // what an operation says of writes is as old as its POST, of reads as the last check
      { side: 'writes', left: budget?.remainingWrites ?? null, ageMs: finishedAt - startedAt },
      { side: 'reads', left: budget?.remainingReads ?? null, ageMs: 0 },
    ] as const
    // who speaks of one of ARM's buckets has both
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
    const limit = budgetLimit(`arm.${side}`, left)
    if (known && known.limit.windowSeconds >= limit.windowSeconds) return known
    // the others learn of it
    if (!known) void this.#draws?.draw(key, 0)
    return this.#add(this.#arm, key, limit, this.#options.identitiesOf(subscriptionId).length)
  }

  /** Budgets are paced that an answer to another worker spoke of, or to this one before it was started again. */
  async #readKnown(subscriptionId: string): Promise<void> {
    const { shared, now } = this.#options
    if (!shared || this.#arm.has(keyOf(subscriptionId, 'reads'))) return
    const read = async () => {
      // without the database, the callers wait with their own statements
      const keys = await shared.known().catch(() => [])
      for (const side of ['reads', 'writes'] as const)
        for (const key of keys) if (key.endsWith(` ${side}`)) this.#armBucket(key.slice(0, -side.length - 1), side)
    }
    await this.#known.share(this, '', read, { now: now() })
  }

  #networkBucket(subscriptionId: string, region: string | null): Bucket {
    const key = `${subscriptionId} ${region?.toLowerCase() ?? ''}`
    const name: BudgetName = 'network.writes'
    return this.#network.get(key) ?? this.#add(this.#network, key, budgetLimit(name, null), 1)
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

  /** Draws what this worker drew lately from the bucket of all, and waits as that demands. */
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
   * What Azure reported so long ago of one identity's bucket. There is no more than that and what was refilled since; and no less than that
   * but for what was drawn since: an Azure that refills faster than documented is not held back.
   */
  #reported(bucket: Bucket, left: number, { ageMs, turn }: { ageMs: number; turn: Turn | null }): void {
    const { limit, identities } = bucket
    const kept = KEPT_FREE * limit.limit
    const most = (left - kept) * identities + Math.max(0, ageMs) * perMs(bucket)
    // what was promised since is not known where another worker sent the request, or this one none of this side
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
 * What may leave at once. ARM's bucket holds that much. Of a window as long as the network provider's only a tenth may be saved up:
 * with what its even rate adds, no window has more than it allows.
 */
const sizeOf = (bucket: Bucket): number =>
  bucket.limit.windowSeconds <= LONGEST_BUCKET_SECONDS
    ? allowed(bucket)
    : bucket.limit.limit * bucket.identities * KEPT_FREE
