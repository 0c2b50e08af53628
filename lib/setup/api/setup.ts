import { z } from 'zod'
import { instant, pollKinds, setupCheckIds, setupStates } from '#lib/contract/index.ts'

/** One check of the setup, with its words. */
const setupCheck = z.object({
  id: z.enum(setupCheckIds),
  title: z.string(),
  about: z.string(),
  state: z.enum(setupStates).describe('`skip`: it could not be made yet, and the detail says why'),
  detail: z.string(),
  lines: z.array(z.string()),
  intervals: z
    .array(
      z.object({
        kind: z.enum(pollKinds),
        polls: z.int().describe('how many of them there are'),
        configuredSeconds: z.number(),
        everySeconds: z.number().describe('that is kept; longer than configured where Azure does not allow that'),
        floorSeconds: z
          .number()
          .nullable()
          .describe('within which a change is noticed; null = how long a poll takes was not measured'),
        countedSeconds: z
          .number()
          .nullable()
          .describe('the longer interval if Azure turns out to count diagnostic POSTs; null = none'),
      }),
    )
    .nullable()
    .describe('what the lines of `intervals` say, as values; null = of another check, or of an earlier version'),
  remedy: z.string().nullable().describe('what to do; null = nothing'),
  commands: z.array(z.string()).describe('to run, in their order'),
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
