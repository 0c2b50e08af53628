import { z } from 'zod'
import {
  bounds,
  confirmedAt,
  eventKinds,
  freshnessStates,
  instant,
  proven,
  severities,
  unconfirmedSince,
} from '#lib/contract/index.ts'
import { costHeadline } from '#lib/cost/api/requests.ts'
import { event } from '#lib/incidents/api/events.ts'
import { incident } from '#lib/incidents/api/incidents.ts'
import { redundancies } from '#lib/circuits/api/circuits.ts'
import { gatewayStates } from '#lib/gateways/api/gateways.ts'
import { sessionVerdicts } from '#lib/sessions/api/sessions.ts'
import { n1Case } from '#lib/resilience/api/what-if.ts'

const since = bounds.meta({ description: undefined }).nullable()

const counts = <T extends readonly string[]>(states: T) => z.partialRecord(z.enum(states), z.number().int())

/** Severities of problems, most severe first. `maintenance`: down or degraded during announced maintenance. */
export const problemSeverities = ['down', 'degraded', 'unknown', 'maintenance'] as const

/** One problem of the list that the overview, the map and the wall display show. */
const activeProblem = z.object({
  id: z.string().describe('the resource that it is about; of type `incident` its scope'),
  type: z.enum(['circuit', 'gateway', 'session', 'source', 'site', 'incident']),
  name: z.string(),
  state: z
    .string()
    .describe("the resource's own state; `impaired` where that is healthy and an open event is the problem"),
  called: z.string().describe('the word for it, on every surface: `one path left`, `degraded`, `site on backup`'),
  part: z
    .object({ down: z.string(), works: z.array(z.string()) })
    .optional()
    .describe('of a circuit that is not down as a whole: the peering without a path, and the peerings that work'),
  site: z
    .object({ state: z.string(), doubt: z.string().nullable() })
    .optional()
    .describe('of type `site`: the two parts of `reason`, its state and the doubt about its home'),
  kind: z.enum(eventKinds).nullable().describe('of that open event; null = the state is the problem'),
  severity: z.enum(problemSeverities),
  reason: z.string(),
  href: z.string(),
  since,
  ...proven,
  unconfirmedSince,
  incidentId: z.string().nullable().describe('the open incident about it; null = none'),
})
export type ActiveProblem = z.infer<typeof activeProblem>
export type StoredProblem = z.input<typeof activeProblem>

/** The headline about all resources, as the parts of one sentence (`headline-sentence.ts` assembles them). */
export const estateHeadline = z.object({
  severity: z.enum([...problemSeverities, 'up']).describe('`unknown` also where all is well as far as anybody knows'),
  text: z.string().describe('`1 of 5 circuits on one path`, `All 5 circuits redundant`'),
  since: since.describe('since when `text` holds; null = not known'),
  ...proven,
  unconfirmedSince: instant.nullable().describe('since when nobody confirms it'),
  confirmedAt,
  more: z.string().nullable().describe('what else is wrong, in a few words'),
  sentence: z.string().describe('all of it as of the answer, times in UTC'),
})
export type EstateHeadline = Omit<z.infer<typeof estateHeadline>, 'sentence'>
export type StoredHeadline = Omit<z.input<typeof estateHeadline>, 'sentence'>

export const overview = z.object({
  headline: estateHeadline,
  counts: z.object({
    circuits: counts(redundancies),
    gateways: counts(gatewayStates),
    sessions: counts(sessionVerdicts),
    sources: counts(freshnessStates),
    problems: counts(problemSeverities),
    impaired: z
      .object({
        circuits: z.number().int().describe('of those counted as redundant'),
        gateways: z.number().int().describe('of those counted as healthy'),
        unknownCircuits: z.number().int(),
        unknownGateways: z.number().int(),
      })
      .describe('how many have an open event that is a problem, whatever their state says'),
  }),
  worstFirst: z.array(activeProblem).describe('at most 200 of `counts.problems`'),
  recentEvents: z.array(event),
  incidents: z.object({
    counts: counts(severities).describe('open ones by severity'),
    recovered: z.number().int().describe('how many of these have recovered and are monitored until they close'),
    planned: z.int().describe('how many of these go on and are explained by maintenance'),
    open: z
      .array(incident)
      .describe('the worst first, the newest of the same severity before the older; recovered ones last'),
    closed: z.array(incident).describe('the last 8 that are over, the newest first; empty where five are open'),
  }),
  worstLosses: z
    .object({
      at: instant.describe('until then nothing that it rests on had changed'),
      cases: z
        .array(n1Case)
        .describe(
          'the loss outside gateways and hubs that strands most, then the gateway or hub that does; empty = no single loss strands a prefix',
        ),
    })
    .nullable()
    .describe('null = not computed yet'),
  cost: costHeadline.nullable().describe('null = nothing is priced yet, or the caller lacks the right read_cost'),
})
export type Overview = z.infer<typeof overview>
