import type { ResourceChangesRequest } from '../activity/change-queries.ts'
import { z } from 'zod'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { Clock } from '#lib/platform/clock.ts'
import { RATE_LIMIT_BUCKET } from '../../budget.ts'
import { classifyRequestError } from '../../call/classify-failure.ts'
import { requireJsonArray, parseResponseBody, requireBodyObject } from '../../decode/decode.ts'
import { PollFailure } from '../../call/failure.ts'
import { armTextSchema } from '../../decode/fields.ts'
import type { ExactJson } from '../../decode/json.ts'
import { sendThroughSdk } from '../../call/send-request.ts'
import { MemoryCache } from '#lib/platform/cache.ts'
import { raceWithAbort } from '../../call/until-aborted.ts'
import type { MetricsBatchRefusal } from '../../types.ts'
import type { MetricsEndpoints } from './data-plane.ts'
import type { MetricRequest } from './metric-requests.ts'
import { UnsupportedMetricsCache } from './unsupported-metrics-cache.ts'
import { type DecodedMetrics, decodeMetricRows } from './decode-metric-rows.ts'
import { createArmRowSchema, getArmMember } from '../../decode/members.ts'

const BATCH_VERSION = '2024-02-01'
/**
 * Maximum number of resources in one request. All resources of a request have the same subscription, region and type.
 * Source: "Metrics Batch".
 */
const MAX_RESOURCES = 50
/**
 * Maximum number of time series in a response. A gateway has one for each combination of instance and peer. Without
 * this parameter Azure Monitor returns only ten.
 */
const MAX_SERIES = 200
/** Time in milliseconds that a request is delayed, so that polls which become due meanwhile can share it. */
const GATHER_MS = 200
/**
 * Share of the limit of batch requests. If at most this share remains, the next request waits until Azure resets the
 * limit.
 */
const NEARLY_USED = 0.05
/** Maximum wait for a reset, milliseconds. It is shorter than the deadline of a poll, so that the poll can succeed. */
const MAX_RESET_WAIT_MS = 30_000
/** Pause in milliseconds after a 429 that contains no retry time. */
const UNNAMED_WAIT_MS = MS_PER_MINUTE

/** The metrics that a poll wants for one resource. Several of these are combined into one request. */
interface BatchRead extends ResourceChangesRequest {
  resourceId: string
  /** ARM resource type in lower case */
  type: string
  region: string
  plan: MetricRequest
  grain: string
}

interface Member extends BatchRead {
  done: PromiseWithResolvers<DecodedMetrics | null>
}

interface Gathered {
  members: Member[]
  timer: NodeJS.Timeout
}

interface Blocked {
  /**
   * the failure that all polls receive during the pause; null = the data plane does not serve these resources, and
   * their metrics are read from the control plane meanwhile
   */
  throttled: PollFailure | null
}

/**
 * Requests metrics from Azure Monitor's data plane. One request returns the metrics of up to 50 resources and uses no
 * ARM budget. Polls of the same metrics that are due at the same moment share a request. But each poll has its own
 * call, deadline and outcome (ADR 0119).
 */
export class MetricBatches {
  readonly #place: MetricsEndpoints
  readonly #clock: Clock
  readonly #onRefused: (refusal: MetricsBatchRefusal) => void
  readonly #gathered = new Map<string, Gathered>()
  /** Refusals for which requests are paused, by {@link placeKey}. Times are of the monotonic clock. */
  readonly #blocked = new MemoryCache<Blocked>('metric_refusals')
  /** Times of the monotonic clock until which requests wait for a nearly used limit, by {@link placeKey}. */
  readonly #resets = new Map<string, number>()
  /** the metrics that some resources do not support, which are left out of their requests */
  readonly lacking = new UnsupportedMetricsCache()

  constructor(place: MetricsEndpoints, clock: Clock, onRefused: (refusal: MetricsBatchRefusal) => void) {
    this.#place = place
    this.#clock = clock
    this.#onRefused = onRefused
  }

  /** Reports whether the metrics of a subscription's resources in a region are at present read in shared requests. */
  isServed(subscriptionId: string, region: string): boolean {
    if (this.#place.dataPlane(region) === null) return false
    const blocked = this.#blockedNow(placeKey(subscriptionId, region))
    return blocked === null || blocked.throttled !== null
  }

  /**
   * Returns the metrics of one resource, read with a shared request.
   * @returns null if the metrics must be read from the control plane, because the data plane does not serve the
   *   resource or its request failed
   * @throws PollFailure `throttled`, which does not concern a budget of ARM, or `malformed` if the resource's part of
   *   the response could not be decoded
   */
  async rows(read: BatchRead): Promise<DecodedMetrics | null> {
    if (!this.isServed(read.subscriptionId, read.region)) return null
    const blocked = this.#blockedNow(placeKey(read.subscriptionId, read.region))
    if (blocked?.throttled) throw blocked.throttled
    const done = Promise.withResolvers<DecodedMetrics | null>()
    // the caller may no longer wait when the request fails, so the rejection must be handled here
    done.promise.catch(() => {})
    this.#gather({ ...read, done })
    return raceWithAbort(done.promise, read.call.signal)
  }

  #gather(member: Member): void {
    const key = gatherKey(member)
    const { members, timer } = this.#gathered.get(key) ?? {
      members: [],
      timer: setTimeout(() => this.#leave(key), GATHER_MS + this.#resetWaitMs(member)),
    }
    members.push(member)
    this.#gathered.set(key, { members, timer })
    if (members.length === MAX_RESOURCES && this.#resetWaitMs(member) === 0) this.#leave(key)
  }

  #leave(key: string): void {
    const gathered = this.#gathered.get(key)
    if (!gathered) return
    this.#gathered.delete(key)
    clearTimeout(gathered.timer)
    for (let n = 0; n < gathered.members.length; n += MAX_RESOURCES) {
      void this.#ask(gathered.members.slice(n, n + MAX_RESOURCES))
    }
  }

  /**
   * Returns the milliseconds for which a request must wait, because the limit of batch requests is nearly used up; 0 =
   * no wait.
   */
  #resetWaitMs({ subscriptionId, region }: BatchRead): number {
    const until = this.#resets.get(placeKey(subscriptionId, region)) ?? 0
    return Math.max(0, until - this.#clock.monotonic())
  }

  /** Lets later requests wait until Azure resets the limit, if the last response shows that it is nearly used up. */
  #heed({ call, subscriptionId, region }: Member): void {
    const bucket = call.budget?.buckets?.find(({ name }) => name === RATE_LIMIT_BUCKET)
    if (bucket?.remaining == null || bucket.remaining > NEARLY_USED * (bucket.limit ?? 0)) return
    const { resetAt, windowSeconds } = bucket
    const waitMs = resetAt === null ? (windowSeconds ?? 0) * 1_000 : resetAt - this.#clock.now()
    const until = this.#clock.monotonic() + Math.min(MAX_RESET_WAIT_MS, Math.max(0, waitMs))
    this.#resets.set(placeKey(subscriptionId, region), until)
  }

  /** Sends one request for several polls. Never rejects: each poll gets its rows, its failure, or null. */
  async #ask(gathered: readonly Member[]): Promise<void> {
    const members = gathered.filter((member) => mayLeave(member))
    const [first] = members
    if (!first) return
    try {
      const url = this.#urlOf(first, members)
      const ids = members.map(({ resourceId }) => resourceId)
      const answer = await sendThroughSdk(first.call, () => first.arm.post(url, { resourceids: ids }))
      for (const { call } of members) if (call !== first.call) call.answerRead(answer)
      this.#heed(first)
      const found = entriesOf(
        requireJsonArray(getArmMember(requireBodyObject(parseResponseBody(answer)), 'values'), 'values'),
      )
      for (const member of members) settle(member, found.get(member.resourceId.toLowerCase()))
    } catch (error) {
      this.#failed(first, members, error)
    }
  }

  #urlOf(first: Member, members: readonly Member[]): string {
    const { plan, grain, region, subscriptionId, type } = first
    const query = new URLSearchParams({
      'api-version': BATCH_VERSION,
      starttime: new Date(Math.min(...members.map(({ from }) => from))).toISOString(),
      endtime: new Date(Math.max(...members.map(({ to }) => to))).toISOString(),
      interval: grain,
      metricnamespace: type,
      metricnames: plan.metrics.join(','),
      aggregation: plan.aggregations.join(','),
    })
    if (plan.dimensions.length > 0) {
      query.set('filter', plan.dimensions.map((dimension) => `${dimension} eq '*'`).join(' and '))
      query.set('top', String(MAX_SERIES))
    }
    const path = `/subscriptions/${encodeURIComponent(subscriptionId)}/metrics:getBatch`
    return `${this.#place.dataPlane(region)}${path}?${query.toString()}`
  }

  /**
   * Handles a failed request. If the failure concerns all resources of the subscription in the region, it is stored, so
   * that the following polls do not repeat the request.
   */
  #failed(first: Member, members: readonly Member[], error: unknown): void {
    // the request failed because the poll that sent it was aborted, so the other polls send their own requests
    if (first.call.abandoned) return settleAll(members, null)
    const failure = classifyRequestError(error, first.call)
    const key = placeKey(first.subscriptionId, first.region)
    if (failure.outcome === 'throttled') {
      const { retryAfterSeconds } = failure.error
      const maxAgeMs = retryAfterSeconds === null ? UNNAMED_WAIT_MS : retryAfterSeconds * 1_000
      const throttled = new PollFailure('throttled', { ...failure.error, budget: null })
      this.#blocked.store(this, key, { throttled }, { now: this.#clock.monotonic(), maxAgeMs })
      for (const { done } of members) done.reject(throttled)
      return
    }
    const blockedMs = blockedFor(failure)
    if (blockedMs > 0) {
      const { outcome, error: said } = failure
      const until = this.#clock.now() + blockedMs
      if (!this.#blockedNow(key)) {
        this.#onRefused({ subscriptionId: first.subscriptionId, region: first.region, outcome, error: said, until })
      }
      this.#blocked.store(this, key, { throttled: null }, { now: this.#clock.monotonic(), maxAgeMs: blockedMs })
    }
    settleAll(members, null)
  }

  #blockedNow(key: string): Blocked | null {
    return this.#blocked.find(this, key, { now: this.#clock.monotonic() }) ?? null
  }
}

const placeKey = (subscriptionId: string, region: string): string => `${subscriptionId} ${region}`.toLowerCase()

/**
 * Returns the key of a request that polls can share. It contains the length of the period, so that a poll of a long
 * period after an outage does not lengthen the period of other polls.
 */
function gatherKey({ subscriptionId, region, type, plan, grain, from, to }: BatchRead): string {
  const hours = Math.ceil((to - from) / MS_PER_HOUR)
  return `${placeKey(subscriptionId, region)} ${type} ${plan.metrics.join()} ${grain} ${hours}`
}

/**
 * Informs the call of a poll that its request is now sent, from which the time of its observation is derived. Returns
 * false if the call has ended or has lost its lease. Then the poll is left out of the request.
 */
function mayLeave({ call, done }: Member): boolean {
  try {
    call.signal.throwIfAborted()
    call.requestLeaves()
    return true
  } catch (error) {
    done.reject(error)
    return false
  }
}

/**
 * Returns for how many milliseconds the data plane is not queried after a failure; 0 = the next poll queries it again.
 */
function blockedFor({ outcome, error: { httpStatus } }: PollFailure): number {
  // the failure is about a single resource or an incomplete response, so the next poll can succeed
  if (httpStatus === 400 || outcome === 'malformed') return 0
  if (outcome === 'forbidden' || outcome === 'not_found' || httpStatus === 405 || httpStatus === 501) return MS_PER_DAY
  if (httpStatus !== null && httpStatus >= 500) return 10 * MS_PER_MINUTE
  // for example, a firewall allows ARM but blocks the hosts of the data plane, or these hosts do not accept the token
  return MS_PER_HOUR
}

function settleAll(members: readonly Member[], rows: null): void {
  for (const { done } of members) done.resolve(rows)
}

const entry = createArmRowSchema({ resourceid: armTextSchema })

function entriesOf(values: readonly ExactJson[]): Map<string, ExactJson> {
  return new Map(
    values.flatMap((value): [string, ExactJson][] => {
      const named = entry.safeParse(value)
      return named.success ? [[named.data.resourceid.toLowerCase(), value]] : []
    }),
  )
}

/**
 * Gives a poll its part of the response. If the response does not contain the resource, or contains an error for it,
 * the poll sends its own request. It would be wrong to treat the resource as one without data.
 */
function settle({ done, grain, from, to }: Member, found: ExactJson | undefined): void {
  if (found === undefined || hasError(found)) return done.resolve(null)
  try {
    // several polls share one request whose period covers the periods of all of them, so the rows outside the period of
    // this poll are removed
    const { rows, failure } = decodeMetricRows(found, grain)
    done.resolve({ rows: rows.filter(({ at, grainSeconds }) => at + grainSeconds * 1_000 > from && at < to), failure })
  } catch (error) {
    done.reject(error)
  }
}

const errors = createArmRowSchema({ value: z.array(createArmRowSchema({ errorCode: z.string().nullish() })) })

function hasError(found: ExactJson): boolean {
  const { data } = errors.safeParse(found)
  return data?.value.some(({ errorCode }) => errorCode && errorCode.toLowerCase() !== 'success') ?? false
}
