import { network } from './networks.ts'
import { z } from 'zod'
import { coveredAnswerOf, endpoint, ownedListAtParameters, pageOf, instant } from '#lib/contract/index.ts'
import { customer, forward, forwardMessage, id, range, step } from '#lib/contract/api/parameters.ts'

const probeResults = ['pass', 'warning', 'fail', 'unknown'] as const

const end = z.object({ name: z.string(), address: z.string() })

/** The results of a test in one time interval; null = Azure did not measure the value. */
const probePoint = z.object({
  at: instant.describe('begin of the bucket'),
  seconds: z.number(),
  failedShare: z.number().min(0).max(1).nullable().describe('share of checks that failed; with a step the largest'),
  roundTripMs: z.number().nullable().describe('mean'),
  roundTripBetween: z
    .tuple([z.number(), z.number()])
    .nullable()
    .describe('the lowest and the highest of what Azure measured in the bucket; null = it measured none'),
  result: z
    .enum(probeResults)
    .nullable()
    .describe("Azure's own verdict by the monitor's thresholds, with a step the worst; null where it gives none"),
})

export const probe = z.object({
  scope: z.string().describe('the connection monitor'),
  resourceId: z.string(),
  monitor: z.string(),
  test: z.string(),
  source: end,
  destination: end,
  protocol: z.string(),
  reaches: z
    .array(z.string())
    .describe('ids of the circuits and gateways that carry its destination, as detection last knew'),
  points: z.array(probePoint),
})
export type Probe = z.infer<typeof probe>
export type StoredProbe = z.input<typeof probe>

export const probesParameters = z
  .strictObject({
    scope: id.describe('a connection monitor, or a circuit or gateway that its tests go through').optional(),
    customer,
    ...range,
    step: step.optional().describe('length of one bucket, such as 5m or 1h; as Azure measured when not given'),
  })
  .refine(forward, forwardMessage)

export type ProbesParameters = z.output<typeof probesParameters>

export const endpoints = {
  networks: endpoint('/networks', 'read', {
    summary: 'Virtual networks and hubs with the gateways in them and their peerings, by name, now or as of a moment',
    parameters: ownedListAtParameters,
    response: pageOf(network),
  }),
  probes: endpoint('/probes', 'read', {
    summary: "Results of Azure connection monitors' tests: whether what they try to reach is reached",
    parameters: probesParameters,
    response: coveredAnswerOf(probe.array()),
  }),
}

export type ResponseOf<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>
