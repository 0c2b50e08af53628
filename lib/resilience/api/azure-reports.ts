import { z } from 'zod'
import { azureSiteTest, instant } from '#lib/contract/index.ts'

/** Reasons why Azure's report may differ from Peerwatch's data. `unexplained` = no known fact is the reason. */
export const azureReasons = {
  age: 'Peerwatch agreed when Azure computed it, and the routes changed since.',
  not_seen: 'The gateway’s table was not read completely at that time.',
  unmapped: 'Peerwatch does not know which circuit brings it.',
  circuit_unknown: 'Azure names a circuit that is not in the inventory.',
  location_unknown: 'Azure states no peering location of a circuit.',
  not_read: 'Peerwatch does not read its inputs, or they were not answered.',
  not_published: 'Microsoft does not publish how Azure scores this.',
  unexplained: 'Nothing that is known explains it.',
} as const
export type AzureReason = keyof typeof azureReasons

const reason = z
  .enum(Object.keys(azureReasons) as AzureReason[])
  .nullable()
  .describe('null = they agree')
/** States of one of Azure's reports. `unsupported` = Azure does not have this report for this gateway. */
const partState = z.enum(['read', 'refused', 'unsupported', 'failed'])
export type AzurePartState = z.infer<typeof partState>
const part = <Data extends z.ZodType>(data: Data) =>
  z.object({
    state: partState,
    detail: z.string().nullable().describe('what Azure said where it was not read whole'),
    missingAction: z.string().nullable().describe('of Azure’s role-based access control'),
    data: data.nullable(),
  })

const azureScore = z.object({
  computedAt: instant.nullable(),
  score: z.number().nullable().describe('0 to 100; null = Azure gives none'),
  components: z.array(
    z.object({
      name: z.string(),
      score: z.number().nullable(),
      most: z.number().nullable(),
      advice: z.array(z.string()),
      ours: z.string().nullable().describe('what Peerwatch says of the same; null = nothing'),
      reason,
    }),
  ),
})

const routeDifference = z.object({
  prefix: z.string(),
  azure: z.array(z.string()).describe('names of circuits'),
  ours: z.array(z.string()).describe('names of circuits that it is learned by'),
  reason,
})
export type AzureRouteDifference = z.infer<typeof routeDifference>

const azureRoutes = z.object({
  computedAt: instant.nullable(),
  agreed: z.int().describe('prefixes with the same circuits'),
  redundant: z.int().describe('of Azure’s prefixes, those by two peering locations or more'),
  nonRedundant: z.array(z.string()).describe('those by one'),
  otherPaths: z
    .int()
    .describe('prefixes that come by no circuit, such as over VPN: Azure’s route sets have private peering alone'),
  differences: z.array(routeDifference),
})

const azureTest = azureSiteTest.pick({ id: true, location: true, status: true, issues: true }).extend({
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  isSuccessful: z.boolean().nullable().describe('as whoever stopped it said; null = not said'),
  lost: z
    .array(z.string())
    .nullable()
    .describe('prefixes that came from this location alone, by Azure; null = not read'),
  predicted: z.array(z.string()).nullable().describe('the same by the table of its start; null = not known'),
  drill: z.object({ id: z.string(), title: z.string() }).nullable().describe('that was announced for that time'),
  reason,
})

export const azureReportsAnswer = z.object({
  state: z.enum(['none', 'asking', 'read']).describe('`asking`: what is shown was read before'),
  askedAt: instant.nullable(),
  askedBy: z.string().nullable().describe('null = a failover test of Azure’s was stopped'),
  readAt: instant.nullable(),
  score: part(azureScore).nullable(),
  routes: part(azureRoutes).nullable(),
  tests: part(z.array(azureTest)).nullable(),
})
export type AzureReportsAnswer = z.infer<typeof azureReportsAnswer>
