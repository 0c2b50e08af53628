import { z } from 'zod'
import { instant } from '#lib/contract/index.ts'

/** Body of a "Watch now". */
export const watchBody = z.strictObject({
  scope: z.string().trim().min(1, 'name a circuit, gateway or connection by its id').max(2_048),
  minutes: z
    .number()
    .min(0, 'send the minutes to watch, or 0 to end it')
    .max(60, 'watch for 60 minutes at most')
    .default(10)
    .describe('0 ends it; a burst after an adverse sample continues'),
})
export type WatchBody = z.input<typeof watchBody>

/** What is polled faster because somebody watches. */
export const watch = z.object({
  scope: z.string(),
  polls: z.number().int().describe('how many polls are made faster'),
  rejectedPolls: z
    .number()
    .int()
    .describe("how many are not: Azure's budget for the subscription has no room for them"),
  everySeconds: z.number().describe('the pace meanwhile'),
  until: instant.nullable().describe('null = nothing is made faster'),
})
export type Watch = z.infer<typeof watch>
