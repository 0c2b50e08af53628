import { z } from 'zod'
import { bytes, instant } from '#lib/contract/index.ts'

/** Durations of a point of usage. Hours, days and months are in UTC. */
export const usageSteps = ['5m', 'hour', 'day', 'month'] as const
const usageBases = ['counter', 'metric'] as const

/**
 * Difference between the metrics of Azure Monitor and the byte counters in one direction, over the time for which both
 * have values.
 */
const usageDifference = z.object({
  counterBytes: bytes,
  metricBytes: bytes.describe('what the metrics make of the time that the counters cover'),
  bytes: bytes.describe('metricBytes - counterBytes'),
  share: z.number().nullable().describe('bytes as a share of counterBytes; null where the counters did not move'),
})
const usageDisagreement = z.object({
  comparedSeconds: z.number().describe('seconds that both cover and that were compared'),
  in: usageDifference,
  out: usageDifference,
})
export type UsageDisagreement = z.infer<typeof usageDisagreement>

const usagePoint = z.object({
  start: instant.describe('begin of the point; it ends where the next begins'),
  bytesIn: bytes.nullable().describe('into Azure; null where nothing of the point is known'),
  bytesOut: bytes.nullable().describe('out of Azure: the billable direction'),
  coveredSeconds: z.number().describe('seconds of the point that the bytes cover'),
  source: z.enum(usageBases).describe('what covers most of it: counters, or metrics where these cover more'),
  metricSeconds: z.number().describe('how many of the covered seconds come from metrics'),
  atLeast: z
    .boolean()
    .describe(
      'at least so many bytes passed: a counter was reset, or metrics came without the path or peering that they were asked for by',
    ),
  disagreement: usageDisagreement.nullable().describe('null where counters and metrics do not both cover the point'),
})
export type UsagePointView = z.infer<typeof usagePoint>

const aboveSeconds = z.object({ atLeast: z.number(), atMost: z.number() })

/**
 * For how long both paths together carried more than one path can carry. That traffic would not fit if one path failed.
 */
const timeAbove = z.object({
  bandwidthMbps: z.number().describe('of one path, as the circuit is configured now'),
  in: aboveSeconds.describe('seconds into Azure, in means of 5 minutes; the bounds differ where polls were far apart'),
  out: aboveSeconds.describe('seconds out of Azure'),
  coveredSeconds: z.number().describe('seconds whose 5-minute means are known'),
  seconds: z.number().describe('length of the range, in whole 5 minutes'),
})
export type TimeAbove = z.infer<typeof timeAbove>

export const usageAnswer = z.object({
  step: z.enum(usageSteps),
  paths: z.array(z.string()).describe('the paths that are summed'),
  points: z.array(usagePoint),
  totals: z.object({
    bytesIn: bytes.nullable(),
    bytesOut: bytes.nullable(),
    coveredSeconds: z.number(),
    seconds: z.number().describe('length of all points, those of the future left out'),
    metricSeconds: z.number(),
    atLeast: z.boolean(),
    unplacedUnknown: z
      .boolean()
      .describe(
        'in between, a counter fell or rose by more than its port carries: what passed is not known, and not in these',
      ),
    unplacedBytesIn: bytes.describe('passed between polls across the boundary of two points: in neither of them'),
    unplacedBytesOut: bytes,
  }),
  disagreement: usageDisagreement.nullable().describe('over all points that both cover'),
  aboveOnePath: timeAbove
    .nullable()
    .describe('null for one path, for a range of over 34 days, or where no bandwidth is known'),
})
export type UsageAnswer = z.infer<typeof usageAnswer>
