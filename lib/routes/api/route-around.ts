import { z } from 'zod'
import {
  bounds,
  causeOwners,
  circuitPaths,
  eventKinds,
  instant,
  omittedGaps,
  severities,
  uncoveredInterval,
} from '#lib/contract/index.ts'

/** A period in which a path or session has one state. The periods of a path follow each other without gaps. */
const timeInState = z.object({
  from: instant,
  to: instant,
  is: z
    .enum(['up', 'down', 'indeterminate', 'unknown', 'planned'])
    .describe('indeterminate: between two polls that read it differently; unknown: no good poll read it'),
})
export type TimeInState = z.infer<typeof timeInState>

const aroundEvent = z.object({
  id: z.string(),
  kind: z.enum(eventKinds),
  severity: z.enum(severities),
  scope: z.string(),
  scopeName: z.string(),
  subject: z.string(),
  startedBetween: bounds,
  endedBetween: bounds.nullable().describe('null = it goes on'),
  incidentId: z.string().nullable(),
})
export type AroundEvent = z.infer<typeof aroundEvent>

/**
 * An incident on the path. It is named after its root event; if the root is not on the path, after its most severe
 * event on the path.
 */
const aroundIncident = aroundEvent.omit({ incidentId: true }).extend({
  owner: z.enum(causeOwners),
  ownerName: z.string().nullable().describe("the provider's name where the provider owns it"),
  confidence: z.number().describe('0 to 1: certain 1, likely 0.7, possible 0.5; 0 = no cause is named'),
  nextStep: z.string(),
})
export type AroundIncident = z.infer<typeof aroundIncident>

const rateBand = z.tuple([z.number(), z.number()]).nullable().describe('bit/s, low and high; null = not known')

/** Events and states on the path of an address around a time. */
export const routeAround = z.object({
  from: instant,
  to: instant.describe(
    '15 minutes after the moment, or the moment itself where these are not over; what goes on then is not known to have ended',
  ),
  untilNow: z.boolean().describe('no moment was asked for'),
  verdict: z
    .enum(['something', 'nothing', 'unknown'])
    .describe(
      'something: an incident, or an event beyond information, was there; nothing: all of the time was seen, and there was none; unknown: none was seen, and a part of the time was not',
    ),
  resources: z
    .array(z.object({ scope: z.string(), scopeName: z.string(), type: z.enum(['circuit', 'gateway', 'other']) }))
    .describe('what carried the address at the begin, at the moment or at the end'),
  incidents: z.array(aroundIncident).describe('the worst first'),
  events: z.array(aroundEvent).describe('those that began or ended in the time, the oldest first; at most 100'),
  paths: z.array(
    z.object({
      circuitId: z.string(),
      circuitName: z.string(),
      path: z.enum(circuitPaths),
      inUse: z.boolean().describe('it carried the address at the moment'),
      states: z.array(timeInState).describe("of the session with the customer's router; empty = none is known"),
    }),
  ),
  sessions: z
    .array(
      z.object({
        scope: z.string(),
        scopeName: z.string(),
        localAddress: z.string(),
        neighbor: z.string(),
        states: z.array(timeInState),
      }),
    )
    .describe('of the gateways, with the next hops that carried the address'),
  traffic: z.array(
    z.object({
      circuitId: z.string(),
      circuitName: z.string(),
      peerings: z
        .array(z.string())
        .optional()
        .describe('ARM types of the peerings whose bytes are counted together; the first one carries the address'),
      points: z
        .array(
          z.object({
            at: instant.describe('end of the piece'),
            in: z.number().nullable().describe('to Azure, both paths, bit/s'),
            out: z.number().nullable().describe('from Azure'),
          }),
        )
        .describe('a minute each, or five where single readings are kept no longer'),
      mean: z
        .object({ in: z.number(), out: z.number() })
        .nullable()
        .describe('null = less than half of it was counted'),
      usual: z
        .object({ in: rateBand, out: rateBand })
        .nullable()
        .describe('80 % of what this hour of the week carried in the four weeks before'),
      verdict: z
        .enum(['usual', 'less', 'more', 'unknown'])
        .describe(
          'the mean against the usual band and 30 % beyond it; unknown: it was not counted, or nothing is usual yet',
        ),
    }),
  ),
  probes: z
    .object({
      tests: z.number().int(),
      failedShare: z.number().nullable().describe('the largest share of checks that failed in one measurement, 0 to 1'),
      roundTripMs: z.number().nullable().describe('mean'),
      points: z.array(
        z.object({ at: instant, failedShare: z.number().nullable(), roundTripMs: z.number().nullable() }),
      ),
    })
    .nullable()
    .describe(
      'tests of connection monitors to the prefix in use, or over these resources; null = no result in that time',
    ),
  covered: z.boolean(),
  uncovered: z.array(uncoveredInterval).describe('what of its sessions and tables was not seen in the time'),
  uncoveredOmitted: omittedGaps,
})
export type RouteAround = z.infer<typeof routeAround>
