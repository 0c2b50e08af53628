import type { ActivityRow, EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { ArmClient } from '../../call/arm.ts'
import type { AzurePollContext } from '../../call/call.ts'
import { classifyRequestError } from '../../call/classify-failure.ts'
import type { PollFailure } from '../../call/failure.ts'
import type { ResourceChangesRefusal } from '../../types.ts'
import type { UnreadRowCounter } from '../../decode/unread-row-counter.ts'
import { raceWithAbort } from '../../call/until-aborted.ts'
import { fetchResourceChanges } from './resource-changes.ts'

/** Maximum number of subscriptions in one query, far below the limit of Resource Graph (10,000). */
const MAX_SUBSCRIPTIONS = 300
/**
 * Pause in milliseconds after a 429 (too many requests) without a retry time. Resource Graph counts requests over 5 s.
 * During the pause, changes are read from the Activity Log.
 */
const THROTTLED_MS = 10_000
/** Pause in milliseconds after an error of Resource Graph that is probably temporary, for example a 500. */
const FAULT_MS = 10 * MS_PER_MINUTE

/**
 * The request of one poll for the changes in its subscription. Several requests are combined into one query to Resource
 * Graph.
 */
export interface ResourceChangesRequest {
  call: AzurePollContext
  arm: ArmClient
  subscriptionId: string
  from: EpochMs
  to: EpochMs
}

/** Changes of resources in one subscription, as Resource Graph returned them. */
interface Changes {
  rows: ActivityRow[]
  /** counts rows of the combined query that could not be decoded; they may belong to any subscription in the query */
  unread: UnreadRowCounter
}

interface Member extends ResourceChangesRequest {
  done: PromiseWithResolvers<Changes | null>
}

/**
 * Queries Resource Graph for changes, for one identity. Only one query runs at a time, and all requests that arrive
 * meanwhile are combined into the next query. Otherwise the polls of 500 subscriptions, which are due at the same
 * moment, would exceed the quota of 15 queries in 5 s. If Resource Graph refuses a query or fails, the Activity Log is
 * read instead.
 */
export class ResourceChangeQueries {
  readonly #onRefused: (refusal: ResourceChangesRefusal) => void
  readonly #waiting: Member[] = []
  #isAsking = false
  /** time until which no query is sent, in milliseconds of the monotonic clock */
  #blockedUntil: number

  constructor(onRefused: (refusal: ResourceChangesRefusal) => void, isAsked: boolean) {
    this.#onRefused = onRefused
    this.#blockedUntil = isAsked ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }

  /**
   * Reports whether no query is sent to Resource Graph at present, because it is switched off or refused a query.
   * @param now milliseconds of the monotonic clock
   */
  isBlocked(now: number): boolean {
    return now < this.#blockedUntil
  }

  /**
   * Returns the changes of a subscription's network resources within a period, with their authors.
   * @returns null if Resource Graph failed or is not queried at present, so that the Activity Log must be read
   * @throws the abort reason of the call
   */
  async rows(read: ResourceChangesRequest): Promise<Changes | null> {
    if (this.isBlocked(read.call.monotonic())) return null
    const done = Promise.withResolvers<Changes | null>()
    this.#waiting.push({ ...read, done })
    if (!this.#isAsking) void this.#askAll()
    return raceWithAbort(done.promise, read.call.signal)
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true
    while (this.#waiting.length > 0) {
      const members = this.#waiting.splice(0, MAX_SUBSCRIPTIONS).filter(({ call }) => !call.signal.aborted)
      const [first] = members
      if (!first) continue
      if (first.call.monotonic() < this.#blockedUntil) settleAll(members)
      else await this.#ask(first, members)
    }
    this.#isAsking = false
  }

  /**
   * Runs one query for several requests. Never rejects: each request gets the rows of its subscription, or null if the
   * query fails.
   */
  async #ask(first: Member, members: readonly Member[]): Promise<void> {
    const from = Math.min(...members.map((member) => member.from))
    const to = Math.max(...members.map((member) => member.to))
    const ids = new Set(members.map(({ subscriptionId }) => subscriptionId.toLowerCase()))
    try {
      const { rows, unread, quota } = await fetchResourceChanges(first, [...ids], { from, to })
      if (quota?.left === 0) this.#blockedUntil = first.call.monotonic() + quota.resetsInMs
      for (const member of members) {
        const own = rows.filter(({ subscriptionId }) => subscriptionId === member.subscriptionId.toLowerCase())
        const inTime = own.map(({ row }) => row).filter(({ at }) => at >= member.from && at <= member.to)
        member.done.resolve({ rows: inTime, unread })
      }
    } catch (error) {
      // if the query failed because its call was aborted, Resource Graph is not at fault
      if (!first.call.signal.aborted) this.#refused(first, classifyRequestError(error, first.call))
      settleAll(members)
    }
  }

  #refused({ call, subscriptionId }: Member, { outcome, error }: PollFailure): void {
    const blockedMs = blockedFor({ outcome, error })
    this.#blockedUntil = call.monotonic() + blockedMs
    if (outcome !== 'throttled') this.#onRefused({ subscriptionId, outcome, error, until: call.now() + blockedMs })
  }
}

/** Returns for how many milliseconds Resource Graph is not queried after a failure. */
function blockedFor({ outcome, error }: Pick<PollFailure, 'outcome' | 'error'>): number {
  const { httpStatus, retryAfterSeconds } = error
  if (outcome === 'throttled') return retryAfterSeconds === null ? THROTTLED_MS : retryAfterSeconds * 1_000
  return outcome === 'forbidden' || outcome === 'not_found' || httpStatus === 501 ? MS_PER_DAY : FAULT_MS
}

function settleAll(members: readonly Member[]): void {
  for (const { done } of members) done.resolve(null)
}
