import {
  apiVersionInUseSchema,
  awaitedRemovalSchema,
  coverageIntervalSchema,
  excludedSourceSchema,
  listedOnlySchema,
  listingFailedSchema,
  pollSummarySchema,
  processStatusSchema,
  sourceSchema,
} from './sources.ts'
import { z } from 'zod'
import {
  createResponseSchema,
  backTestSchema,
  backTestBodySchema,
  defineCommand,
  defineEndpoint,
  createPageSchema,
  type CommandResult,
  thresholdsResponseSchema,
  thresholdsBodySchema,
  pollKinds,
  instantCodec,
  setupCheckIds,
  setupStates,
} from '#lib/contract/index.ts'
import { formatAcceptedValues } from '#lib/contract/api/one-of.ts'
import {
  customerFilterParameter,
  isRangeForward,
  rangeForwardFault,
  resourceIdPathParameter,
  pagingQueryParameters,
  timeRangeParameters,
} from '#lib/contract/api/parameters.ts'
import { setupFindingsSchema } from '#lib/contract/api/shared-facts.ts'

/** A check of the setup with its result, title and description. */
const setupCheck = z.object({
  id: z.enum(setupCheckIds),
  title: z.string(),
  about: z.string(),
  state: z.enum(setupStates).describe('`skip`: the check could not run yet; the detail contains the reason'),
  ...setupFindingsSchema.shape,
})
export type SetupCheck = z.infer<typeof setupCheck>

export const setupResponseSchema = z.object({
  checkedAt: instantCodec
    .nullable()
    .describe('last time at which a worker ran the checks, which it does every 5 min; null = never'),
  checks: z.array(setupCheck).describe('in display order; empty before the first run'),
  role: z
    .object({
      Name: z.string(),
      IsCustom: z.boolean(),
      Description: z.string(),
      Actions: z.array(z.string()),
      NotActions: z.array(z.string()),
      DataActions: z.array(z.string()),
      NotDataActions: z.array(z.string()),
      AssignableScopes: z.array(z.string()),
    })
    .describe('smallest custom role with all permissions, as input of `az role definition create`'),
})
export type SetupResponse = z.infer<typeof setupResponseSchema>

export const sourcesParameters = z.strictObject({
  scope: resourceIdPathParameter.optional(),
  customer: customerFilterParameter,
  kind: z.enum(pollKinds, `send ${formatAcceptedValues(pollKinds)}`).optional(),
  ...pagingQueryParameters,
})

export const sourcesSummaryParameters = z.strictObject({ customer: customerFilterParameter })

export const pollCoverageParametersSchema = z
  .strictObject({
    scope: resourceIdPathParameter.optional(),
    customer: customerFilterParameter,
    kind: z.enum(pollKinds, `send ${formatAcceptedValues(pollKinds)}`).optional(),
    ...timeRangeParameters,
    ...pagingQueryParameters,
  })
  .refine(isRangeForward, rangeForwardFault)

export type SourcesParameters = z.output<typeof sourcesParameters>

export type PollCoverageParameters = z.output<typeof pollCoverageParametersSchema>

export const endpoints = {
  thresholds: defineEndpoint('/settings/thresholds', 'read', {
    summary: 'Every threshold of detection with its value and source, and the saved versions',
    response: createResponseSchema(thresholdsResponseSchema),
  }),
  backTests: defineEndpoint('/back-tests', 'read', {
    summary: 'The last back-tests, newest first',
    response: createResponseSchema(backTestSchema.array()),
  }),
  backTest: defineEndpoint('/back-tests/{id}', 'read', {
    summary: 'Back-test with its progress, and the events that other thresholds would have raised',
    response: createResponseSchema(backTestSchema),
  }),
  sources: defineEndpoint('/sources', 'read', {
    summary: 'Polled resources, with the state of their polls',
    parameters: sourcesParameters,
    response: createPageSchema(sourceSchema).extend({
      listingFailed: listingFailedSchema
        .nullable()
        .describe(
          'reason why the subscriptions of the credential could not be listed; null = they were listed, or their ids are configured',
        ),
      excluded: z.array(excludedSourceSchema).describe('resources that a declaration excludes from polling'),
      listedOnly: z
        .array(listedOnlySchema)
        .describe('resources that depend on the edge but whose types are not polled, by type and name'),
      awaitedRemovals: z
        .array(awaitedRemovalSchema)
        .describe(
          'resources that an inventory lacked, if they were more than a third of their type: they count as removed only if the next inventory lacks them too',
        ),
      apiVersion: apiVersionInUseSchema
        .nullable()
        .describe('API version of Microsoft.Network, if it replaces that of the SDK; null = that of the SDK'),
    }),
  }),
  sourcesSummary: defineEndpoint('/sources/summary', 'read', {
    summary: 'Number of fresh polls, the problems of the others, and whether all polls stopped',
    parameters: sourcesSummaryParameters,
    response: createResponseSchema(pollSummarySchema),
  }),
  coverage: defineEndpoint('/sources/coverage', 'read', {
    summary: 'Intervals of polls with one outcome, newest first',
    parameters: pollCoverageParametersSchema,
    response: createPageSchema(coverageIntervalSchema),
  }),
  setup: defineEndpoint('/setup', 'settings', {
    summary:
      "Last results of a worker's checks of environment, database and Azure, and the custom role that the polls need",
    response: createResponseSchema(setupResponseSchema),
  }),
  processes: defineEndpoint('/processes', 'read', {
    summary: "Peerwatch's own processes",
    response: createResponseSchema(processStatusSchema.array()),
  }),
}

export type SetupEndpointResponse<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const commands = {
  putThresholds: defineCommand('put', '/settings/thresholds', 'settings', {
    summary: 'Saves thresholds as a new version; earlier events keep the version under which they were raised',
    body: thresholdsBodySchema,
    response: createResponseSchema(thresholdsResponseSchema),
    problems: [409],
  }),
  askBackTest: defineCommand('post', '/back-tests', 'settings', {
    summary: 'Applies other thresholds to the stored history, in the background',
    body: backTestBodySchema,
    response: createResponseSchema(backTestSchema),
    problems: [429],
  }),
  cancelBackTest: defineCommand('post', '/back-tests/{id}/cancel', 'settings', {
    summary: 'Cancels a back-test',
    response: createResponseSchema(backTestSchema),
    problems: [404],
  }),
}

export type SetupCommandResult<Name extends keyof typeof commands> = CommandResult<(typeof commands)[Name]>
