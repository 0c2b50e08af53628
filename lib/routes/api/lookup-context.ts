import { z } from 'zod'
import {
  boundsCodec,
  causeOwners,
  circuitPaths,
  eventKinds,
  instantCodec,
  omittedGapsSchema,
  severities,
  uncoveredIntervalSchema,
} from '#lib/contract/index.ts'

/** A period in which a path or session has one state. The periods of a path follow each other without gaps. */
const timeInState = z.object({
  from: instantCodec,
  to: instantCodec,
  is: z
    .enum(['up', 'down', 'indeterminate', 'unknown', 'planned'])
    .describe('indeterminate: between two polls with different results; unknown: no successful poll'),
})
export type LookupPathStatePeriod = z.infer<typeof timeInState>

const aroundEvent = z.object({
  id: z.string(),
  kind: z.enum(eventKinds),
  severity: z.enum(severities),
  scope: z.string(),
  scopeName: z.string(),
  subject: z.string(),
  startedBetween: boundsCodec,
  endedBetween: boundsCodec.nullable().describe('null = ongoing'),
  incidentId: z.string().nullable(),
})
export type LookupContextEvent = z.infer<typeof aroundEvent>

/**
 * An incident on the path. Its name is the name of its root event. If the root event is not on the path, it is the name
 * of the most severe event on the path.
 */
const aroundIncident = aroundEvent.omit({ incidentId: true }).extend({
  owner: z.enum(causeOwners),
  ownerName: z
    .string()
    .nullable()
    .describe('name of the owner if it is more exact than `owner`, as in incidents; null = no such name'),
  confidence: z.number().describe('0 to 1: certain 1, likely 0.7, possible 0.5; 0 = unknown cause'),
  nextStep: z.string(),
})
export type LookupContextIncident = z.infer<typeof aroundIncident>

const pathStates = z.object({
  circuitId: z.string(),
  circuitName: z.string(),
  path: z.enum(circuitPaths),
  inUse: z.boolean().describe('whether it carried the traffic to the address at the moment'),
  states: z.array(timeInState).describe("states of the session with the customer's router; empty = unknown"),
})

const rateBand = z.tuple([z.number(), z.number()]).nullable().describe('lowest and highest rate, bit/s; null = unknown')

/** Events and states on the path of an address around a time. */
export const lookupContextSchema = z.object({
  from: instantCodec,
  to: instantCodec.describe(
    '15 minutes after the moment, or the moment itself if these have not passed; the end of an event that is ongoing then is unknown',
  ),
  untilNow: z.boolean().describe('true = the request contained no moment'),
  verdict: z
    .enum(['something', 'nothing', 'unknown'])
    .describe(
      'something: there was an incident or an event above severity info; nothing: all of the time was polled, and there was none; unknown: none was detected, and a part of the time was not polled',
    ),
  resources: z
    .array(z.object({ scope: z.string(), scopeName: z.string(), type: z.enum(['circuit', 'gateway', 'other']) }))
    .describe('resources that carried the traffic to the address at the start, at the moment or at the end'),
  incidents: z.array(aroundIncident).describe('the worst first'),
  events: z.array(aroundEvent).describe('events that began or ended in the time, the oldest first; at most 100'),
  paths: z.array(pathStates),
  standby: z
    .object({ incidents: z.array(aroundIncident), paths: z.array(pathStates) })
    .optional()
    .describe(
      'resources whose routes to the address were not in use: their incidents that were ongoing at the moment, without those in `incidents`, and the paths of their circuits',
    ),
  neighbors: z
    .array(z.object({ address: z.string(), circuitId: z.string(), path: z.enum(circuitPaths).nullable() }))
    .optional()
    .describe(
      'neighbors of gateways that had a route to the address at the start, at the moment or at the end, with the circuit and path to which they belong',
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
    .describe('sessions of the gateways with the next hops on the path to the address'),
  traffic: z.array(
    z.object({
      circuitId: z.string(),
      circuitName: z.string(),
      peerings: z
        .array(z.string())
        .optional()
        .describe(
          'ARM types of the peerings whose bytes are counted together; the first peering carries the traffic to the address',
        ),
      points: z
        .array(
          z.object({
            at: instantCodec.describe('end of the time step'),
            in: z.number().nullable().describe('rate to Azure, both paths, bit/s'),
            out: z.number().nullable().describe('rate from Azure'),
          }),
        )
        .describe('one point for each minute, or for five minutes if single samples are no longer stored'),
      mean: z
        .object({ in: z.number(), out: z.number() })
        .nullable()
        .describe('null = less than half of the time was counted'),
      usual: z
        .object({ in: rateBand, out: rateBand })
        .nullable()
        .describe('range of 80 % of the rates in this hour of the week in the four weeks before'),
      verdict: z
        .enum(['usual', 'less', 'more', 'unknown'])
        .describe(
          'comparison of the mean with the usual range, extended by 30 %; unknown: not counted, or no usual range yet',
        ),
    }),
  ),
  probes: z
    .object({
      tests: z.number().int(),
      failedShare: z.number().nullable().describe('highest share of failed checks in one measurement, 0 to 1'),
      roundTripMs: z.number().nullable().describe('mean round-trip time in ms'),
      points: z.array(
        z.object({ at: instantCodec, failedShare: z.number().nullable(), roundTripMs: z.number().nullable() }),
      ),
    })
    .nullable()
    .describe(
      'tests of connection monitors to the prefix in use, or through these resources; null = no result in that time',
    ),
  covered: z.boolean(),
  uncovered: z.array(uncoveredIntervalSchema).describe('gaps in the polls of its sessions and tables in the time'),
  uncoveredOmitted: omittedGapsSchema,
})
export type LookupContext = z.infer<typeof lookupContextSchema>
