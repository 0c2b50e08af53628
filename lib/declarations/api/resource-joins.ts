import { z } from 'zod'
import { bounds } from '#lib/contract/index.ts'

/** Body of a join: what it was before. */
export const joinBody = z.strictObject({
  with: z.string().trim().min(1, 'name the former resource by its id or ARM id').max(2_048),
  setAside: z
    .boolean()
    .default(false)
    .describe('what was recorded under its own id so far goes out of sight until it is parted again'),
})
export type JoinBody = z.input<typeof joinBody>

/** A resource that is removed and could be what another one was before. */
export const formerResource = z.object({
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string().nullable(),
  removed: bounds,
})
export type FormerResource = z.infer<typeof formerResource>

/** What the next inventory that lists a resource does with it. */
export const askedJoin = z.object({
  id: z.string().describe('that it has until then'),
  resourceId: z.string(),
  formerResourceId: z.string(),
  nextId: z.string().nullable().describe('that it has from then on; null = one of its own, given then'),
})
export type AskedJoin = z.infer<typeof askedJoin>
