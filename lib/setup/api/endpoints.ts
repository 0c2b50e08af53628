import {
  apiVersionInUse,
  awaitedRemoval,
  coverageInterval,
  excludedSource,
  listingFailed,
  pollCounts,
  processStatus,
  source,
} from './sources.ts'
import { z } from 'zod'
import {
  answerOf,
  backTest,
  backTestBody,
  type Command,
  type Endpoint,
  noParameters,
  pageOf,
  type ResultIn,
  thresholdsAnswer,
  thresholdsBody,
  pollKinds,
  instant,
  setupCheckIds,
  setupStates,
} from '#lib/contract/index.ts'
import { oneOf } from '#lib/contract/api/one-of.ts'
import { customer, forward, forwardMessage, id, paging, range } from '#lib/contract/api/parameters.ts'
import { setupFindings } from '#lib/contract/api/shared-facts.ts'

/** One check of the setup, with its words. */
const setupCheck = z.object({
  id: z.enum(setupCheckIds),
  title: z.string(),
  about: z.string(),
  state: z.enum(setupStates).describe('`skip`: it could not be made yet, and the detail says why'),
  ...setupFindings.shape,
})
export type SetupCheck = z.infer<typeof setupCheck>

export const setupAnswer = z.object({
  checkedAt: instant
    .nullable()
    .describe('when a worker made the checks, which it does every 5 min; null = none did yet'),
  checks: z.array(setupCheck).describe('in their order; empty before the first report'),
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
    .describe('the least custom role that gives everything, as `az role definition create` reads it'),
})
export type SetupAnswer = z.infer<typeof setupAnswer>

export const sourcesParameters = z.strictObject({
  scope: id.optional(),
  customer,
  kind: z.enum(pollKinds, `send ${oneOf(pollKinds)}`).optional(),
  ...paging,
})

export const sourcesSummaryParameters = z.strictObject({ customer })

export const coverageParameters = z
  .strictObject({
    scope: id.optional(),
    customer,
    kind: z.enum(pollKinds, `send ${oneOf(pollKinds)}`).optional(),
    ...range,
    ...paging,
  })
  .refine(forward, forwardMessage)

export type SourcesParameters = z.output<typeof sourcesParameters>

export type CoverageParameters = z.output<typeof coverageParameters>

export const endpoints = {
  thresholds: {
    path: '/settings/thresholds',
    summary: 'Every rule of detection with its value, where that comes from, and the versions that were saved',
    right: 'read',
    parameters: noParameters,
    response: answerOf(thresholdsAnswer),
  },
  backTests: {
    path: '/back-tests',
    summary: 'The last back-tests, newest first',
    right: 'read',
    parameters: noParameters,
    response: answerOf(backTest.array()),
  },
  backTest: {
    path: '/back-tests/{id}',
    summary: 'One back-test: its progress, then the events that other thresholds would have raised',
    right: 'read',
    parameters: noParameters,
    response: answerOf(backTest),
  },
  sources: {
    path: '/sources',
    summary: 'What is polled, and how its polls go',
    right: 'read',
    parameters: sourcesParameters,
    response: pageOf(source).extend({
      listingFailed: listingFailed
        .nullable()
        .describe(
          'why the subscriptions that the credential sees could not be listed; null = they were, or are configured by id',
        ),
      excluded: z.array(excludedSource).describe('resources that a declaration leaves out of polling'),
      awaitedRemovals: z
        .array(awaitedRemoval)
        .describe(
          'what an inventory lacked, more than a third of its type: gone only if the next answered list lacks it too',
        ),
      apiVersion: apiVersionInUse
        .nullable()
        .describe("of Microsoft.Network, in the place of the SDK's; null = the SDK's is in use"),
    }),
  },
  sourcesSummary: {
    path: '/sources/summary',
    summary: 'How many polls are fresh, and what is the matter with the others',
    right: 'read',
    parameters: sourcesSummaryParameters,
    response: answerOf(pollCounts),
  },
  coverage: {
    path: '/sources/coverage',
    summary: 'Intervals of polls with one outcome, newest first',
    right: 'read',
    parameters: coverageParameters,
    response: pageOf(coverageInterval),
  },
  setup: {
    path: '/setup',
    summary: 'What a worker last found of environment, database and Azure, and the custom role that the polls need',
    right: 'settings',
    parameters: noParameters,
    response: answerOf(setupAnswer),
  },
  processes: {
    path: '/processes',
    summary: "Peerwatch's own processes",
    right: 'read',
    parameters: noParameters,
    response: answerOf(processStatus.array()),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>

export const commands = {
  putThresholds: {
    method: 'put',
    path: '/settings/thresholds',
    summary: 'Saves thresholds as a new version; events of before keep the version that made them',
    right: 'settings',
    body: thresholdsBody,
    response: answerOf(thresholdsAnswer),
    problems: [409],
  },
  askBackTest: {
    method: 'post',
    path: '/back-tests',
    summary: 'Folds stored history again with other thresholds, in the background',
    right: 'settings',
    body: backTestBody,
    response: answerOf(backTest),
    problems: [429],
  },
  cancelBackTest: {
    method: 'post',
    path: '/back-tests/{id}/cancel',
    summary: 'Gives a back-test up',
    right: 'settings',
    body: z.strictObject({}),
    response: answerOf(backTest),
    problems: [404],
  },
} as const satisfies Record<string, Command>

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
