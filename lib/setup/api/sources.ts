import { z } from 'zod'
import {
  azCommandField,
  bounds,
  budgetNames,
  freshnessStates,
  instant,
  intervalLimits,
  outcomes,
  pollKinds,
  pollRanks,
  ofCircuit,
  ofResource,
} from '#lib/contract/index.ts'

/** A request budget of Azure (limit of requests in a time window) that polls use. */
const budget = z.object({
  name: z.enum(budgetNames),
  subscriptionId: z.string(),
  region: z.string().nullable().describe('null for those of ARM'),
  identity: z
    .string()
    .nullable()
    .describe('null for those of the network provider, which counts all identities together'),
  limit: z.number().int(),
  windowSeconds: z.number(),
  used: z.number().int().nullable().describe('in the last window; null where Azure does not say'),
})

/**
 * Numbers of polls by state. Each poll counts once: as `vmOff`, otherwise as `failing`, otherwise as `notPolled`,
 * otherwise by its freshness.
 */
export const pollCounts = z.object({
  failing: z.number().int().describe('whose last answer was an error'),
  stale: z.number().int(),
  notPolled: z.number().int().describe('not asked yet, or without a good answer so far'),
  late: z.number().int(),
  vmOff: z.number().int().describe('of interfaces whose virtual machine is off: there is nothing to poll'),
  fresh: z.number().int(),
})
export type PollCounts = z.output<typeof pollCounts>

/** One kind of poll of a resource, with the state of its polls. */
export const source = z.object({
  ...ofResource,
  subresource: z.string().describe("'' for the whole resource, else peering and path, or the peer"),
  ...ofCircuit,
  neighbor: z.string().nullable().describe('of advertised routes: to whom'),
  kind: z.enum(pollKinds),
  state: z.enum(freshnessStates),
  lastOutcome: z.enum(outcomes),
  lastPollAt: instant.nullable(),
  lastOkAt: instant.nullable(),
  error: z
    .object({
      code: z.string(),
      detail: z.string(),
      missingAction: z.string().nullable(),
      remedy: z.string().nullable().describe('what to do about it; ends with the command where there is one'),
      command: z.string().nullable().describe('the command alone, such as the one that grants the role'),
      unread: z
        .object({ count: z.number().int(), of: z.number().int(), sample: z.string() })
        .optional()
        .describe(
          'rows of the answer that could not be read, of all, and the first of them, cut; all others are recorded',
        ),
    })
    .nullable(),
  identity: z.string().nullable().optional().describe('who answered last; null where one identity asks for everything'),
  refusedIdentities: z
    .array(
      z.object({
        identity: z.string(),
        outcome: z.enum(outcomes),
        code: z.string(),
        missingAction: z.string().nullable(),
        remedy: z.string().nullable(),
        command: z.string().nullable(),
      }),
    )
    .optional()
    .describe('identities that ask for the same and that Azure refuses, whether or not another one is answered'),
  configuredSeconds: z.number(),
  intervalSeconds: z
    .number()
    .describe('planned, in force: longer than configured where that does not fit; a burst has its own'),
  observedSeconds: z
    .object({ p50: z.number(), p95: z.number() })
    .nullable()
    .describe('from the start of one poll to that of the next, of the last 20; null before the second'),
  limitedBy: z.enum(intervalLimits).nullable().describe('why the interval is longer than configured'),
  limitingBudget: z.enum(budgetNames).nullable().describe('null unless a budget limits it'),
  relief: z
    .object({
      withIdentitySeconds: z.number().nullable().describe('the interval with one identity more; null = no shorter one'),
      withLonger: z
        .object({ rank: z.enum(pollRanks), seconds: z.number() })
        .nullable()
        .describe('the interval if the polls of that rank were configured twice as long; null = no shorter one'),
    })
    .nullable()
    .describe('what would shorten the interval; null where it is as configured'),
  floorSeconds: z.number().nullable().describe('the shortest outage that this source is certain to detect'),
  burst: z
    .object({ everySeconds: z.number(), until: instant, reason: z.enum(['adverse', 'watch']) })
    .nullable()
    .describe('polled faster for a while: after a first adverse sample, or because somebody watches'),
  progress: z
    .object({ done: z.number().int(), total: z.number().int() })
    .nullable()
    .optional()
    .describe(
      'of a poll that is made in slices and goes on: resource groups that are listed, of all; null = none goes on',
    ),
  nextPollAt: instant.nullable(),
  correlationId: z.string().nullable().optional().describe('what Microsoft finds the last poll by'),
  budgets: z.array(budget).describe('the budgets of Azure that it draws from'),
  budgetLeft: z.number().nullable().describe('ARM reads left, null where the server does not say'),
  azCommand: azCommandField.optional(),
})
export type Source = z.infer<typeof source>
export type StoredSource = z.input<typeof source>

/** Version of Azure's API that is used in place of the version in the SDK. */
export const apiVersionInUse = z.object({ version: z.string(), chosenBy: z.enum(['configuration', 'azure']) })
export type ApiVersionInUse = z.infer<typeof apiVersionInUse>

/** Known resource that is not polled because a declaration excludes it. */
export const excludedSource = z.object({
  ...ofResource,
  match: z.string().describe('the declaration that excludes it: an ARM id, or tag:name=value'),
  why: z.string(),
})
export type ExcludedSource = z.infer<typeof excludedSource>

/**
 * Resources that were missing from the last complete list of their type. They do not count as removed yet, because too
 * many of the type were missing from the list at the same time.
 */
export const awaitedRemoval = z.object({
  subscriptionId: z.string(),
  type: z.string().describe('lower case, such as microsoft.network/expressroutecircuits'),
  names: z.array(z.string()),
  known: z.number().int().describe('how many of the type the subscription had before that list'),
  between: bounds.describe('when they went, if they are gone'),
})
export type AwaitedRemoval = z.infer<typeof awaitedRemoval>

/**
 * Failure of the last attempt to list the subscriptions. Because of it, Peerwatch polls nothing or does not find new
 * resources.
 */
export const listingFailed = z.object({
  outcome: z.enum(outcomes),
  code: z.string(),
  detail: z.string(),
  at: instant,
})
export type ListingFailed = z.infer<typeof listingFailed>

export const coverageInterval = z.object({
  scope: z.string(),
  subresource: z.string(),
  kind: z.enum(pollKinds),
  outcome: z.enum(outcomes),
  from: instant,
  to: instant,
  polls: z.number().int(),
  detail: z.string().nullable(),
})
export type CoverageInterval = z.infer<typeof coverageInterval>

/** One of Peerwatch's own processes, as `npm start` recorded it. */
export const processStatus = z.object({
  name: z.string(),
  state: z.enum(['running', 'starting', 'backing_off', 'stopped']),
  pid: z.number().nullable(),
  startedAt: instant.nullable(),
  restarts: z.number().int(),
  lastExit: z.object({ at: instant, code: z.number().nullable(), signal: z.string().nullable() }).nullable(),
  nextStartAt: instant.nullable(),
  version: z
    .object({
      running: z.string(),
      newest: z.string().nullable(),
      asOf: z.iso.date(),
      minorsBehind: z.number().int(),
    })
    .nullable()
    .describe(
      'of the embedded PostgreSQL, beside the newest minor release of its major that this version of Peerwatch knows (null: none), and the day of that knowledge',
    ),
})
export type ProcessStatusView = z.infer<typeof processStatus>
