/** What Azure itself computes and keeps of an ExpressRoute gateway: a score, its routes by circuit, and failover tests of its sites. */
import { z } from 'zod'
import type { PollError } from './observation.ts'
import { outcomes, type Outcome } from './poll.ts'

/** epoch milliseconds; null = Azure states none */
const moment = z.number().nullable()
const computed = { computedAt: moment, nextAt: moment }

/** Source: Azure Network REST, GatewayResiliencyInformation. Scores are null where Azure writes `-`. */
export const azureResiliency = z.object({
  ...computed,
  score: z.number().nullable(),
  components: z.array(
    z.object({
      name: z.string(),
      score: z.number().nullable(),
      most: z.number().nullable(),
      recommendations: z.array(
        z.object({ title: z.string(), text: z.string().nullable(), severity: z.string().nullable() }),
      ),
    }),
  ),
})
export type AzureResiliency = z.infer<typeof azureResiliency>

/** Source: Azure Network REST, GatewayRouteSetsInformation. Private peering alone. */
export const azureRouteSets = z.object({
  ...computed,
  /** by the name that routes have for it */
  circuits: z.record(
    z.string(),
    z.object({ resourceId: z.string().nullable(), name: z.string().nullable(), location: z.string().nullable() }),
  ),
  routes: z.array(z.object({ prefix: z.string(), circuits: z.array(z.string()) })),
})
export type AzureRouteSets = z.infer<typeof azureRouteSets>

/** Source: Azure Network REST, ExpressRouteFailoverTestDetails and ExpressRouteFailoverSingleTestDetails. */
export const azureSiteTest = z.object({
  id: z.string(),
  location: z.string(),
  status: z.string().nullable(),
  startedAt: moment,
  endedAt: moment,
  issues: z.array(z.string()),
  /** null = the test's own details were not read */
  details: z
    .object({
      isSuccessful: z.boolean().nullable(),
      nonRedundant: z.array(z.string()),
      redundant: z.array(z.object({ locations: z.array(z.string()), prefixes: z.array(z.string()) })),
    })
    .nullable(),
})
export type AzureSiteTest = z.infer<typeof azureSiteTest>

/** How one of Azure's answers ended: `detail` and `missingAction` of one that was refused. */
const part = <Data extends z.ZodType>(data: Data) =>
  z.object({
    outcome: z.enum(outcomes),
    httpStatus: z.number().nullable(),
    detail: z.string().nullable(),
    missingAction: z.string().nullable(),
    data: data.nullable(),
  })

export const azureReports = z.object({
  resiliency: part(azureResiliency),
  routes: part(azureRouteSets),
  tests: part(z.array(azureSiteTest)),
})
export type AzureReports = z.infer<typeof azureReports>
export type AzureReportName = keyof AzureReports

/** An answer as it came, with what refused it; `data` null = nothing could be read. */
export interface AzureReportAnswer<Name extends AzureReportName = AzureReportName> {
  outcome: Outcome
  error: PollError | null
  data: AzureReports[Name]['data']
}

/** One operation of Azure's on one gateway. */
export interface ReportQuestion<Name extends AzureReportName = AzureReportName> {
  resourceId: string
  report: Name
  /** of `tests`: the one whose details are read, in place of the list */
  test?: Pick<AzureSiteTest, 'id' | 'location'>
}
