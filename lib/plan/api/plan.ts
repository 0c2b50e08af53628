import { z } from 'zod'
import { costMoney, pollKinds } from '#lib/contract/index.ts'
import { checkRemedy } from '#lib/contract/api/shared-facts.ts'
import { resilience, whatIf } from '#lib/resilience/api/index.ts'
import { MAX_PLAN_TERMS, planTerm } from './terms.ts'

export const planBody = z.strictObject({
  terms: z.array(planTerm).min(1, 'send at least one change').max(MAX_PLAN_TERMS),
})
export type PlanBody = z.output<typeof planBody>

const seconds = z.number().min(0)

/** Downtime of BGP sessions while one change of a plan is applied. */
const planDowntime = z.object({
  term: z.int().min(0).describe('place in `terms`'),
  sessions: z.int().min(0).describe('that are up now and rest on it'),
  unknownSessions: z.int().min(0).describe('that rest on it, and of which it is not known whether they are up'),
  atLeastSeconds: seconds.nullable().describe('null = not documented'),
  atMostSeconds: seconds.nullable().describe('null = not documented, or they do not come back'),
  comesBack: z.boolean().describe('false = the change takes them away'),
  words: z.string(),
  source: z.string().nullable().describe('address of the documentation; null = none states it'),
})
export type PlanDowntime = z.infer<typeof planDowntime>

const moneyBounds = z.object({ atLeast: costMoney, atMost: costMoney })

const planCostLine = z.object({
  what: z.string(),
  difference: moneyBounds.nullable().describe('of a whole month; null = not known'),
  unknownBecause: z.string().nullable(),
})
export type PlanCostLine = z.infer<typeof planCostLine>

const findings = z.enum(['pass', 'fail', 'unknown'])
const failingCheck = resilience.shape.checks.element
  .pick({ id: true, kind: true, name: true, subject: true, resourceId: true, severity: true, reason: true })
  .extend({ before: findings, after: findings, ...checkRemedy.pick({ remedy: true, source: true }).shape })
export type PlanCheckChange = z.infer<typeof failingCheck>

/** The effects of a plan on the network as it is now. */
export const planAnswer = z.object({
  terms: z.array(
    z.object({
      words: z.string(),
      id: z.string().nullable().describe('short id of the resource; null = it is unknown'),
      name: z.string().nullable(),
    }),
  ),
  unknown: z
    .array(z.object({ term: z.int().min(0).nullable(), why: z.string() }))
    .describe(
      'changes (null = all of them), or parts of them, whose effect the model does not know: they are in no other part',
    ),
  refused: z
    .array(z.object({ term: z.int().min(0), why: z.string(), source: z.string() }))
    .describe('changes that Azure does not make in place; everything else is judged as if it made them'),
  oneWay: z
    .array(z.object({ term: z.int().min(0), why: z.string(), source: z.string() }))
    .describe('changes that Azure makes in place and does not take back in place'),
  old: z
    .array(
      z.object({
        scope: z.string(),
        scopeName: z.string(),
        subresource: z.string().describe('of the scope; empty = the scope itself'),
        kind: z.enum(pollKinds),
        lastReadAt: z.string().nullable().describe('null = never'),
      }),
    )
    .describe('tables that this answer depends on and that are too old, or were never read'),
  counts: whatIf.shape.counts,
  prefixes: whatIf.shape.prefixes.describe('those that do not stay with all of their paths, at most 500'),
  names: z.record(z.string(), z.string()).describe('of the circuits in `prefixes`, by their ids'),
  overlaps: z
    .array(
      z.object({
        term: z.int().min(0),
        prefix: z.string(),
        overlaps: z.string(),
        scope: z.string(),
        scopeName: z.string(),
      }),
    )
    .describe('new space of a network that a gateway has routes to already'),
  load: whatIf.shape.load,
  limits: whatIf.shape.limits,
  cost: z.array(planCostLine).nullable().describe('null = without the right to read costs'),
  checks: z.array(failingCheck).describe('checks that would newly fail, or become unknown, the worst first'),
  mended: z.array(failingCheck).describe('checks that would no longer fail'),
  downtime: z.array(planDowntime),
  notModelled: whatIf.shape.notModelled,
})
export type PlanAnswer = z.infer<typeof planAnswer>
