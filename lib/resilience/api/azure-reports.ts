import { z } from 'zod'
import { azureSiteTestSchema, azureTestVerdicts, circuitPaths, instantCodec } from '#lib/contract/index.ts'

/**
 * Possible reasons for a difference between Azure's report and Peerwatch's data. `unexplained` = none of the known
 * reasons applies.
 */
export const azureReportDifferenceReasons = {
  age: 'Peerwatch agreed when Azure computed it, and the routes changed since.',
  not_seen: 'The gateway’s table was not read completely at that time.',
  unmapped: 'Peerwatch does not know which circuit brings it.',
  circuit_unknown: 'Azure names a circuit that is not in the inventory.',
  equal_routes: 'By Peerwatch’s rules the routes are equal, so that both carry traffic.',
  location_unknown: 'Azure states no peering location of a circuit.',
  not_read: 'Peerwatch does not read its inputs, or they were not answered.',
  not_published: 'Microsoft does not publish how Azure scores this.',
  unexplained: 'Nothing that is known explains it.',
} as const
export type AzureReportDifferenceReason = keyof typeof azureReportDifferenceReasons

const reason = z
  .enum(Object.keys(azureReportDifferenceReasons) as AzureReportDifferenceReason[])
  .nullable()
  .describe('null = both agree')
/** Possible states of one of Azure's reports. `unsupported` = Azure offers no such report for this gateway. */
const partState = z.enum(['read', 'refused', 'unsupported', 'failed'])
export type AzureReportPartState = z.infer<typeof partState>
const part = <Data extends z.ZodType>(data: Data) =>
  z.object({
    state: partState,
    detail: z.string().nullable().describe('message of Azure if the report could not be read completely'),
    missingAction: z.string().nullable().describe("missing action in Azure's role-based access control"),
    data: data.nullable(),
  })

const azureScore = z.object({
  computedAt: instantCodec.nullable(),
  nextAt: instantCodec.nullable().describe('time from which Azure computes the score again; null = not reported'),
  score: z.number().nullable().describe('0 to 100; null = not reported'),
  change: z.number().nullable().describe('change since the last computation; null = not reported'),
  gain: z
    .object({ least: z.number().nullable(), most: z.number().nullable() })
    .nullable()
    .describe('points that one recommendation adds at least, and all add at most; null = not reported'),
  components: z.array(
    z.object({
      name: z.string(),
      score: z.number().nullable(),
      most: z.number().nullable(),
      advice: z.array(z.string()),
      recommendations: z.array(
        z.object({ title: z.string(), text: z.string().nullable(), severity: z.string().nullable() }),
      ),
      ours: z.string().nullable().describe("Peerwatch's own result for the same subject; null = none"),
      reason,
    }),
  ),
})

const routeDifference = z.object({
  prefix: z.string(),
  azure: z.array(z.string()).describe('names of circuits according to Azure'),
  ours: z.array(z.string()).describe('names of the circuits from which Peerwatch learned it'),
  reason,
})
export type AzureRouteDifference = z.infer<typeof routeDifference>

const rankedPath = z.object({
  circuit: z.string().describe('name of the circuit'),
  path: z.enum(circuitPaths),
})

const rankComparison = z.object({
  prefix: z.string(),
  azure: z.array(rankedPath.extend({ rank: z.string() })).describe("Azure's rank of each path; 1 = preferred"),
  ours: z
    .array(rankedPath.extend({ rank: z.int(), why: z.string().describe('rule that decides the rank') }))
    .describe("Peerwatch's rank of each path from the learned routes; 1 = used"),
  reason,
})
export type AzureRouteRankComparison = z.infer<typeof rankComparison>

const azureRoutes = z.object({
  computedAt: instantCodec.nullable(),
  agreed: z.int().describe('number of prefixes with the same circuits'),
  redundant: z.int().describe("number of Azure's prefixes that come from at least two peering locations"),
  nonRedundant: z.array(z.string()).describe("number of Azure's prefixes that come from one peering location"),
  otherPaths: z
    .int()
    .describe(
      "number of prefixes that come from no circuit, for example over VPN; Azure's route sets contain only private peering",
    ),
  differences: z.array(routeDifference),
  ranks: z.array(rankComparison).describe('ranks of the paths of each prefix for which Azure reports ranks'),
})

const azureTest = azureSiteTestSchema.pick({ id: true, location: true, status: true, issues: true }).extend({
  startedAt: instantCodec.nullable(),
  endedAt: instantCodec.nullable(),
  verdict: z.enum(azureTestVerdicts).describe('`expired`: Azure ended the test without a result of the user'),
  connections: z
    .array(z.object({ name: z.string(), status: z.string().nullable(), at: instantCodec.nullable() }))
    .describe('states of the tested connections, with the time of their last change'),
  isSuccessful: z.boolean().nullable().describe('result that the user gave when stopping the test; null = not given'),
  lost: z
    .array(z.string())
    .nullable()
    .describe('number of prefixes that came only from this location, according to Azure; null = not read'),
  predicted: z
    .array(z.string())
    .nullable()
    .describe('the same number according to the route table at its start; null = unknown'),
  drill: z.object({ id: z.string(), title: z.string() }).nullable().describe('drill that was announced for that time'),
  reason,
})

export const azureReportsResponseSchema = z.object({
  state: z
    .enum(['none', 'asking', 'read'])
    .describe('`asking`: a new request is running, and the data is from the previous request'),
  askedAt: instantCodec.nullable(),
  askedBy: z
    .string()
    .nullable()
    .describe('user who requested the report; null = it was requested because a failover test of Azure was stopped'),
  readAt: instantCodec.nullable(),
  score: part(azureScore).nullable(),
  routes: part(azureRoutes).nullable(),
  tests: part(z.array(azureTest)).nullable(),
})
export type AzureReportsResponse = z.infer<typeof azureReportsResponseSchema>
