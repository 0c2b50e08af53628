import { z } from 'zod'
import { instant, sloKeys } from '#lib/contract/index.ts'

const share = z.number().describe('a share, 1 = all')

/** How well Peerwatch keeps one objective of its own. */
export const sloStatus = z.object({
  key: z.enum(sloKeys),
  name: z.string(),
  good: z.string().describe('what one count is, and when it is good'),
  source: z.string().describe('where the figures come from, and what they do not include'),
  objective: share,
  withinSeconds: z.number(),
  windowSeconds: z.number().int().describe('over which the objective holds'),
  since: instant.nullable().describe('the first count within the window; null = nothing was counted'),
  counted: z.number().int(),
  bad: z.number().int(),
  achieved: share.nullable().describe('null = too little was counted to say'),
  budgetLeft: z
    .number()
    .nullable()
    .describe(
      'share of the error budget that is left, of what was counted so far; below 0 = overspent; null = unknown',
    ),
  burn: z.array(
    z.object({
      windowSeconds: z.number().int(),
      rate: z.number().nullable().describe('1 = the budget lasts exactly as long as the window; null = unknown'),
    }),
  ),
  alert: z
    .enum(['page', 'ticket'])
    .nullable()
    .describe('the worst multiwindow alert that holds; null = none, or unknown'),
  measured: share.nullable().describe('of the time since the first count; null = times without counts are no gaps'),
})
export type SloStatus = z.infer<typeof sloStatus>
