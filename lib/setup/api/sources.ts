import { z } from 'zod'
import {
  azCommandField,
  boundsCodec,
  budgetNames,
  freshnessStates,
  instantCodec,
  intervalLimits,
  pollOutcomes,
  pollKinds,
  pollPriorities,
  circuitPathFields,
  resourceRefFields,
} from '#lib/contract/index.ts'

/** A request budget of Azure (limit of requests in a time window) that polls use. */
const budget = z.object({
  name: z.enum(budgetNames),
  subscriptionId: z.string(),
  region: z.string().nullable().describe('null for the budgets of ARM'),
  identity: z.string().nullable().describe('null for the budget of the network provider, which all identities share'),
  limit: z.number().int(),
  windowSeconds: z.number(),
  used: z.number().int().nullable().describe('requests in the last window; null = not reported by Azure'),
})

/** A bucket of requests as Azure reported it with the last response of a poll. */
const reportedBucket = z.object({
  name: z.string().describe("Azure's name, for example subscription-global-reads or network-read"),
  remaining: z.number().int().nullable().describe('requests left; null = not reported'),
  limit: z.number().int().nullable(),
  windowSeconds: z.number().nullable(),
  usedPercent: z.number().nullable().describe('load in percent; Azure refuses requests from 100'),
  resetAt: instantCodec.nullable(),
})

/**
 * Numbers of polls by state. Each poll is counted in only one field, the first that applies: `vmOff` or `notGiven`,
 * then `failing`, then `notPolled`, then the field for its freshness.
 */
const pollCountsSchema = z.object({
  failing: z.number().int().describe('number of polls whose last attempt failed'),
  stale: z.number().int(),
  notPolled: z.number().int().describe('number of polls that have not run yet, or never succeeded'),
  late: z.number().int(),
  vmOff: z
    .number()
    .int()
    .describe('number of polls of interfaces whose virtual machine is off, so that there is no data to poll'),
  notGiven: z.number().int().describe('number of polls of connections of hubs for which Azure gives no routes'),
  fresh: z.number().int(),
})
export type PollCounts = z.output<typeof pollCountsSchema>

export const pollSummarySchema = pollCountsSchema.extend({
  stoppedAt: instantCodec
    .nullable()
    .describe(
      'end of the newest successful poll, if all polls stopped together; null = polls run, or the caller does not see all polls',
    ),
})
export type PollSummary = z.output<typeof pollSummarySchema>

/** One kind of poll of a resource, with the state of its polls. */
export const sourceSchema = z.object({
  ...resourceRefFields,
  subresource: z.string().describe("'' for the whole resource, otherwise peering and path, or the peer"),
  ...circuitPathFields,
  neighbor: z.string().nullable().describe('for advertised routes: neighbor that receives them'),
  kind: z.enum(pollKinds),
  state: z.enum(freshnessStates),
  lastOutcome: z.enum(pollOutcomes),
  lastPollAt: instantCodec.nullable(),
  lastOkAt: instantCodec.nullable(),
  error: z
    .object({
      code: z.string(),
      detail: z.string(),
      missingAction: z.string().nullable(),
      remedy: z.string().nullable().describe('action to take; it ends with the command if there is one'),
      command: z.string().nullable().describe('the command alone, for example a command that grants the role'),
      unread: z
        .object({ count: z.number().int(), of: z.number().int(), sample: z.string() })
        .optional()
        .describe(
          'number of unreadable rows in the response, number of all rows, and the beginning of the first unreadable row; the other rows are recorded',
        ),
    })
    .nullable(),
  identity: z
    .string()
    .nullable()
    .optional()
    .describe('identity of the last successful poll; null = a single identity makes all requests'),
  refusedIdentities: z
    .array(
      z.object({
        identity: z.string(),
        outcome: z.enum(pollOutcomes),
        code: z.string(),
        missingAction: z.string().nullable(),
        remedy: z.string().nullable(),
        command: z.string().nullable(),
      }),
    )
    .optional()
    .describe('identities that Azure refuses for the same poll, whether or not another identity succeeds'),
  configuredSeconds: z.number(),
  intervalSeconds: z
    .number()
    .describe(
      'planned interval in use; longer than configured if the budgets do not allow that; fast polling has its own interval',
    ),
  observedSeconds: z
    .object({ p50: z.number(), p95: z.number() })
    .nullable()
    .describe(
      'time from the start of one poll to the start of the next, over the last 20 polls; null before the second poll',
    ),
  limitedBy: z.enum(intervalLimits).nullable().describe('reason why the interval is longer than configured'),
  limitingBudget: z.enum(budgetNames).nullable().describe('null = no budget limits it'),
  relief: z
    .object({
      withIdentitySeconds: z.number().nullable().describe('interval with one more identity; null = not shorter'),
      withLonger: z
        .object({ rank: z.enum(pollPriorities), seconds: z.number() })
        .nullable()
        .describe('interval if the polls of that rank had twice the configured interval; null = not shorter'),
    })
    .nullable()
    .describe('changes that would shorten the interval; null = it is as configured'),
  floorSeconds: z.number().nullable().describe('shortest outage that this poll is certain to detect'),
  burst: z
    .object({ everySeconds: z.number(), until: instantCodec, reason: z.enum(['adverse', 'watch']) })
    .nullable()
    .describe('fast polling for a limited time, after a first adverse sample or at the request of a user'),
  progress: z
    .object({ done: z.number().int(), total: z.number().int() })
    .nullable()
    .optional()
    .describe(
      'for a running poll that is divided into several requests: completed resource groups and all resource groups; null = not running',
    ),
  nextPollAt: instantCodec.nullable(),
  correlationId: z.string().nullable().optional().describe('id with which Microsoft finds the last poll'),
  budgets: z.array(budget).describe('budgets for Azure requests that it uses'),
  budgetLeft: z.number().nullable().describe('remaining ARM reads; null = not reported by the server'),
  buckets: z.array(reportedBucket).optional().describe('every bucket that the last response named; absent = none'),
  azCommand: azCommandField.optional(),
})
export type ApiPolledSource = z.infer<typeof sourceSchema>
export type StoredSource = z.input<typeof sourceSchema>

/** Version of Azure's API that is used in place of the version in the SDK. */
export const apiVersionInUseSchema = z.object({ version: z.string(), chosenBy: z.enum(['configuration', 'azure']) })
export type ApiVersionInUse = z.infer<typeof apiVersionInUseSchema>

/** Resource of the network edge that is listed by its name but not polled, because Peerwatch does not know its type. */
export const listedOnlySchema = z.object({
  ...resourceRefFields,
  type: z.string().describe('ARM type, lower case: `microsoft.network/interconnectgroups`'),
})
export type ListedOnlyResource = z.infer<typeof listedOnlySchema>

/** Known resource that is not polled because a declaration excludes it. */
export const excludedSourceSchema = z.object({
  ...resourceRefFields,
  match: z.string().describe('declaration that excludes it: an ARM id, or tag:name=value'),
  why: z.string(),
})
export type SourceExcludedFromPolling = z.infer<typeof excludedSourceSchema>

/**
 * Resources that were missing from the last complete list of their type. They do not count as removed yet, because too
 * many of the type were missing from the list at the same time.
 */
export const awaitedRemovalSchema = z.object({
  subscriptionId: z.string(),
  type: z.string().describe('lower case, such as microsoft.network/expressroutecircuits'),
  names: z.array(z.string()),
  known: z.number().int().describe('number of resources of the type in the subscription before that inventory'),
  between: boundsCodec.describe('bounds of the time of removal, if they were removed'),
})
export type AwaitedRemoval = z.infer<typeof awaitedRemovalSchema>

/**
 * Failure of the last attempt to list the subscriptions. Because of it, Peerwatch polls nothing or does not find new
 * resources.
 */
export const listingFailedSchema = z.object({
  outcome: z.enum(pollOutcomes),
  code: z.string(),
  detail: z.string(),
  at: instantCodec,
})
export type ListingFailed = z.infer<typeof listingFailedSchema>

export const coverageIntervalSchema = z.object({
  scope: z.string(),
  subresource: z.string(),
  kind: z.enum(pollKinds),
  outcome: z.enum(pollOutcomes),
  from: instantCodec,
  to: instantCodec,
  polls: z.number().int(),
  detail: z.string().nullable(),
})
export type PollCoverageInterval = z.infer<typeof coverageIntervalSchema>

/** One of Peerwatch's own processes, as `npm start` recorded it. */
export const processStatusSchema = z.object({
  name: z.string(),
  state: z.enum(['running', 'starting', 'backing_off', 'stopped']),
  pid: z.number().nullable(),
  startedAt: instantCodec.nullable(),
  restarts: z.number().int(),
  lastExit: z.object({ at: instantCodec, code: z.number().nullable(), signal: z.string().nullable() }).nullable(),
  nextStartAt: instantCodec.nullable(),
  version: z
    .object({
      running: z.string(),
      newest: z.string().nullable(),
      asOf: z.iso.date(),
      minorsBehind: z.number().int(),
    })
    .nullable()
    .describe(
      'version of the embedded PostgreSQL; the newest minor release of its major version that this version of Peerwatch knows (null: none); and the day of that knowledge',
    ),
})
export type ApiProcessStatus = z.infer<typeof processStatusSchema>
