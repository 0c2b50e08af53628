import { type EpochMs, isPolledGatewayType, isGlobalReachMetric, type MetricRow } from '#lib/contract/index.ts'
import { sendThroughSdk } from '../../call/send-request.ts'
import { parseResponseBody, decodeArmValue, requireBodyObject } from '../../decode/decode.ts'
import { isFailureOfAllRequests, PollFailure } from '../../call/failure.ts'
import { type PollInput, createUnsupportedFailure } from '../../poll-input.ts'
import { type MetricRequest, listMetricRequests } from './metric-requests.ts'
import { SECONDS_BY_TIME_GRAIN, type DecodedMetrics, decodeMetricRows } from './decode-metric-rows.ts'
import { createArmRowSchema } from '../../decode/members.ts'
import { decodeGateway, getMetricsOptionsOfGateway } from '../../config/gateway.ts'
import type { MetricsOptionsOfResource } from '../../types.ts'

const METRICS_VERSION = '2024-02-01'
const DEFAULT_WINDOW_MS = 15 * 60_000
/**
 * Maximum number of time series in a response. A gateway has one for each combination of instance and peer. Without
 * this parameter Azure Monitor returns only ten.
 */
const MAX_SERIES = 200
/**
 * Maximum number of values per time series in one request. A longer period is divided into several requests, because
 * Azure Monitor truncates or refuses it.
 */
const MAX_BUCKETS = 1_440
/** Longest time grain among the finest time grains of the polled metrics (1 and 5 minutes), in milliseconds. */
const ALIGNMENT_MS = 5 * 60_000
/**
 * Maximum period in milliseconds that is read with a shared request: {@link MAX_BUCKETS} values at the shortest
 * interval.
 */
const LONGEST_TOGETHER_MS = MAX_BUCKETS * 60_000

/**
 * Returns the metrics of a resource in a period. If the caller provides the resource's properties, and the data plane
 * serves the resource, they are read with a request that other resources share. Otherwise they are read with a separate
 * request to ARM's control plane. If some metrics cannot be read, the others are still returned.
 */
export async function readMetrics(read: PollInput): Promise<DecodedMetrics> {
  const { metrics: wanted, resource } = read.params
  // if the caller requests Global Reach metrics, the circuit has a Global Reach connection
  const hasReach = resource?.hasReach === true || wanted?.some(isGlobalReachMetric) === true
  const plans = listMetricRequests(read.id.type, await gatewayKind(read), hasReach)
  if (!plans) throw createUnsupportedFailure(`there are no metrics to poll on ${read.id.type}`)
  const to = read.params.to ?? read.call.now()
  const from = read.params.from ?? to - DEFAULT_WINDOW_MS
  const rows: MetricRow[] = []
  let answered = 0
  const failures: PollFailure[] = []
  for (const plan of plans.filter(({ metrics }) => !wanted || metrics.some((name) => wanted.includes(name)))) {
    try {
      const answer = await readPlan(read, plan, from, to)
      for (const row of answer.rows) rows.push(row)
      for (const failure of answer.failures) failures.push(failure)
      answered++
    } catch (error) {
      if (!(error instanceof PollFailure) || read.call.signal.aborted) throw error
      failures.push(error)
      if (isFailureOfAllRequests(error)) break
    }
  }
  const failure = together(failures)
  if (failure && answered === 0) throw failure
  return { rows: inOrder(rows), failure }
}

/**
 * Combines several failures into one. Its outcome is the outcome of a failure that would end all requests, if there is
 * one, otherwise of the first failure. Its detail contains the reasons of all failures.
 */
function together(failures: readonly PollFailure[]): PollFailure | null {
  const first = failures.find(isFailureOfAllRequests) ?? failures[0]
  if (!first || failures.length === 1) return first ?? null
  const detail = [...new Set(failures.map(({ error }) => error.detail))].join('; ')
  return new PollFailure(first.outcome, { ...first.error, detail })
}

/**
 * Sorts rows by metric, dimensions and time. For speed, the dimensions object that all rows of a time series share is
 * converted to text only once.
 */
function inOrder(rows: readonly MetricRow[]): MetricRow[] {
  const texts = new Map<MetricRow['dimensions'], string>()
  const textOf = ({ dimensions }: MetricRow) => {
    const text = texts.get(dimensions) ?? JSON.stringify(dimensions)
    texts.set(dimensions, text)
    return text
  }
  return rows.toSorted((a, b) => ordered(a.metric, b.metric) || ordered(textOf(a), textOf(b)) || a.at - b.at)
}

const ordered = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1)

/** Response that can be decoded as a gateway. Without properties, its kind would be unknown. */
const bodyWithProperties = createArmRowSchema({ properties: createArmRowSchema({}) })

async function gatewayKind({ call, arm, id, params }: PollInput): Promise<MetricsOptionsOfResource['gateway']> {
  if (!isPolledGatewayType(id.type)) return null
  if (params.resource) return params.resource.gateway
  const answer = await sendThroughSdk(call, () => arm.network.virtualNetworkGateways.get(id.resourceGroup, id.name))
  const body = requireBodyObject(parseResponseBody(answer))
  decodeArmValue(bodyWithProperties, body)
  return getMetricsOptionsOfGateway(decodeGateway(id.type, body))
}

interface PlanAnswer {
  rows: MetricRow[]
  /** failures of the parts that could not be read */
  failures: PollFailure[]
}

/**
 * Returns the metrics of one request. Metrics that the resource does not support are left out.
 * @throws PollFailure if none of the metrics could be read, for example because the resource does not support any of
 *   them
 */
async function readPlan(read: PollInput, plan: MetricRequest, from: EpochMs, to: EpochMs): Promise<PlanAnswer> {
  const { lacking } = read.batches
  for (;;) {
    const { has, refusals } = lacking.divide(read.resourceId, plan.metrics, read.call.monotonic())
    const [refusal] = refusals
    if (has.length === 0 && refusal) throw refusal
    try {
      const { rows, failure } = await fetchPlan(read, { ...plan, metrics: has }, from, to)
      return { rows, failures: failure ? [...refusals, failure] : refusals }
    } catch (error) {
      // each further attempt requests fewer metrics, so the loop ends
      if (!(error instanceof PollFailure) || !lacking.note(read.resourceId, has, error, read.call.monotonic()))
        throw error
    }
  }
}

/**
 * Requests the metrics of a period. Azure's buckets begin at the requested minute. The period therefore begins at the
 * start of a bucket (one interval of a metric), so that buckets of different polls are equal or do not overlap. It also
 * begins at a multiple of {@link ALIGNMENT_MS}, because Azure may answer with a longer interval than requested.
 */
async function fetchPlan(read: PollInput, plan: MetricRequest, from: EpochMs, to: EpochMs): Promise<DecodedMetrics> {
  const grain = grainOf(read.params.interval, plan)
  const grainMs = (SECONDS_BY_TIME_GRAIN.get(grain) ?? 60) * 1_000
  const alignmentMs = Math.max(grainMs, ALIGNMENT_MS)
  const first = Math.floor(from / alignmentMs) * alignmentMs
  const shared = await readTogether(read, plan, grain, first, to)
  if (shared) return shared
  const piece = MAX_BUCKETS * grainMs
  const rows: MetricRow[] = []
  const failures: PollFailure[] = []
  for (let start = first; start < to; start += piece) {
    const end = Math.min(to, start + piece)
    const answer = await sendThroughSdk(read.call, () => read.arm.get(urlOf(read, plan, grain, start, end)))
    const own = decodeMetricRows(requireBodyObject(parseResponseBody(answer)), grain)
    for (const row of own.rows) if (row.at >= start && row.at < end) rows.push(row)
    if (own.failure) failures.push(own.failure)
  }
  return { rows, failure: together(failures) }
}

/** Reads the metrics with a request that other resources share; null if they must be read with a separate request. */
async function readTogether(read: PollInput, plan: MetricRequest, grain: string, from: number, to: number) {
  const { call, arm, id, resourceId, params, batches } = read
  if (!params.resource || to - from > LONGEST_TOGETHER_MS) return null
  const { region } = params.resource
  const { subscriptionId, type } = id
  return batches.rows({ call, arm, subscriptionId, resourceId, type, region, plan, grain, from, to })
}

/**
 * Returns the wanted interval between values, or the shortest interval that Azure offers for these metrics if that is
 * longer. Azure would refuse a shorter interval with 400.
 */
function grainOf(wanted: string | undefined, plan: MetricRequest): string {
  const seconds = wanted === undefined ? 0 : (SECONDS_BY_TIME_GRAIN.get(wanted) ?? 0)
  return wanted !== undefined && seconds >= (SECONDS_BY_TIME_GRAIN.get(plan.grain) ?? 0) ? wanted : plan.grain
}

function urlOf(
  { id, resourceId, metrics: { controlPlane } }: PollInput,
  plan: MetricRequest,
  grain: string,
  from: number,
  to: number,
) {
  const query = new URLSearchParams({
    'api-version': METRICS_VERSION,
    timespan: `${new Date(from).toISOString()}/${new Date(to).toISOString()}`,
    interval: grain,
    metricnames: plan.metrics.join(','),
    aggregation: plan.aggregations.join(','),
    metricnamespace: id.type,
    ValidateDimensions: 'false',
  })
  if (plan.dimensions.length > 0) {
    query.set('$filter', plan.dimensions.map((dimension) => `${dimension} eq '*'`).join(' and '))
    query.set('top', String(MAX_SERIES))
  }
  const path = resourceId.split('/').map(encodeURIComponent).join('/')
  return `${controlPlane}${path}/providers/Microsoft.Insights/metrics?${query.toString()}`
}
