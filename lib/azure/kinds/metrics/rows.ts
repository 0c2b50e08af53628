import { z } from 'zod'
import type { MetricRow } from '#lib/contract/index.ts'
import { instant, numberOrNull, textOrNull, wrappedText } from '../../fields.ts'
import { armRow } from '../../members.ts'

/** Seconds of each grain that Azure Monitor has, ISO 8601. */
export const GRAIN_SECONDS = new Map([
  ['PT1M', 60],
  ['PT5M', 300],
  ['PT15M', 900],
  ['PT30M', 1_800],
  ['PT1H', 3_600],
  ['PT6H', 21_600],
  ['PT12H', 43_200],
  ['P1D', 86_400],
])

const series = armRow({
  metadatavalues: z.array(armRow({ name: wrappedText, value: textOrNull })).nullish(),
  data: z
    .array(
      armRow({
        timeStamp: instant,
        average: numberOrNull,
        maximum: numberOrNull,
        minimum: numberOrNull,
        total: numberOrNull,
      }),
    )
    .nullish(),
})

/** One resource's metrics, as the control plane and each entry of a batch have them. Source: Azure Monitor REST, Metrics - List, Metrics Batch. */
export const metricsBody = armRow({
  interval: textOrNull,
  value: z.array(armRow({ name: wrappedText, unit: textOrNull, timeseries: z.array(series).nullish() })),
})

/** A bucket that carries none of the aggregations is no sample: it is left out, not made a zero. */
export function metricRows(body: z.output<typeof metricsBody>, grain: string): MetricRow[] {
  const grainSeconds = GRAIN_SECONDS.get(body.interval ?? grain) ?? GRAIN_SECONDS.get(grain) ?? 60
  return body.value.flatMap(({ name, unit, timeseries }) =>
    (timeseries ?? []).flatMap(({ metadatavalues, data }) => {
      const dimensions = Object.fromEntries(
        (metadatavalues ?? []).map((dimension) => [dimension.name.toLowerCase(), dimension.value ?? '']),
      )
      return (data ?? [])
        .filter((bucket) => [bucket.average, bucket.maximum, bucket.minimum, bucket.total].some((v) => v !== null))
        .map(({ timeStamp, ...values }) => ({
          metric: name,
          unit: unit ?? '',
          dimensions,
          at: timeStamp,
          grainSeconds,
          ...values,
        }))
    }),
  )
}
