import { z } from 'zod'
import {
  boundsCodec,
  confirmedAtSchema,
  eventKinds,
  freshnessStates,
  instantCodec,
  provenLossFields,
  severities,
  unconfirmedSinceSchema,
} from '#lib/contract/index.ts'
import { costHeadlineSchema } from '#lib/cost/api/requests.ts'
import { eventSchema } from '#lib/incidents/api/events.ts'
import { incidentSchema } from '#lib/incidents/api/incidents.ts'
import { circuitRedundancyStates } from '#lib/circuits/api/circuits.ts'
import { gatewayStates } from '#lib/gateways/api/gateways.ts'
import { sessionVerdicts } from '#lib/sessions/api/sessions.ts'
import { n1CaseSchema } from '#lib/resilience/api/what-if.ts'
import { MAX_CLOSED_INCIDENTS_SHOWN } from './wall-states.ts'

const since = boundsCodec.meta({ description: undefined }).nullable()

const counts = <T extends readonly string[]>(states: T) => z.partialRecord(z.enum(states), z.number().int())

/** Severities of problems, most severe first. `maintenance`: down or degraded during announced maintenance. */
export const problemSeverities = ['down', 'degraded', 'unknown', 'maintenance'] as const

/** One problem of the list that the overview, the map and the wall display show. */
const activeProblem = z.object({
  id: z.string().describe('id of the affected resource; for type `incident` its scope'),
  type: z.enum(['circuit', 'gateway', 'session', 'source', 'site', 'incident']),
  name: z.string(),
  state: z
    .string()
    .describe(
      'state of the resource; `impaired` if the state is healthy but an open event is the problem; of late polls `stopped` if all polls stopped together; only for callers who may read all resources',
    ),
  called: z
    .string()
    .describe('word for the state, the same on every page: `one path left`, `degraded`, `site on backup`'),
  part: z
    .object({ down: z.string(), works: z.array(z.string()) })
    .optional()
    .describe('for a circuit that is not completely down: the peering without a path, and the peerings that work'),
  site: z
    .object({ state: z.string(), doubt: z.string().nullable() })
    .optional()
    .describe('for type `site`: the two parts of `reason`, which are its state and the doubt about its home'),
  kind: z.enum(eventKinds).nullable().describe('kind of the open event; null = the state is the problem'),
  severity: z.enum(problemSeverities),
  reason: z.string(),
  href: z.string(),
  since,
  ...provenLossFields,
  unconfirmedSince: unconfirmedSinceSchema,
  lastKnown: z
    .object({ called: z.string().describe('word for the state'), at: instantCodec })
    .optional()
    .describe(
      'for a circuit or gateway that is unknown because the polls of several resources fail or are late: the state before; such a problem is a part of the problem of the collector',
    ),
  incidentId: z.string().nullable().describe('open incident about it; null = none'),
})
export type ActiveProblem = z.infer<typeof activeProblem>
export type ActiveProblemToEncode = z.input<typeof activeProblem>

/** The headline about all resources, as the parts of one sentence (`headline-sentence.ts` assembles them). */
export const estateHeadlineSchema = z.object({
  severity: z
    .enum([...problemSeverities, 'up'])
    .describe(
      'severity of the most severe problem; `text` names another problem first if it needs a person now; `unknown` also if no problem is known but data is missing',
    ),
  text: z
    .string()
    .describe('`erc-london: primary path down`, `2 of 5 circuits on one path`, `Both paths up on all 5 circuits`'),
  since: since.describe('bounds of the time since which `text` applies; null = unknown'),
  hasStartTime: z
    .boolean()
    .optional()
    .describe('true = `sentence` gives the time of the start in place of a duration, because one circuit is affected'),
  ...provenLossFields,
  unconfirmedSince: instantCodec.nullable().describe('time since which no poll confirms it'),
  confirmedAt: confirmedAtSchema,
  more: z.string().nullable().describe('other problems, in a few words'),
  incidentId: z
    .string()
    .nullable()
    .optional()
    .describe('open incident about all resources that `text` names; null = none, or several'),
  sentence: z.string().describe('whole headline as one sentence, for the time of the response, in UTC'),
})
export type EstateHeadline = Omit<z.infer<typeof estateHeadlineSchema>, 'sentence'>
export type EstateHeadlineToEncode = Omit<z.input<typeof estateHeadlineSchema>, 'sentence'>

export const overviewSchema = z.object({
  headline: estateHeadlineSchema,
  counts: z.object({
    circuits: counts(circuitRedundancyStates),
    gateways: counts(gatewayStates),
    sessions: counts(sessionVerdicts),
    sources: counts(freshnessStates),
    problems: counts(problemSeverities),
    impaired: z
      .object({
        circuits: z.number().int().describe('number of circuits with both paths up'),
        gateways: z.number().int().describe('number of gateways that count as healthy'),
        unknownCircuits: z.number().int(),
        unknownGateways: z.number().int(),
      })
      .describe('number of resources with an open event that is a problem, whatever their state'),
  }),
  worstFirst: z.array(activeProblem).describe('at most 200 of `counts.problems`'),
  recentEvents: z.array(eventSchema),
  incidents: z.object({
    counts: counts(severities).describe('number of open incidents by severity'),
    recovered: z.number().int().describe('number of these that have recovered and are monitored until they close'),
    planned: z.int().describe('number of these that are ongoing and explained by maintenance'),
    open: z.array(incidentSchema).describe('the worst first, then the newest first; recovered incidents last'),
    closed: z
      .array(incidentSchema)
      .describe(
        `the last ${MAX_CLOSED_INCIDENTS_SHOWN} closed incidents, the newest first; empty if at least five are open`,
      ),
  }),
  worstLosses: z
    .object({
      at: instantCodec.describe('time up to which all input data was unchanged'),
      cases: z
        .array(n1CaseSchema)
        .describe(
          'failure outside gateways and hubs that cuts off most prefixes, then the worst failure of a gateway or hub; empty = no single failure cuts off a prefix',
        ),
    })
    .nullable()
    .describe('null = not computed yet'),
  cost: costHeadlineSchema
    .nullable()
    .describe('null = nothing has a price yet, or the caller lacks the right read_cost'),
})
export type EstateOverview = z.infer<typeof overviewSchema>
