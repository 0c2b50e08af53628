import { z } from 'zod'
import { costMoneySchema, pollKinds } from '#lib/contract/index.ts'
import { checkRemedySchema } from '#lib/contract/api/shared-facts.ts'
import { resilienceSchema, whatIfSchema } from '#lib/resilience/api/index.ts'
import { MAX_PLANNED_CHANGES, plannedChangeSchema } from './terms.ts'

export const planBodySchema = z.strictObject({
  terms: z.array(plannedChangeSchema).min(1, 'send at least one change').max(MAX_PLANNED_CHANGES),
})
export type PlanBody = z.output<typeof planBodySchema>

const seconds = z.number().min(0)

/** Downtime of BGP sessions while one change of a plan is applied. */
const planDowntime = z.object({
  term: z.int().min(0).describe('index in `terms`'),
  sessions: z.int().min(0).describe('number of sessions that are up now and depend on it'),
  unknownSessions: z.int().min(0).describe('number of sessions that depend on it and whose state is unknown'),
  atLeastSeconds: seconds.nullable().describe('null = not documented'),
  atMostSeconds: seconds.nullable().describe('null = not documented, or the sessions do not come back'),
  comesBack: z.boolean().describe('false = the change removes the sessions'),
  heldSeconds: seconds
    .optional()
    .describe(
      'maximum time, as recorded, for which Azure refuses other changes of the resource while its sessions continue; absent = not known',
    ),
  words: z.string(),
  source: z.string().nullable().describe('URL of the documentation; null = not documented'),
})
export type PlanDowntime = z.infer<typeof planDowntime>

const moneyBounds = z.object({ atLeast: costMoneySchema, atMost: costMoneySchema })

const planCostLine = z.object({
  what: z.string(),
  difference: moneyBounds.nullable().describe('difference for a whole month; null = unknown'),
  unknownBecause: z.string().nullable(),
})
export type PlanCostLine = z.infer<typeof planCostLine>

const findings = z.enum(['pass', 'fail', 'unknown'])
const failingCheck = resilienceSchema.shape.checks.element
  .pick({ id: true, kind: true, name: true, subject: true, resourceId: true, severity: true, reason: true })
  .extend({ before: findings, after: findings, ...checkRemedySchema.pick({ remedy: true, source: true }).shape })
export type PlanCheckChange = z.infer<typeof failingCheck>

/** The effects of a plan on the network as it is now. */
export const planCheckResponseSchema = z.object({
  terms: z.array(
    z.object({
      words: z.string(),
      id: z
        .string()
        .nullable()
        .describe(
          'short id of the resource, or `<gateway>/<connection>` for a connection of a hub; null = it is unknown',
        ),
      name: z.string().nullable(),
    }),
  ),
  unknown: z
    .array(z.object({ term: z.int().min(0).nullable(), why: z.string() }))
    .describe(
      'changes (null = all of them), or parts of them, whose effect the model does not know; no other part includes them',
    ),
  refused: z
    .array(z.object({ term: z.int().min(0), why: z.string(), source: z.string() }))
    .describe('changes that Azure does not make in place; the rest of the response assumes that it makes them'),
  oneWay: z
    .array(z.object({ term: z.int().min(0), why: z.string(), source: z.string() }))
    .describe('changes that Azure makes in place and cannot revert in place'),
  old: z
    .array(
      z.object({
        scope: z.string(),
        scopeName: z.string(),
        subresource: z.string().describe('part of the scope; empty = the scope itself'),
        kind: z.enum(pollKinds),
        lastReadAt: z.string().nullable().describe('null = never'),
      }),
    )
    .describe('tables on which the response depends and that are too old or were never polled'),
  counts: whatIfSchema.shape.counts,
  prefixes: whatIfSchema.shape.prefixes.describe(
    'prefixes that lose or change at least one of their paths, at most 500',
  ),
  names: z.record(z.string(), z.string()).describe('names of the circuits in `prefixes`, by id'),
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
    .describe('new address space of a network to which a gateway already has routes'),
  hubTables: whatIfSchema.shape.hubTables,
  load: whatIfSchema.shape.load,
  limits: whatIfSchema.shape.limits,
  cost: z.array(planCostLine).nullable().describe('null = the caller lacks the right to read costs'),
  checks: z.array(failingCheck).describe('checks that would newly fail, or become unknown, the worst first'),
  mended: z.array(failingCheck).describe('checks that would no longer fail'),
  downtime: z.array(planDowntime),
  notModelled: whatIfSchema.shape.notModelled,
})
export type PlanCheckResponse = z.infer<typeof planCheckResponseSchema>
