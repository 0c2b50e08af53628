import { z } from 'zod'
import { severities } from '../event.ts'
import { costHeadline } from './cost-requests.ts'
import { event } from './events.ts'
import { incident } from './incidents.ts'
import { redundancies } from './circuits.ts'
import { gatewayStates } from './gateways.ts'
import { sessionVerdicts } from './sessions.ts'
import { freshnessStates, instant } from './envelope.ts'

const counts = <T extends readonly string[]>(states: T) => z.partialRecord(z.enum(states), z.number().int())

/** One active problem, the worst first. */
export const activeProblem = z.object({
  id: z.string(),
  type: z.enum(['circuit', 'gateway', 'session', 'source']),
  name: z.string(),
  state: z.string(),
  severity: z.enum(['down', 'degraded', 'unknown', 'ok']),
  reason: z.string(),
  href: z.string(),
  since: z.tuple([instant, instant]).nullable(),
})

export const overview = z.object({
  counts: z.object({
    circuits: counts(redundancies),
    gateways: counts(gatewayStates),
    sessions: counts(sessionVerdicts),
    sources: counts(freshnessStates),
  }),
  worstFirst: z.array(activeProblem),
  recentEvents: z.array(event),
  incidents: z.object({
    counts: counts(severities).describe('open ones by severity'),
    open: z.array(incident).describe('the worst first, the newest of the same severity before the older'),
  }),
  cost: costHeadline.nullable().describe('null = nothing is priced yet'),
})
export type Overview = z.infer<typeof overview>
