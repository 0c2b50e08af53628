/**
 * Reports that Azure itself computes for an ExpressRoute gateway: a resiliency score, its routes by circuit, and
 * failover tests of its sites.
 */
import { z } from 'zod'
import type { PollError } from './observation.ts'
import { outcomes, type Outcome } from './poll.ts'

/** Time in epoch milliseconds; null = Azure does not report it */
const moment = z.number().nullable()
const computed = { computedAt: moment, nextAt: moment }

/** Resiliency report. Source: Azure Network REST, GatewayResiliencyInformation. Scores are null if Azure writes `-`. */
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

/** Routes by circuit, only for private peering. Source: Azure Network REST, GatewayRouteSetsInformation. */
export const azureRouteSets = z.object({
  ...computed,
  /** circuits by the name that `routes` uses */
  circuits: z.record(
    z.string(),
    z.object({ resourceId: z.string().nullable(), name: z.string().nullable(), location: z.string().nullable() }),
  ),
  routes: z.array(z.object({ prefix: z.string(), circuits: z.array(z.string()) })),
})
export type AzureRouteSets = z.infer<typeof azureRouteSets>

/**
 * Failover test of a site. Source: Azure Network REST, ExpressRouteFailoverTestDetails and
 * ExpressRouteFailoverSingleTestDetails.
 */
export const azureSiteTest = z.object({
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
export type AzureSiteTest = z.infer<typeof azureSiteTest>

/** Returns the schema of one report with its outcome; `detail` and `missingAction` describe a refusal. */
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

/** Response to a report request, with the error if it was refused; `data` is null if it could not be read. */
export interface AzureReportAnswer<Name extends AzureReportName = AzureReportName> {
  outcome: Outcome
  error: PollError | null
  data: AzureReports[Name]['data']
}

/** Request of one report for one gateway. */
export interface ReportQuestion<Name extends AzureReportName = AzureReportName> {
  resourceId: string
  report: Name
  /** only for `tests`: the test whose details are requested instead of the list */
  test?: Pick<AzureSiteTest, 'id' | 'location'>
}
