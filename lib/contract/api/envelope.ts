import { z } from 'zod'
import { RIGHTS } from '../access/rights.ts'
import { instant } from './codecs.ts'
import { circuitPaths, outcomes, peeringTypes, pollKinds } from '../poll.ts'

/**
 * Field of a response: the Azure CLI command that shows the same data directly from Azure; null if no such command
 * exists.
 */
export const azCommandField = z
  .string()
  .nullable()
  .describe('the Azure CLI command that shows the same now; null where there is none')

export const freshnessStates = ['fresh', 'late', 'stale', 'never'] as const
export const freshness = z.object({
  state: z
    .enum(freshnessStates)
    .describe('the worst of the polls that were good once; never = none was, or there is none'),
  oldestPollAt: instant.nullable().describe('the last good poll of the source read longest ago'),
  latePollAt: instant
    .nullable()
    .describe(
      'while late or stale: the last good poll of the source that makes it so, the oldest of several; else null',
    ),
  missing: z
    .object({
      notPolled: z.int().min(0).describe('polls that have not run yet'),
      unanswered: z.int().min(0).describe('polls that ran and never had a good answer'),
      of: z.int().min(1).describe('all polls that the answer rests on'),
    })
    .optional()
    .describe('polls without data; absent = none'),
})
export type Freshness = z.infer<typeof freshness>
export type StoredFreshness = z.input<typeof freshness>

/** Part of the requested time for which a poll is missing that the response needs. */
export const uncoveredInterval = z.object({
  scope: z.string(),
  peering: z.enum(peeringTypes).optional().describe('the peering of a circuit whose polls these are'),
  path: z.enum(circuitPaths).optional().describe('the path of a circuit whose polls these are'),
  kind: z.enum(pollKinds),
  from: instant,
  to: instant,
  outcome: z.enum(outcomes),
})
export type UncoveredInterval = z.infer<typeof uncoveredInterval>
export type StoredInterval = z.input<typeof uncoveredInterval>

/** Number of unpolled times that are missing in a response, because a response lists only the 2,000 longest. */
export const omittedGaps = z
  .int()
  .min(1)
  .optional()
  .describe('how many more gaps there are, all shorter than those listed; absent = all are listed')

/** Returns the schema of a response about the present. */
export const answerOf = <T extends z.ZodType>(data: T) => z.object({ data, asOf: instant, freshness })
/**
 * Returns the schema of a response about a past moment or a range. It also contains whether that time was observed by
 * polls.
 */
export const coveredAnswerOf = <T extends z.ZodType>(data: T) =>
  answerOf(data).extend({
    covered: z.boolean().optional(),
    settled: z
      .boolean()
      .optional()
      .describe('of a past time: false = what is still to come, or is still judged, may change it'),
    uncovered: z.array(uncoveredInterval).optional().describe('at most 2,000, the longest'),
    uncoveredOmitted: omittedGaps,
  })
/**
 * Returns the schema of one page of a list. To get the next page, the client sends `nextCursor` as `cursor`; null =
 * last page.
 */
export const pageOf = <T extends z.ZodType>(item: T) =>
  coveredAnswerOf(z.array(item)).extend({ nextCursor: z.string().nullable() })

/** RFC 9457 problem details; `detail` tells the user what to do. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  instance: z.string().optional(),
  missingRight: z.enum(RIGHTS).optional().describe('of a 403: the right that the caller lacks'),
})
/** Content type of every error. */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json'
export type Problem = z.infer<typeof problem>
