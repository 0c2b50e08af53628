import { z } from 'zod'
import {
  bounds,
  costFindingKinds,
  costMoney,
  customerParameter,
  instant,
  pagingParameters,
} from '#lib/contract/index.ts'
import { moneyBand } from './cost.ts'
import { oneOf } from '#lib/contract/api/one-of.ts'

const costFindingSubjects = ['circuit', 'gateway', 'budget'] as const

/** What a check of cost found. It is no event: it belongs to no incident, has no severity and no owner. */
export const costFinding = z.object({
  id: z.string(),
  kind: z.enum(costFindingKinds),
  subject: z.object({
    kind: z.enum(costFindingSubjects),
    id: z.string().nullable().describe('short id; null for a budget'),
    resourceId: z.string().nullable(),
    name: z.string(),
  }),
  customer: z.string().nullable().describe('the customer that it is about, never more than one; null = no customer’s'),
  owner: z.null().describe('nobody is at fault'),
  startedBetween: bounds,
  endedBetween: bounds.nullable(),
  checkedAt: instant.describe('when it was found the last time'),
  evidence: z.array(z.object({ field: z.string(), before: z.string().nullable(), after: z.string() })),
  amounts: z.object({
    cost: moneyBand.nullable().describe('of this month, or of a month; null = not known'),
    limit: costMoney.nullable().describe('what it is held against: a budget, the other plan’s price'),
    saving: moneyBand.nullable().describe('a month, where the remedy is taken'),
  }),
  remedy: z.string(),
  links: z
    .array(z.object({ label: z.string(), href: z.string().describe('a path of this deployment') }))
    .describe('pages about it'),
})
export type CostFinding = z.infer<typeof costFinding>

export const costFindingsParameters = z.strictObject({
  kind: z.enum(costFindingKinds, `send ${oneOf(costFindingKinds)}`).optional(),
  state: z.enum(['open', 'ended'], 'send open or ended').describe('both when not given').optional(),
  customer: customerParameter,
  ...pagingParameters,
})
export type CostFindingsParameters = z.output<typeof costFindingsParameters>
