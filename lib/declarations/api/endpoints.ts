import { z } from 'zod'
import {
  createResponseSchema,
  defineCommand,
  declarationsResponseSchema,
  declarationsBodySchema,
  declarationsVersionSchema,
  declaredSiteSchema,
  defineEndpoint,
  listParameters,
  createPageSchema,
  type CommandResult,
  boundsCodec,
  watchedPrefixSchema,
} from '#lib/contract/index.ts'
import { atMomentParameter } from '#lib/contract/api/parameters.ts'

/**
 * Body of the request to join a listed resource with a removed resource, which is named by `with`. Both then count as
 * one resource.
 */
export const joinResourcesBodySchema = z.strictObject({
  with: z.string().trim().min(1, 'name the former resource by its id or ARM id').max(2_048),
  setAside: z
    .boolean()
    .default(false)
    .describe(
      "true = data recorded so far under the resource's own id may be hidden until the resources are separated again",
    ),
})
export type JoinResourcesBody = z.input<typeof joinResourcesBodySchema>

/** A removed resource with which a listed resource may be joined, so that it continues its history. */
export const formerResourceSchema = z.object({
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string().nullable(),
  removed: boundsCodec,
})
export type FormerResource = z.infer<typeof formerResourceSchema>

/**
 * A requested change of a resource's ID, by joining it with a removed resource or by undoing a join. The next inventory
 * makes the change.
 */
export const joinRequestSchema = z.object({
  id: z.string().describe('id until the move is undone'),
  resourceId: z.string(),
  formerResourceId: z.string(),
  nextId: z.string().nullable().describe('id afterwards; null = a new id, which is assigned at that time'),
})
export type JoinRequest = z.infer<typeof joinRequestSchema>

/** A proposal of declarations or router reports, with the observed data from which it is derived. */
export const proposalSchema = z.object({
  id: z.string(),
  kind: z.enum(['site', 'watched', 'reports']).describe('`reports` has no declarations: configure the routers instead'),
  title: z.string(),
  effect: z.string().describe('result of the proposal'),
  evidence: z.array(z.string()).describe('observed data from which the proposal is derived'),
  sites: z.array(declaredSiteSchema).describe('sites that accepting the proposal declares'),
  watched: z.array(watchedPrefixSchema).describe('prefixes that accepting the proposal adds to the watch list'),
})
export type DeclarationProposal = z.infer<typeof proposalSchema>

/** Body of the request that accepts proposals. */
export const acceptProposalsBodySchema = z.strictObject({
  ids: z.array(z.string().max(1_000)).min(1, 'send the id of at least one proposal').max(1_000),
})
export type AcceptProposalsBody = z.infer<typeof acceptProposalsBodySchema>

export const declarationsParameters = z.strictObject({ at: atMomentParameter })

export type DeclarationsParameters = z.output<typeof declarationsParameters>

export const endpoints = {
  declarations: defineEndpoint('/declarations', 'read', {
    summary:
      'Facts that operators declared, now or as of a moment: sites, mappings, policies, maintenance, cards, watch list',
    parameters: declarationsParameters,
    response: createResponseSchema(declarationsResponseSchema),
  }),
  proposals: defineEndpoint('/declarations/proposals', 'read', {
    summary: 'Declarations and router reports that follow from the observed estate, each with its evidence',
    response: createResponseSchema(proposalSchema.array()),
  }),
  formerResources: defineEndpoint('/resources/{id}/former', 'read', {
    summary:
      'Removed resources of the same type whose history a listed resource could continue, the latest removal first',
    response: createResponseSchema(formerResourceSchema.array()),
  }),
  declarationsVersions: defineEndpoint('/declarations/versions', 'read', {
    summary: 'Versions of the declarations with user and time, newest first',
    parameters: listParameters,
    response: createPageSchema(declarationsVersionSchema),
  }),
}

export type DeclarationsEndpointResponse<Name extends keyof typeof endpoints> = z.input<
  (typeof endpoints)[Name]['response']
>

export const commands = {
  putDeclarations: defineCommand('put', '/declarations', 'declare', {
    summary: 'Replaces the lists in the request as one new version; an absent list is kept',
    body: declarationsBodySchema,
    response: createResponseSchema(declarationsResponseSchema),
    problems: [409],
  }),
  acceptProposals: defineCommand('post', '/declarations/proposals', 'declare', {
    summary: 'Declares what the named proposals contain, as one new version; a PUT of the former lists undoes it',
    body: acceptProposalsBodySchema,
    response: createResponseSchema(declarationsResponseSchema),
    problems: [404],
  }),
  joinResource: defineCommand('post', '/resources/{id}/join', 'declare', {
    summary:
      'Lets a listed resource continue the id and history of a removed resource; this happens in the next inventory, which starts immediately',
    body: joinResourcesBodySchema,
    response: createResponseSchema(joinRequestSchema),
    problems: [404, 409],
  }),
  partResource: defineCommand('post', '/resources/{id}/part', 'declare', {
    summary:
      'Undoes the last move of a resource, which then gets its own id; this happens in the next inventory, which starts immediately',
    response: createResponseSchema(joinRequestSchema),
    problems: [404, 409],
  }),
}

export type DeclarationsCommandResult<Name extends keyof typeof commands> = CommandResult<(typeof commands)[Name]>
