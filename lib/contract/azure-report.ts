/**
 * Reports that Azure itself computes for an ExpressRoute gateway: a resiliency score, its routes by circuit, and
 * failover tests of its sites.
 */
import { z } from 'zod'
import type { PollError } from './observation.ts'
import { outcomes, type Outcome } from './poll.ts'

/** Time in epoch milliseconds; null = Azure does not report the time */
const moment = z.number().nullable()
const computed = { computedAt: moment, nextAt: moment }

/**
 * Azure's resiliency score of a gateway, with its components and recommendations. A score is null if Azure writes `-`.
 * Source: Azure Network REST, GatewayResiliencyInformation.
 */
export const azureResiliencySchema = z.object({
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
export type AzureResiliency = z.infer<typeof azureResiliencySchema>

/**
 * Azure's list of a gateway's routes, each with the circuits that provide it. It covers only private peering. Source:
 * Azure Network REST, GatewayRouteSetsInformation.
 */
export const azureRouteSetsSchema = z.object({
  ...computed,
  /** circuits by the name under which `routes[].circuits` refers to them */
  circuits: z.record(
    z.string(),
    z.object({ resourceId: z.string().nullable(), name: z.string().nullable(), location: z.string().nullable() }),
  ),
  routes: z.array(z.object({ prefix: z.string(), circuits: z.array(z.string()) })),
})
export type AzureRouteSets = z.infer<typeof azureRouteSetsSchema>

/**
 * Failover test of a peering location, which Azure ran at a gateway. Source: Azure Network REST,
 * ExpressRouteFailoverTestDetails and ExpressRouteFailoverSingleTestDetails.
 */
export const azureSiteTestSchema = z.object({
  id: z.string(),
  location: z.string(),
  status: z.string().nullable(),
  startedAt: moment,
  endedAt: moment,
  issues: z.array(z.string()),
  /** details of the test; null = they were not requested */
  details: z
    .object({
      isSuccessful: z.boolean().nullable(),
      nonRedundant: z.array(z.string()),
      redundant: z.array(z.object({ locations: z.array(z.string()), prefixes: z.array(z.string()) })),
    })
    .nullable(),
})
export type AzureSiteTest = z.infer<typeof azureSiteTestSchema>

/**
 * Returns the schema of one of the reports together with the outcome of its request. If Azure refused the request,
 * `detail` contains the reason and `missingAction` the ARM action that is not permitted.
 */
const part = <Data extends z.ZodType>(data: Data) =>
  z.object({
    outcome: z.enum(outcomes),
    httpStatus: z.number().nullable(),
    detail: z.string().nullable(),
    missingAction: z.string().nullable(),
    data: data.nullable(),
  })

export const azureReportsSchema = z.object({
  resiliency: part(azureResiliencySchema),
  routes: part(azureRouteSetsSchema),
  tests: part(z.array(azureSiteTestSchema)),
})
export type AzureReports = z.infer<typeof azureReportsSchema>
export type AzureReportName = keyof AzureReports

/**
 * Outcome of the request for one of Azure's reports, with the error if the request failed; `data` is null if there is
 * no readable report.
 */
export interface AzureReportAnswer<Name extends AzureReportName = AzureReportName> {
  outcome: Outcome
  error: PollError | null
  data: AzureReports[Name]['data']
}

/** Request for one of Azure's reports about one gateway. */
export interface AzureReportRequest<Name extends AzureReportName = AzureReportName> {
  resourceId: string
  report: Name
  /** only for `tests`: the test whose details are requested instead of the list */
  test?: Pick<AzureSiteTest, 'id' | 'location'>
}
