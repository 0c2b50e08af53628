import { z } from 'zod'
import { instant, setupCheckIds, setupStates } from '#lib/contract/index.ts'
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
