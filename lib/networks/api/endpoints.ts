import { networkSchema } from './networks.ts'
import { z } from 'zod'
import {
  createCoveredResponseSchema,
  defineEndpoint,
  customerListAtParameters,
  createPageSchema,
  instantCodec,
} from '#lib/contract/index.ts'
import {
  customerFilterParameter,
  isRangeForward,
  rangeForwardFault,
  resourceIdPathParameter,
  timeRangeParameters,
  stepParameter,
} from '#lib/contract/api/parameters.ts'

const probeResults = ['pass', 'warning', 'fail', 'unknown'] as const

const end = z.object({ name: z.string(), address: z.string() })

/** The results of a test in one time interval; null = Azure did not measure the value. */
const probePoint = z.object({
  at: instantCodec.describe('start of the time step'),
  seconds: z.number(),
  failedShare: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('share of the checks that failed; with `step`, the highest share'),
  roundTripMs: z.number().nullable().describe('mean round-trip time in ms'),
  roundTripBetween: z
    .tuple([z.number(), z.number()])
    .nullable()
    .describe('lowest and highest value that Azure measured in the time step; null = none'),
  result: z
    .enum(probeResults)
    .nullable()
    .describe("Azure's own verdict by the thresholds of the monitor; with `step`, the worst; null = Azure gives none"),
})

export const probeSchema = z.object({
  scope: z.string().describe('connection monitor of the test'),
  resourceId: z.string(),
  monitor: z.string(),
  test: z.string(),
  source: end,
  destination: end,
  protocol: z.string(),
  reaches: z
    .array(z.string())
    .describe('ids of the circuits and gateways on the path to its destination, as last known'),
  points: z.array(probePoint),
})
export type ConnectionMonitorTest = z.infer<typeof probeSchema>
export type ConnectionMonitorTestToEncode = z.input<typeof probeSchema>

export const monitorTestsParametersSchema = z
  .strictObject({
    scope: resourceIdPathParameter
      .describe('a connection monitor, or a circuit or gateway through which its tests pass')
      .optional(),
    customer: customerFilterParameter,
    ...timeRangeParameters,
    step: stepParameter.optional().describe('length of a time step, such as 5m or 1h; default: the step of Azure'),
  })
  .refine(isRangeForward, rangeForwardFault)

export type MonitorTestsParameters = z.output<typeof monitorTestsParametersSchema>

export const endpoints = {
  networks: defineEndpoint('/networks', 'read', {
    summary: 'Virtual networks and hubs with the gateways in them and their peerings, by name, now or as of a moment',
    parameters: customerListAtParameters,
    response: createPageSchema(networkSchema),
  }),
  probes: defineEndpoint('/probes', 'read', {
    summary: "Results of the tests of Azure's connection monitors, which show whether their destinations are reachable",
    parameters: monitorTestsParametersSchema,
    response: createCoveredResponseSchema(probeSchema.array()),
  }),
}

export type NetworksEndpointResponse<Name extends keyof typeof endpoints> = z.input<
  (typeof endpoints)[Name]['response']
>
