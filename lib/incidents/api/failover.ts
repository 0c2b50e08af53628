import { z } from 'zod'
import {
  bounds,
  failoverClasses,
  failoverVerdicts,
  instant,
  lossMechanisms,
  positiveSeconds,
} from '#lib/contract/index.ts'

const length = positiveSeconds.describe('bounds on a length of time; both ends are never below 0')

const lossLag = z.object({
  lag: length.describe('from the loss of forwarding to the end of the session'),
  possible: z.array(z.enum(lossMechanisms)).describe('every mechanism whose usual lag meets it'),
  named: z.enum(lossMechanisms).nullable().describe('the only one that does; null = several do, or none'),
  advice: z.string().nullable(),
})

/** Times and durations of a failover. A value is null if no poll shows it. */
export const failoverDetail = z.object({
  forwardingEnds: bounds.nullable().describe('forwarding on the former path ends'),
  sessionEnds: bounds.nullable().describe("the former path's session ends"),
  rerouted: bounds.describe('the new path is the best one'),
  forwardingResumes: bounds.nullable().describe('bytes of the former path move on the new one'),
  controlPlane: length.nullable().describe("from the session's end to the new best path"),
  dataPlane: length.nullable().describe('from the end of forwarding to bytes on the new path'),
  detection: length.nullable().describe("from the end of forwarding to the session's end"),
  noRelearning: z.boolean().describe('the new path carried these prefixes already'),
  missing: z.array(z.string()).describe('what is not known, and why'),
  mechanism: lossLag.nullable(),
  expectations: z.array(
    z.object({
      class: z.enum(failoverClasses),
      budgetSeconds: z.number(),
      verdict: z.enum(failoverVerdicts).describe('not_provable = the bounds are too wide at this poll interval'),
    }),
  ),
  revisedOutside: z.boolean().describe('a later sample contradicted an earlier bound, which was kept'),
  revisions: z
    .array(
      z.object({
        at: instant,
        mark: z.enum(['forwardingEnds', 'sessionEnds', 'forwardingResumes']),
        by: z.enum(['counters', 'rates']).describe('byte counters or session polls; or bit rates of Azure Monitor'),
        before: bounds,
        reported: bounds.describe(
          'the bounds that the later sample alone gives; from then on the overlap of both is reported',
        ),
        isOutside: z.boolean().describe('the bounds do not overlap: the earlier ones were kept'),
      }),
    )
    .describe('what later samples changed of the moments, the oldest first'),
})

/**
 * Estimated time at which traffic stopped before a session went down (a session is declared down only after its hold
 * time).
 */
export const forwardingLoss = z.object({
  startedBetween: bounds,
  basis: z.enum(['counters', 'metrics', 'hold_time']),
  mechanism: lossLag.nullable(),
  revisedOutside: z.boolean(),
})
