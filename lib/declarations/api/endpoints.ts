import { z } from 'zod'
import {
  createResponseSchema,
  command,
  declarationsResponseSchema,
  declarationsBodySchema,
  declarationsVersionSchema,
  endpoint,
  listParameters,
  createPageSchema,
  type ResultIn,
  boundsCodec,
} from '#lib/contract/index.ts'
import { at } from '#lib/contract/api/parameters.ts'

/** Body of the request that a listed resource continues a removed resource. `with` is the removed resource. */
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

/** A removed resource that a listed resource may continue. */
export const formerResourceSchema = z.object({
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string().nullable(),
  removed: boundsCodec,
})
export type FormerResource = z.infer<typeof formerResourceSchema>

/** A requested change of a resource's ID. The next inventory makes the change. */
export const joinRequestSchema = z.object({
  id: z.string().describe('id until the move is undone'),
  resourceId: z.string(),
  formerResourceId: z.string(),
  nextId: z.string().nullable().describe('id afterwards; null = a new id, which is assigned at that time'),
})
export type JoinRequest = z.infer<typeof joinRequestSchema>

export const declarationsParameters = z.strictObject({ at })

export type DeclarationsParameters = z.output<typeof declarationsParameters>

export const endpoints = {
  declarations: endpoint('/declarations', 'read', {
    summary:
      'Facts that operators declared, now or as of a moment: sites, mappings, policies, maintenance, cards, watch list',
    parameters: declarationsParameters,
    response: createResponseSchema(declarationsResponseSchema),
  }),
  formerResources: endpoint('/resources/{id}/former', 'read', {
    summary:
      'Removed resources of the same type whose history a listed resource could continue, the latest removal first',
    response: createResponseSchema(formerResourceSchema.array()),
  }),
  declarationsVersions: endpoint('/declarations/versions', 'read', {
    summary: 'Versions of the declarations with user and time, newest first',
    parameters: listParameters,
    response: createPageSchema(declarationsVersionSchema),
  }),
}

export type ResponseOf<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const commands = {
  putDeclarations: command('put', '/declarations', 'declare', {
    summary: 'Replaces the lists in the request as one new version; an absent list is kept',
    body: declarationsBodySchema,
    response: createResponseSchema(declarationsResponseSchema),
    problems: [409],
  }),
  joinResource: command('post', '/resources/{id}/join', 'declare', {
    summary:
      'Lets a listed resource continue the id and history of a removed resource; this happens in the next inventory, which starts immediately',
    body: joinResourcesBodySchema,
    response: createResponseSchema(joinRequestSchema),
    problems: [404, 409],
  }),
  partResource: command('post', '/resources/{id}/part', 'declare', {
    summary:
      'Undoes the last move of a resource, which then gets its own id; this happens in the next inventory, which starts immediately',
    response: createResponseSchema(joinRequestSchema),
    problems: [404, 409],
  }),
}

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
