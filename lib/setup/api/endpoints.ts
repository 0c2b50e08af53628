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
  command,
  endpoint,
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

/** A check of the setup with its result, title and description. */
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
  thresholds: endpoint('/settings/thresholds', 'read', {
    summary: 'Every rule of detection with its value, where that comes from, and the versions that were saved',
    response: answerOf(thresholdsAnswer),
  }),
  backTests: endpoint('/back-tests', 'read', {
    summary: 'The last back-tests, newest first',
    response: answerOf(backTest.array()),
  }),
  backTest: endpoint('/back-tests/{id}', 'read', {
    summary: 'One back-test: its progress, then the events that other thresholds would have raised',
    response: answerOf(backTest),
  }),
  sources: endpoint('/sources', 'read', {
    summary: 'What is polled, and how its polls go',
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
  }),
  sourcesSummary: endpoint('/sources/summary', 'read', {
    summary: 'How many polls are fresh, and what is the matter with the others',
    parameters: sourcesSummaryParameters,
    response: answerOf(pollCounts),
  }),
  coverage: endpoint('/sources/coverage', 'read', {
    summary: 'Intervals of polls with one outcome, newest first',
    parameters: coverageParameters,
    response: pageOf(coverageInterval),
  }),
  setup: endpoint('/setup', 'settings', {
    summary: 'What a worker last found of environment, database and Azure, and the custom role that the polls need',
    response: answerOf(setupAnswer),
  }),
  processes: endpoint('/processes', 'read', {
    summary: "Peerwatch's own processes",
    response: answerOf(processStatus.array()),
  }),
}

export type ResponseOf<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const commands = {
  putThresholds: command('put', '/settings/thresholds', 'settings', {
    summary: 'Saves thresholds as a new version; events of before keep the version that made them',
    body: thresholdsBody,
    response: answerOf(thresholdsAnswer),
    problems: [409],
  }),
  askBackTest: command('post', '/back-tests', 'settings', {
    summary: 'Folds stored history again with other thresholds, in the background',
    body: backTestBody,
    response: answerOf(backTest),
    problems: [429],
  }),
  cancelBackTest: command('post', '/back-tests/{id}/cancel', 'settings', {
    summary: 'Gives a back-test up',
    response: answerOf(backTest),
    problems: [404],
  }),
}

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
