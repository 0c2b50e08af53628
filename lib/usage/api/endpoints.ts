import { circuitTrafficSchema } from './path-history.ts'
import { usageResponseSchema, circuitUsagePointDurations } from './usage.ts'
import { z } from 'zod'
import { createCoveredResponseSchema, defineEndpoint, circuitPaths, peeringTypes } from '#lib/contract/index.ts'
import { formatAcceptedValues } from '#lib/contract/api/one-of.ts'
import { isRangeForward, rangeForwardFault, timeRangeParameters } from '#lib/contract/api/parameters.ts'

/** Reports whether a range is longer than 0. A range whose begin and end are equal contains no points. */
const notEmpty = ({ from, to }: { from?: number | undefined; to?: number | undefined }) =>
  from === undefined || from !== to

/** Parameter that selects the byte counters of one peering. */
const countedPeering = z
  .enum(peeringTypes, `send ${formatAcceptedValues(peeringTypes)}, or none for the whole circuit`)
  .describe('only this peering; default: the sum of all')
  .optional()

export const usageParameters = z
  .strictObject({
    ...timeRangeParameters,
    step: z
      .enum(circuitUsagePointDurations, `send ${formatAcceptedValues(circuitUsagePointDurations)}`)
      .default('hour')
      .describe('length of a point; hours, days and months are in UTC'),
    path: z
      .enum(circuitPaths, `send ${formatAcceptedValues(circuitPaths)}, or none for both`)
      .describe('only this path; default: the sum of both')
      .optional(),
    peering: countedPeering,
  })
  .refine(isRangeForward, rangeForwardFault)
  .refine(notEmpty, { message: 'from and to are the same moment: send a later to', path: ['from'] })

/** Maximum number of points in a chart for each path. */
const MAX_POINTS = 2_000

export const trafficParameters = z
  .strictObject({
    ...timeRangeParameters,
    peering: countedPeering,
    points: z
      .string()
      .regex(/^[1-9]\d{0,3}$/, `send a whole number from 1 to ${MAX_POINTS}`)
      .transform(Number)
      .refine((value) => value <= MAX_POINTS, `send a whole number from 1 to ${MAX_POINTS}`)
      .default(600)
      .describe('maximum number of points of one path')
      .meta({ type: 'integer', minimum: 1, maximum: MAX_POINTS, default: 600, pattern: undefined }),
  })
  .refine(isRangeForward, rangeForwardFault)
  .refine(notEmpty, { message: 'from and to are the same moment: send a later to', path: ['from'] })

export type TrafficParameters = z.output<typeof trafficParameters>

export type UsageParameters = z.output<typeof usageParameters>

export const endpoints = {
  circuitUsage: defineEndpoint('/circuits/{id}/usage', 'read', {
    summary: "Bytes of a circuit's paths over time, from counters, and from metrics if counters have gaps",
    parameters: usageParameters,
    response: createCoveredResponseSchema(usageResponseSchema),
  }),
  circuitTraffic: defineEndpoint('/circuits/{id}/traffic', 'read', {
    summary:
      "Rates of a circuit's paths over time, thinned out for a chart: the lowest and the highest of each time step",
    parameters: trafficParameters,
    response: createCoveredResponseSchema(circuitTrafficSchema),
  }),
}

export type UsageEndpointResponse<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>
