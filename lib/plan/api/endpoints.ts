import type { z } from 'zod'
import { createResponseSchema, defineCommand, type CommandResult } from '#lib/contract/index.ts'
import { planCheckResponseSchema, planBodySchema } from './plan.ts'
import { planRehearsalInputSchema, rehearsalBodySchema } from './rehearsal.ts'

export const endpoints = {}
export type PlanEndpointResponse<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]>

export const commands = {
  checkPlan: defineCommand('post', '/plans/check', 'read', {
    summary:
      'Effects of a plan: routes that move or are cut off, paths that fill, cost, checks that would newly fail, and the time for which sessions are down; the plan is not stored',
    body: planBodySchema,
    response: createResponseSchema(planCheckResponseSchema),
    problems: [],
  }),
  readRehearsal: defineCommand('post', '/plans/rehearsal', 'read', {
    summary:
      'Data for a rehearsal of a plan or a loss on real routers: the affected route tables, the effect on their routers, and the predictions of the model; nothing is stored',
    body: rehearsalBodySchema,
    response: createResponseSchema(planRehearsalInputSchema),
    problems: [],
  }),
}

export type PlanCommandResult<Name extends keyof typeof commands> = CommandResult<(typeof commands)[Name]>
