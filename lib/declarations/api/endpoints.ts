import { z } from 'zod'
import {
  answerOf,
  command,
  declarationsAnswer,
  declarationsBody,
  declarationsVersion,
  endpoint,
  listParameters,
  pageOf,
  type ResultIn,
  bounds,
} from '#lib/contract/index.ts'
import { at } from '#lib/contract/api/parameters.ts'

/** Body of the request that a listed resource continues a removed resource. `with` is the removed resource. */
export const joinBody = z.strictObject({
  with: z.string().trim().min(1, 'name the former resource by its id or ARM id').max(2_048),
  setAside: z
    .boolean()
    .default(false)
    .describe('what was recorded under its own id so far goes out of sight until it is parted again'),
})
export type JoinBody = z.input<typeof joinBody>

/** A removed resource that a listed resource may continue. */
export const formerResource = z.object({
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string().nullable(),
  removed: bounds,
})
export type FormerResource = z.infer<typeof formerResource>

/** A requested change of a resource's ID. The next inventory makes the change. */
export const askedJoin = z.object({
  id: z.string().describe('that it has until then'),
  resourceId: z.string(),
  formerResourceId: z.string(),
  nextId: z.string().nullable().describe('that it has from then on; null = one of its own, given then'),
})
export type JoinRequest = z.infer<typeof askedJoin>

export const declarationsParameters = z.strictObject({ at })

export type DeclarationsParameters = z.output<typeof declarationsParameters>

export const endpoints = {
  declarations: endpoint('/declarations', 'read', {
    summary:
      'What an operator declared, now or as of a moment: sites, mappings, policies, maintenance, cards, watch list',
    parameters: declarationsParameters,
    response: answerOf(declarationsAnswer),
  }),
  formerResources: endpoint('/resources/{id}/former', 'read', {
    summary: 'Removed resources that a listed resource could have been before (same type), the latest removal first',
    response: answerOf(formerResource.array()),
  }),
  declarationsVersions: endpoint('/declarations/versions', 'read', {
    summary: 'Declarations with user and time, newest first',
    parameters: listParameters,
    response: pageOf(declarationsVersion),
  }),
}

export type ResponseOf<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const commands = {
  putDeclarations: command('put', '/declarations', 'declare', {
    summary: 'Replaces the lists that are sent, as one new version; an absent list is kept',
    body: declarationsBody,
    response: answerOf(declarationsAnswer),
    problems: [409],
  }),
  joinResource: command('post', '/resources/{id}/join', 'declare', {
    summary:
      'Lets a listed resource go on as one that is removed, with its id and history; the next inventory, asked for now, does it',
    body: joinBody,
    response: answerOf(askedJoin),
    problems: [404, 409],
  }),
  partResource: command('post', '/resources/{id}/part', 'declare', {
    summary:
      'Undoes the last move of a resource, which then has an id of its own; the next inventory, asked for now, does it',
    response: answerOf(askedJoin),
    problems: [404, 409],
  }),
}

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
