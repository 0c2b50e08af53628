import { z } from 'zod'
import { instant, sloKeys } from '#lib/contract/index.ts'
import { sloFacts, sloStanding } from '#lib/contract/api/shared-facts.ts'

/** How well Peerwatch keeps one objective of its own. */
export const sloStatus = z.object({
  key: z.enum(sloKeys),
  ...sloFacts.shape,
  windowSeconds: z.number().int().describe('over which the objective holds'),
  since: instant.nullable().describe('the first count within the window; null = nothing was counted'),
  counted: z.number().int(),
  bad: z.number().int(),
  ...sloStanding.shape,
})
export type SloStatus = z.infer<typeof sloStatus>
