import type { ChangesRead } from '../activity/change-queries.ts'
import { z } from 'zod'
import { DAY, HOUR, MINUTE } from '#lib/contract/time/time.ts'
import type { Clock } from '#lib/platform/clock.ts'
import { failureOfError } from '../../call/classify.ts'
import { arrayAt, bodyOf, objectOf } from '../../decode/decode.ts'
import { PollFailure } from '../../call/failure.ts'
import { textField } from '../../decode/fields.ts'
import type { Json } from '../../decode/json.ts'
import { send } from '../../call/send.ts'
import { Cache } from '#lib/platform/cache.ts'
import { untilAborted } from '../../call/until-aborted.ts'
import type { BatchRefusal } from '../../types.ts'
import type { MetricsPlace } from './data-plane.ts'
import type { MetricPlan } from './plans.ts'
import { UnsupportedMetricsCache } from './lacking.ts'
import { type ReadMetrics, readMetricRows } from './rows.ts'
import { armRow, member } from '../../decode/members.ts'

const BATCH_VERSION = '2024-02-01'
/** "Metrics Batch": resources of one call, all of one subscription, region and type. */
const MAX_RESOURCES = 50
/** A gateway has instances x peers of them; without a number Azure Monitor gives ten. */
const MAX_SERIES = 200
/** How long the first one waits for others that are due at the same moment. */
const GATHER_MS = 200
/** After a 429 that does not say how long. */
const UNNAMED_WAIT_MS = MINUTE

/** One resource's part of a request. */
interface BatchRead extends ChangesRead {
  resourceId: string
  /** lower case */
  type: string
  region: string
  plan: MetricPlan
  grain: string
}

interface Member extends BatchRead {
  done: PromiseWithResolvers<ReadMetrics | null>
}

interface Gathered {
  members: Member[]
  timer: NodeJS.Timeout
}

interface Blocked {
  /** null = the data plane does not serve this, and the control plane is asked meanwhile; else what polls end with until then */
  throttled: PollFailure | null
}

/**
 * Azure Monitor's data plane: metrics of up to 50 resources in one request, which draws from no budget of ARM. Reads of the same
 * metrics that are due at the same moment are gathered; each keeps its own call, deadline and outcome (ADR 0119).
 */
export class MetricBatches {
  readonly #place: MetricsPlace
  readonly #clock: Clock
  readonly #onRefused: (refusal: BatchRefusal) => void
  readonly #gathered = new Map<string, Gathered>()
  /** Key: {@link placeKey}. The clock is monotonic. */
  readonly #blocked = new Cache<Blocked>('metric_refusals')
  /** what single resources are not asked for */
  readonly lacking = new UnsupportedMetricsCache()

  constructor(place: MetricsPlace, clock: Clock, onRefused: (refusal: BatchRefusal) => void) {
    this.#place = place
    this.#clock = clock
    this.#onRefused = onRefused
  }

  /** Whether resources of a subscription in a region are read together at present. */
  isServed(subscriptionId: string, region: string): boolean {
    if (this.#place.dataPlane(region) === null) return false
    const blocked = this.#blockedNow(placeKey(subscriptionId, region))
    return blocked === null || blocked.throttled !== null
  }

  /**
   * One resource's rows from a request that it shares with others.
   * @returns null where the data plane does not answer for it: then it is asked from the control plane
   * @throws PollFailure `throttled` (no budget of ARM's), or `malformed` if what stands there for this resource can't be read
   */
  async rows(read: BatchRead): Promise<ReadMetrics | null> {
    if (!this.isServed(read.subscriptionId, read.region)) return null
    const blocked = this.#blockedNow(placeKey(read.subscriptionId, read.region))
    if (blocked?.throttled) throw blocked.throttled
    const done = Promise.withResolvers<ReadMetrics | null>()
    // whoever waited may be gone when it ends
    done.promise.catch(() => {})
    this.#gather({ ...read, done })
    return untilAborted(done.promise, read.call.signal)
  }

  #gather(member: Member): void {
    const key = gatherKey(member)
    const { members, timer } = this.#gathered.get(key) ?? {
      members: [],
      timer: setTimeout(() => this.#leave(key), GATHER_MS),
    }
    members.push(member)
    this.#gathered.set(key, { members, timer })
    if (members.length >= MAX_RESOURCES) this.#leave(key)
  }

  #leave(key: string): void {
    const gathered = this.#gathered.get(key)
    if (!gathered) return
    this.#gathered.delete(key)
    clearTimeout(gathered.timer)
    void this.#ask(gathered.members)
  }

  /** Never rejects: each member gets its rows, its failure, or null. */
  async #ask(gathered: readonly Member[]): Promise<void> {
    const members = gathered.filter((member) => mayLeave(member))
    const [first] = members
    if (!first) return
    try {
      const url = this.#urlOf(first, members)
      const ids = members.map(({ resourceId }) => resourceId)
      const answer = await send(first.call, () => first.arm.post(url, { resourceids: ids }))
      for (const { call } of members) if (call !== first.call) call.answerRead(answer)
      const found = entriesOf(arrayAt(member(objectOf(bodyOf(answer)), 'values'), 'values'))
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

  /** A refusal of all of them is remembered, so that not each poll meets it again. */
  #failed(first: Member, members: readonly Member[], error: unknown): void {
    // the one whose call it was is over; the others ask for themselves
    if (first.call.abandoned) return settleAll(members, null)
    const failure = failureOfError(error, first.call)
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

/** What may share a request. The longest windows, after an outage, don't lengthen everybody's. */
function gatherKey({ subscriptionId, region, type, plan, grain, from, to }: BatchRead): string {
  const hours = Math.ceil((to - from) / HOUR)
  return `${placeKey(subscriptionId, region)} ${type} ${plan.metrics.join()} ${grain} ${hours}`
}

/** Dates the member's own observation. What ended meanwhile, or lost its lease, is not asked for. */
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

/** How long the data plane is not asked again, by what it answered, milliseconds; 0 = it is with the next poll. */
function blockedFor({ outcome, error: { httpStatus } }: PollFailure): number {
  // one resource of many is at fault, or the answer broke off
  if (httpStatus === 400 || outcome === 'malformed') return 0
  if (outcome === 'forbidden' || outcome === 'not_found' || httpStatus === 405 || httpStatus === 501) return DAY
  if (httpStatus !== null && httpStatus >= 500) return 10 * MINUTE
  // a network that lets ARM pass, and not the data plane's hosts; a token that they don't take
  return HOUR
}

function settleAll(members: readonly Member[], rows: null): void {
  for (const { done } of members) done.resolve(rows)
}

const entry = armRow({ resourceid: textField })

function entriesOf(values: readonly Json[]): Map<string, Json> {
  return new Map(
    values.flatMap((value): [string, Json][] => {
      const named = entry.safeParse(value)
      return named.success ? [[named.data.resourceid.toLowerCase(), value]] : []
    }),
  )
}

/** A resource that the answer leaves out, or has an error for, is no resource without data: it is asked for by itself. */
function settle({ done, grain, from, to }: Member, found: Json | undefined): void {
  if (found === undefined || hasError(found)) return done.resolve(null)
  try {
    // the request's window may be larger than this one's
    const { rows, failure } = readMetricRows(found, grain)
    done.resolve({ rows: rows.filter(({ at, grainSeconds }) => at + grainSeconds * 1_000 > from && at < to), failure })
  } catch (error) {
    done.reject(error)
  }
}

const errors = armRow({ value: z.array(armRow({ errorCode: z.string().nullish() })) })

function hasError(found: Json): boolean {
  const { data } = errors.safeParse(found)
  return data?.value.some(({ errorCode }) => errorCode && errorCode.toLowerCase() !== 'success') ?? false
}
