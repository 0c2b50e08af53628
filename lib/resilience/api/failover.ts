import { z } from 'zod'
import { instantCodec, instantTextSchema } from '#lib/contract/index.ts'
import { moveSchema } from './move.ts'

const count = z.int().min(0)

export const prefixCountsSchema = z.object({
  cutOff: count.describe('number of different prefixes without a remaining path'),
  internet: count.describe('number of prefixes for which only the route to the Internet remains'),
  defaultOnly: count.describe('number of prefixes that only a default route covers'),
  failOver: count.describe('number of prefixes that move to another path or a less specific prefix'),
  fewerPaths: count.describe('number of prefixes that stay on fewer of their paths'),
  unknown: count.describe('number of prefixes with an unknown outcome'),
})
/**
 * Numbers of different prefixes by their outcome in a what-if. If a prefix has different outcomes in several tables, it
 * counts once for each outcome.
 */
export type PrefixCounts = z.infer<typeof prefixCountsSchema>

/** Reasons why the effect of the loss of a circuit is not known. */
const failoverUnknowns = ['not_computed', 'no_path'] as const

export const circuitFailoverAssessmentSchema = z.object({
  circuitId: z.string(),
  circuitName: z.string(),
  effect: prefixCountsSchema
    .extend({
      unread: z
        .array(z.string())
        .describe('gateways and circuits whose routes were not read; the numbers are then minimums'),
    })
    .nullable()
    .describe('effect of the loss of both paths with the present routes, as `/resilience/what-if` has it'),
  move: moveSchema
    .nullable()
    .describe(
      'whether the traffic moves, and what hinders it; null = not computed yet, or no path of the circuit is up',
    ),
  unknown: z
    .enum(failoverUnknowns)
    .nullable()
    .describe('reason why `effect` is null: not computed yet, or no path of the circuit is up now'),
  at: instantCodec.nullable().describe('time up to which the routes were unchanged; null = not computed yet'),
  lastKnownAt: instantCodec
    .nullable()
    .describe(
      'if polls of route tables of its gateways are late: time of the oldest of these tables, because the effect is only last known. If no path of the circuit is up: time of the last good poll of its paths, if they are no longer polled; null = these polls are recent',
    ),
  lastTest: z
    .object({
      title: z.string().describe("title of the drill; '' = a test that was started in Azure"),
      at: instantCodec.describe('end of the test'),
      verdict: z.enum(['pass', 'fail', 'unknown']),
    })
    .nullable()
    .describe('latest drill with a result, or later failover test in the Activity Log; null = no test is known'),
  checks: z
    .object({
      passed: count,
      all: count.describe('number of all checks of the circuit without exempt ones'),
      notEvaluated: count.describe('number of checks whose data is missing; they do not count as passed'),
    })
    .describe('design checks of the circuit'),
  nextWork: z
    .object({
      title: z.string(),
      from: instantTextSchema,
      to: instantTextSchema,
      cutOff: count.nullable().describe('number of prefixes that it will cut off; null = unknown'),
    })
    .nullable()
    .describe('next or ongoing announced maintenance of the circuit within four weeks; null = none is announced'),
  risk: z
    .string()
    .nullable()
    .describe(
      'shortest form of the effect, for a list: `9 prefixes at risk`, or `9 prefixes at risk, last known` or `no risk, last known` (`lastKnownAt`); null = no prefix is at risk, or no path of the circuit is up',
    ),
  sentence: z.string().describe('the whole verdict as one sentence, for the time of the response, in UTC'),
})
export type CircuitFailoverAssessment = z.infer<typeof circuitFailoverAssessmentSchema>
export type StoredCircuitFailoverAssessment = z.input<typeof circuitFailoverAssessmentSchema>
