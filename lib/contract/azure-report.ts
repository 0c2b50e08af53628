/**
 * Reports that Azure itself computes for an ExpressRoute gateway: a resiliency score, its routes by circuit, and
 * failover tests of its sites.
 */
import { z } from 'zod'
import type { PollError } from './observation.ts'
import { type CircuitPath, circuitPaths, pollOutcomes, type PollOutcome } from './poll.ts'
import type { EpochMs } from './time/time.ts'

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
  /** change since the last computation; null or absent = not reported */
  change: z.number().nullable().optional(),
  /**
   * points that the score would gain: `least` by following one recommendation (the minimum), `most` by following all of
   * them; null or absent = not reported
   */
  gain: z.object({ least: z.number().nullable(), most: z.number().nullable() }).nullable().optional(),
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
  routes: z.array(
    z.object({
      prefix: z.string(),
      circuits: z.array(z.string()),
      /** Azure's rank of each circuit's primary and secondary path, as Azure writes it; absent = stored by an earlier version */
      ranks: z
        .array(
          z.object({
            circuit: z.string(),
            connection: z.string().nullable(),
            primary: z.string().nullable(),
            secondary: z.string().nullable(),
          }),
        )
        .optional(),
    }),
  ),
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
  /** ARM ids of the location's circuits; absent = not reported */
  circuits: z.array(z.string()).optional(),
  /** connections that the test disconnects, with the state and the time of its last change; absent = not reported */
  connections: z
    .array(z.object({ resourceId: z.string(), name: z.string(), status: z.string().nullable(), at: moment }))
    .optional(),
  /** the tested link of a circuit; absent = a test of a site */
  link: z
    .object({
      path: z.enum(circuitPaths).nullable(),
      category: z.string().nullable(),
      /** states of the BGP sessions, with the time of the check */
      bgp: z.array(
        z.object({
          family: z.string().nullable(),
          path: z.enum(circuitPaths).nullable(),
          status: z.string().nullable(),
          at: moment,
        }),
      ),
    })
    .optional(),
  /** details of the test; null = they were not requested */
  details: z
    .object({
      isSuccessful: z.boolean().nullable(),
      /** prefixes without another path; null = not reported */
      nonRedundant: z.array(z.string()).nullable(),
      redundant: z.array(z.object({ locations: z.array(z.string()), prefixes: z.array(z.string()) })),
    })
    .nullable(),
})
export type AzureSiteTest = z.infer<typeof azureSiteTestSchema>

/** Status values, in lower case, of tests that never ran or that no longer run. */
const ENDED: ReadonlySet<string> = new Set(['notstarted', 'startfailed', 'completed', 'invalid', 'expired'])

/** Verdicts about a failover test. `expired` = Azure ended the test before a user confirmed its result. */
export const azureTestVerdicts = ['running', 'pass', 'fail', 'expired', 'unknown'] as const
export type AzureTestVerdict = (typeof azureTestVerdicts)[number]

/**
 * Returns the verdict about a failover test. A test that has started and has no end counts as running, unless its
 * status is one of {@link ENDED}.
 */
export function judgeAzureTest({ status, startedAt, endedAt, details }: AzureSiteTest): AzureTestVerdict {
  const word = status?.toLowerCase() ?? ''
  if (word === 'expired') return 'expired'
  if (startedAt !== null && endedAt === null && !ENDED.has(word)) return 'running'
  if (word !== 'completed') return 'unknown'
  const isSuccessful = details?.isSuccessful ?? null
  return isSuccessful === null ? 'unknown' : isSuccessful ? 'pass' : 'fail'
}

/**
 * Returns the schema of one of the reports together with the outcome of its request. If Azure refused the request,
 * `detail` contains the reason and `missingAction` the ARM action that is not permitted.
 */
const part = <Data extends z.ZodType>(data: Data) =>
  z.object({
    outcome: z.enum(pollOutcomes),
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
export type AzureGatewayReports = z.infer<typeof azureReportsSchema>
export type AzureReportName = keyof AzureGatewayReports

/**
 * Outcome of the request for one of Azure's reports, with the error if the request failed; `data` is null if there is
 * no readable report.
 */
export interface AzureReportResult<Name extends AzureReportName = AzureReportName> {
  outcome: PollOutcome
  error: PollError | null
  data: AzureGatewayReports[Name]['data']
}

/** Request for one of Azure's reports about one gateway. */
export interface AzureReportRequest<Name extends AzureReportName = AzureReportName> {
  resourceId: string
  report: Name
  /** only for `tests`: the test whose details are requested instead of the list */
  test?: Pick<AzureSiteTest, 'id' | 'location' | 'link'>
}

/** A failover test of Azure as detection uses it: its time, and the resources whose loss it explains. */
export interface FailoverTestExplainingLosses extends Pick<AzureSiteTest, 'id' | 'status'> {
  /** short id of the gateway or circuit that is tested */
  scope: string
  /** peering location; '' for a test of a circuit's link */
  location: string
  verdict: AzureTestVerdict
  from: EpochMs
  /** null = ongoing */
  to: EpochMs | null
  /** short ids of the circuits that the test takes from the gateway; empty for a test of a circuit's link */
  circuits: string[]
  connections: { scope: string; name: string; status: string | null; at: EpochMs | null }[]
  /** tested path of the circuit; null = a test of a site, or not reported */
  path: CircuitPath | null
  /** further facts of Azure's report; absent = stored by an earlier version */
  report?: {
    /** the test of a circuit's link: its category as Azure writes it, and the states of the BGP sessions; null = a site */
    link: Pick<NonNullable<AzureSiteTest['link']>, 'category' | 'bgp'> | null
    /** problems that Azure names */
    issues: string[]
    /** number of prefixes that had no other path, and the first of them; null = Azure's details were not read */
    nonRedundant: { count: number; prefixes: string[] } | null
  }
}
