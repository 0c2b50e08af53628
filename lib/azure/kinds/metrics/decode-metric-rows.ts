import { z } from 'zod'
import type { MetricRow } from '#lib/contract/index.ts'
import { decodeArmValue } from '../../decode/decode.ts'
import { PollFailure } from '../../call/failure.ts'
import {
  armInstantSchema,
  armNumberOrNullSchema,
  acceptEmptyAsNull,
  armTextOrNullSchema,
  armEnumTextSchema,
} from '../../decode/fields.ts'
import type { ExactJson } from '../../decode/json.ts'
import { createArmRowSchema } from '../../decode/members.ts'
import { removeDuplicates } from '../../sort-keys.ts'

/** Length in seconds of each interval (time grain) that Azure Monitor offers, by its ISO 8601 duration. */
export const SECONDS_BY_TIME_GRAIN = new Map([
  ['PT1M', 60],
  ['PT5M', 300],
  ['PT15M', 900],
  ['PT30M', 1_800],
  ['PT1H', 3_600],
  ['PT6H', 21_600],
  ['PT12H', 43_200],
  ['P1D', 86_400],
])

const dimension = createArmRowSchema({ name: armEnumTextSchema, value: armTextOrNullSchema })
const bucket = createArmRowSchema({
  timeStamp: armInstantSchema,
  average: armNumberOrNullSchema,
  maximum: armNumberOrNullSchema,
  minimum: armNumberOrNullSchema,
  total: armNumberOrNullSchema,
})
const series = createArmRowSchema({
  metadatavalues: acceptEmptyAsNull(z.array(dimension)),
  data: acceptEmptyAsNull(z.array(bucket)),
})
const metric = createArmRowSchema({
  name: armEnumTextSchema,
  unit: armTextOrNullSchema,
  errorCode: armTextOrNullSchema,
  errorMessage: armTextOrNullSchema,
  timeseries: acceptEmptyAsNull(z.array(series)),
})

/**
 * Schema of the metrics of one resource, in a response of the control plane or in one entry of a shared request's
 * response. Source: Azure Monitor REST, Metrics - List, Metrics Batch.
 */
const metricsBody = createArmRowSchema({ interval: armTextOrNullSchema, value: z.array(metric) })
/** Schema of the same body without its parts. If the whole body is invalid, each part is decoded separately. */
const envelope = createArmRowSchema({ interval: armTextOrNullSchema, value: z.array(z.unknown()) })
const metricOfSeries = createArmRowSchema({
  name: armEnumTextSchema,
  unit: armTextOrNullSchema,
  timeseries: acceptEmptyAsNull(z.array(z.unknown())),
})
const seriesOfBuckets = createArmRowSchema({
  metadatavalues: acceptEmptyAsNull(z.array(dimension)),
  data: acceptEmptyAsNull(z.array(z.unknown())),
})

export interface DecodedMetrics {
  rows: MetricRow[]
  /**
   * the metrics, time series or values that could not be decoded (their number and one of the reasons), or an error
   * that Azure reports for a metric; null = everything was read
   */
  failure: PollFailure | null
}

/**
 * Decodes a metrics response. Each value is returned once. A value without any aggregation is left out, because it does
 * not mean 0. An invalid part does not affect the other parts.
 * @throws PollFailure `malformed` if nothing can be decoded; if Azure reports an error for every metric, this error
 */
export function decodeMetricRows(body: ExactJson, grain: string): DecodedMetrics {
  const faults: PollFailure[] = []
  const { interval, value } = readBody(body, faults)
  const all = value.flatMap((one) => {
    const error = errorOf(one)
    if (error) faults.push(error)
    return error ? [] : rowsOf(one, grainOf(interval, grain))
  })
  const rows = eachOnce(all)
  const [first] = faults
  if (!first) return { rows, failure: null }
  if (rows.length === 0) throw first
  return { rows, failure: new PollFailure(first.outcome, { ...first.error, detail: summary(faults) }) }
}

/**
 * Removes duplicate rows. For speed, the dimensions object that all rows of a time series share is converted to text
 * only once.
 */
function eachOnce(rows: readonly MetricRow[]): MetricRow[] {
  const texts = new Map<MetricRow['dimensions'], string>()
  return removeDuplicates(rows, ({ metric, dimensions, at, average, maximum, minimum, total }) => {
    const text = texts.get(dimensions) ?? JSON.stringify(dimensions)
    texts.set(dimensions, text)
    return `${metric}~${text}~${at}~${average}~${maximum}~${minimum}~${total}`
  })
}

function summary(faults: readonly PollFailure[]): string {
  const reasons = [...new Set(faults.map(({ error }) => error.detail))]
  const [first = ''] = reasons
  return faults.length === 1 ? `not read: ${first}` : `${faults.length} parts of the metrics not read: ${first}`
}

type Metric = z.output<typeof metric>

function readBody(body: ExactJson, faults: PollFailure[]): { interval: string | null; value: Metric[] } {
  const whole = metricsBody.safeParse(body)
  if (whole.success) return whole.data
  const { interval, value } = decodeArmValue(envelope, body)
  return { interval, value: each(value, 'value', faults, (one, at) => readMetric(one, at, faults)) }
}

function readMetric(value: ExactJson, at: string, faults: PollFailure[]): Metric {
  const whole = metric.safeParse(value)
  if (whole.success) return whole.data
  const { timeseries, ...own } = decodeArmValue(metricOfSeries, value, at)
  const read = each(timeseries ?? [], `${at}.timeseries`, faults, (one, place) => {
    const { metadatavalues, data } = decodeArmValue(seriesOfBuckets, one, place)
    const buckets = each(data ?? [], `${place}.data`, faults, (cell, spot) => decodeArmValue(bucket, cell, spot))
    return { metadatavalues, data: buckets }
  })
  return { ...own, errorCode: null, errorMessage: null, timeseries: read }
}

/** Decodes the parts of a list. Parts that cannot be decoded are left out, and their failures are added to `faults`. */
function each<T>(
  list: readonly unknown[],
  at: string,
  faults: PollFailure[],
  read: (one: ExactJson, at: string) => T,
): T[] {
  return list.flatMap((one, index) => {
    try {
      return [read(one as ExactJson, `${at}[${index}]`)]
    } catch (error) {
      if (!(error instanceof PollFailure)) throw error
      faults.push(error)
      return []
    }
  })
}

/** Returns the error that a response with status 200 contains for one metric; null if it contains none. */
function errorOf({ name, errorCode, errorMessage }: Metric): PollFailure | null {
  if (errorCode === null || errorCode.toLowerCase() === 'success') return null
  const detail = `${name}: ${errorMessage ?? errorCode}`
  return new PollFailure('unavailable', { code: errorCode, detail, httpStatus: 200 })
}

const grainOf = (interval: string | null, grain: string): number =>
  SECONDS_BY_TIME_GRAIN.get(interval ?? grain) ?? SECONDS_BY_TIME_GRAIN.get(grain) ?? 60

function rowsOf({ name, unit, timeseries }: Metric, grainSeconds: number): MetricRow[] {
  return (timeseries ?? []).flatMap(({ metadatavalues, data }) => {
    const dimensions = Object.fromEntries(
      (metadatavalues ?? []).map((one) => [one.name.toLowerCase(), one.value ?? '']),
    )
    return (data ?? [])
      .filter((one) => [one.average, one.maximum, one.minimum, one.total].some((v) => v !== null))
      .map(({ timeStamp, ...values }) => ({
        metric: name,
        unit: unit ?? '',
        dimensions,
        at: timeStamp,
        grainSeconds,
        ...values,
      }))
  })
}
