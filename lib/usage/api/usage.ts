import { z } from 'zod'
import { bytesCodec, instantCodec } from '#lib/contract/index.ts'

/** Possible lengths of a point of usage. Hours, days and months are in UTC. */
export const circuitUsagePointDurations = ['5m', 'hour', 'day', 'month'] as const
const usageBases = ['counter', 'metric'] as const

/**
 * Difference between the metrics of Azure Monitor and the byte counters in one direction, over the time for which both
 * have values.
 */
const usageDifference = z.object({
  counterBytes: bytesCodec,
  metricBytes: bytesCodec.describe('bytes according to the metrics in the time that the counters cover'),
  bytes: bytesCodec.describe('metricBytes - counterBytes'),
  share: z.number().nullable().describe('bytes as a share of counterBytes; null = the counters did not change'),
})
const usageDisagreement = z.object({
  comparedSeconds: z.number().describe('seconds that both cover and that were compared'),
  in: usageDifference,
  out: usageDifference,
})
export type UsageDifferenceBetweenSources = z.infer<typeof usageDisagreement>

const usagePoint = z.object({
  start: instantCodec.describe('start of the point; it ends at the start of the next point'),
  bytesIn: bytesCodec.nullable().describe('bytes to Azure; null = no data for the point'),
  bytesOut: bytesCodec.nullable().describe('bytes from Azure; metered plans bill this direction'),
  coveredSeconds: z.number().describe('seconds of the point that the bytes cover'),
  source: z.enum(usageBases).describe('source of most of its time: counters, or metrics if these cover more'),
  metricSeconds: z.number().describe('number of the covered seconds whose data comes from metrics'),
  atLeast: z
    .boolean()
    .describe(
      'true = the bytes are a minimum, because a counter was reset, or metrics arrived without the requested path or peering',
    ),
  disagreement: usageDisagreement.nullable().describe('null = counters and metrics do not both cover the point'),
})
export type ApiUsagePoint = z.infer<typeof usagePoint>

const aboveSeconds = z.object({ atLeast: z.number(), atMost: z.number() })

/**
 * The time in which both paths together carried more than one path can carry. The traffic of this time would not have
 * fit if one path had failed.
 */
const timeAbove = z.object({
  bandwidthMbps: z.number().describe('bandwidth of one path in the present configuration of the circuit'),
  in: aboveSeconds.describe(
    'seconds above it in traffic to Azure, from means over 5 minutes; the bounds differ if polls were far apart',
  ),
  out: aboveSeconds.describe('seconds above it in traffic from Azure'),
  coveredSeconds: z.number().describe('seconds whose 5-minute means are known'),
  seconds: z.number().describe('length of the range in seconds, a multiple of 300'),
})
export type TimeAboveRate = z.infer<typeof timeAbove>

export const usageResponseSchema = z.object({
  step: z.enum(circuitUsagePointDurations),
  paths: z.array(z.string()).describe('paths whose bytes are added'),
  points: z.array(usagePoint),
  totals: z.object({
    bytesIn: bytesCodec.nullable(),
    bytesOut: bytesCodec.nullable(),
    coveredSeconds: z.number(),
    seconds: z.number().describe('length of all points, without the future'),
    metricSeconds: z.number(),
    atLeast: z.boolean(),
    unplacedUnknown: z
      .boolean()
      .describe(
        'true = in this time, a counter fell, or rose faster than its port allows, so that these bytes are unknown and not included',
      ),
    unplacedBytesIn: bytesCodec.describe(
      'bytes that passed between two polls across the boundary of two points, so that neither point includes them',
    ),
    unplacedBytesOut: bytesCodec,
  }),
  disagreement: usageDisagreement.nullable().describe('over all points that both cover'),
  aboveOnePath: timeAbove
    .nullable()
    .describe('null = a single path, a range of more than 34 days, or an unknown bandwidth'),
})
export type UsageResponse = z.infer<typeof usageResponseSchema>
