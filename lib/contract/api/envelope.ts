import { z } from 'zod'
import { ACCESS_RIGHTS } from '../access/rights.ts'
import { instantCodec } from './codecs.ts'
import { circuitPaths, pollOutcomes, peeringTypes, pollKinds } from '../poll.ts'

/**
 * Field of a response: the Azure CLI command that shows the same data directly from Azure; null if no such command
 * exists.
 */
export const azCommandField = z
  .string()
  .nullable()
  .describe('Azure CLI command that shows the same data now; null = there is no such command')

export const freshnessStates = ['fresh', 'late', 'stale', 'never'] as const
export const freshnessSchema = z.object({
  state: z
    .enum(freshnessStates)
    .describe('worst state of the polls that succeeded before; never = none succeeded, or there are no polls'),
  oldestPollAt: instantCodec.nullable().describe('last good poll of the source with the oldest data'),
  latePollAt: instantCodec
    .nullable()
    .describe(
      'if late or stale: last good poll of the source that causes this, the oldest if there are several; otherwise null',
    ),
  missing: z
    .object({
      notPolled: z.int().min(0).describe('number of polls that have not run yet'),
      unanswered: z.int().min(0).describe('number of polls that ran and never succeeded'),
      of: z.int().min(1).describe('number of all polls on which the response is based'),
    })
    .optional()
    .describe('polls without data; absent = there are none'),
})
export type DataFreshness = z.infer<typeof freshnessSchema>
export type DataFreshnessToEncode = z.input<typeof freshnessSchema>

/** Part of the requested period for which no poll exists, although the response depends on such a poll. */
export const uncoveredIntervalSchema = z.object({
  scope: z.string(),
  scopeName: z.string().optional().describe('name of the resource in `scope`'),
  peering: z.enum(peeringTypes).optional().describe('peering of the circuit that the polls belong to'),
  path: z.enum(circuitPaths).optional().describe('path of the circuit that the polls belong to'),
  kind: z.enum(pollKinds),
  from: instantCodec,
  to: instantCodec,
  outcome: z.enum(pollOutcomes),
})
export type UnpolledInterval = z.infer<typeof uncoveredIntervalSchema>
export type UnpolledIntervalToEncode = z.input<typeof uncoveredIntervalSchema>

/** Number of unpolled times that a response leaves out, because it lists only the 2,000 longest. */
export const omittedGapsSchema = z
  .int()
  .min(1)
  .optional()
  .describe('number of further gaps, all shorter than the listed gaps; absent = all are listed')

/** Returns the schema of a response about the present. */
export const createResponseSchema = <T extends z.ZodType>(data: T) =>
  z.object({ data, asOf: instantCodec, freshness: freshnessSchema })
/**
 * Returns the schema of a response about a past moment or a range. It also contains whether that time was observed by
 * polls.
 */
export const createCoveredResponseSchema = <T extends z.ZodType>(data: T) =>
  createResponseSchema(data).extend({
    covered: z.boolean().optional(),
    settled: z
      .boolean()
      .optional()
      .describe('for a past time: false = a later poll or a pending conclusion may still change the response'),
    uncovered: z.array(uncoveredIntervalSchema).optional().describe('at most 2,000 gaps, the longest'),
    uncoveredOmitted: omittedGapsSchema,
  })
/**
 * Returns the schema of one page of a list. To get the next page, the client sends `nextCursor` as `cursor`; null =
 * last page.
 */
export const createPageSchema = <T extends z.ZodType>(item: T) =>
  createCoveredResponseSchema(z.array(item)).extend({ nextCursor: z.string().nullable() })

/** RFC 9457 problem details; `detail` tells the user what to do. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  instance: z.string().optional(),
  missingRight: z.enum(ACCESS_RIGHTS).optional().describe('in a 403 response: the right that the caller lacks'),
})
/** Content type of every error. */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json'
export type ProblemDetails = z.infer<typeof problemSchema>
