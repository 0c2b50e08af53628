import { z } from 'zod'
import {
  boundsCodec,
  failoverClasses,
  failoverVerdicts,
  instantCodec,
  lossMechanisms,
  positiveSecondsBoundsCodec,
} from '#lib/contract/index.ts'

const length = positiveSecondsBoundsCodec.describe('bounds of a duration; both are at least 0')

const lossLag = z.object({
  lag: length.describe('time from the loss of forwarding to the end of the session'),
  possible: z.array(z.enum(lossMechanisms)).describe('every mechanism whose usual time fits'),
  named: z.enum(lossMechanisms).nullable().describe('the only mechanism that fits; null = several fit, or none'),
  advice: z.string().nullable(),
})

/** Times and durations of a failover. A value is null if no poll shows it. */
export const failoverDetailSchema = z.object({
  forwardingEnds: boundsCodec.nullable().describe('forwarding on the former path ends'),
  sessionEnds: boundsCodec.nullable().describe("the former path's session ends"),
  rerouted: boundsCodec.describe('the new path becomes the best path'),
  forwardingResumes: boundsCodec.nullable().describe('bytes of the former path appear on the new path'),
  controlPlane: length.nullable().describe('time from the end of the session to the new best path'),
  dataPlane: length.nullable().describe('time from the end of forwarding to bytes on the new path'),
  detection: length.nullable().describe('time from the end of forwarding to the end of the session'),
  noRelearning: z.boolean().describe('whether the new path already carried these prefixes before'),
  missing: z.array(z.string()).describe('unknown facts, with the reason'),
  mechanism: lossLag.nullable(),
  expectations: z.array(
    z.object({
      class: z.enum(failoverClasses),
      budgetSeconds: z.number(),
      verdict: z
        .enum(failoverVerdicts)
        .describe('not_provable = the bounds are too wide with the present poll interval'),
    }),
  ),
  revisedOutside: z.boolean().describe('whether a later sample contradicted an earlier bound, which was kept'),
  revisions: z
    .array(
      z.object({
        at: instantCodec,
        mark: z.enum(['forwardingEnds', 'sessionEnds', 'forwardingResumes']),
        by: z
          .enum(['counters', 'rates'])
          .describe('data source of the later sample: byte counters or session polls; or bit rates of Azure Monitor'),
        before: boundsCodec,
        reported: boundsCodec.describe(
          'bounds from the later sample alone; the intersection with the earlier bounds is reported afterwards',
        ),
        isOutside: z.boolean().describe('whether the bounds do not overlap, so that the earlier bounds were kept'),
      }),
    )
    .describe('changes to the times of the phases by later samples, the oldest first'),
})

/**
 * Estimated time at which traffic stopped before a session went down (a session is declared down only after its hold
 * time).
 */
export const forwardingLossSchema = z.object({
  startedBetween: boundsCodec,
  basis: z.enum(['counters', 'metrics', 'hold_time']),
  mechanism: lossLag.nullable(),
  revisedOutside: z.boolean(),
})
