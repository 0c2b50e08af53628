import type { z } from 'zod'
import { configurationChange } from './changes.ts'
import { circuit } from './circuits.ts'
import { answerOf, coveredAnswerOf, pageOf } from './envelope.ts'
import { event } from './events.ts'
import { gateway } from './gateways.ts'
import { incident, incidentDetail } from './incidents.ts'
import { overview } from './overview.ts'
import {
  changesParameters,
  coverageParameters,
  eventsParameters,
  incidentsParameters,
  listParameters,
  noParameters,
  routeChurnParameters,
  routeHistoryParameters,
  routeLookupParameters,
  routesDiffParameters,
  routesParameters,
  sessionHistoryParameters,
  sessionsParameters,
  sourcesParameters,
  usageParameters,
} from './parameters.ts'
import { routeChurn, routeLookup, routesDiff, routeStretch } from './route-history.ts'
import { route } from './routes.ts'
import { session, sessionStretch } from './sessions.ts'
import { coverageStretch, processStatus, source } from './sources.ts'
import { usageAnswer } from './usage.ts'

export interface Endpoint {
  /** below `/api/v1`; `{id}` stands for a short id or an ARM id */
  path: string
  summary: string
  parameters: z.ZodType
  response: z.ZodType
}

/** Every JSON endpoint of `/api/v1`: what the handlers parse, what the tests check, and what OpenAPI is made from. */
export const endpoints = {
  overview: {
    path: '/overview',
    summary: 'How the estate is: counts by state, what is worst, what happened last',
    parameters: noParameters,
    response: answerOf(overview),
  },
  circuits: {
    path: '/circuits',
    summary: 'ExpressRoute circuits with both paths, by name',
    parameters: listParameters,
    response: pageOf(circuit),
  },
  circuit: {
    path: '/circuits/{id}',
    summary: 'One circuit',
    parameters: noParameters,
    response: answerOf(circuit),
  },
  circuitUsage: {
    path: '/circuits/{id}/usage',
    summary: "Bytes of a circuit's paths over time, from counters, and from metrics where counters do not tell",
    parameters: usageParameters,
    response: coveredAnswerOf(usageAnswer),
  },
  gateways: {
    path: '/gateways',
    summary: 'Gateways with instances and connections, by name',
    parameters: listParameters,
    response: pageOf(gateway),
  },
  gateway: {
    path: '/gateways/{id}',
    summary: 'One gateway',
    parameters: noParameters,
    response: answerOf(gateway),
  },
  sessions: {
    path: '/sessions',
    summary: 'BGP sessions of gateways and of circuit paths, now or as of a moment',
    parameters: sessionsParameters,
    response: pageOf(session),
  },
  sessionHistory: {
    path: '/sessions/history',
    summary: 'The stretches in which sessions had one state, newest first',
    parameters: sessionHistoryParameters,
    response: pageOf(sessionStretch),
  },
  routes: {
    path: '/routes',
    summary: 'Routes of gateways and of circuit paths, now or as of a moment',
    parameters: routesParameters,
    response: pageOf(route),
  },
  routeLookup: {
    path: '/routes/lookup',
    summary: 'Where an address goes, now or as of a moment: every route that covers it, with its rank and the reason',
    parameters: routeLookupParameters,
    response: coveredAnswerOf(routeLookup),
  },
  routesDiff: {
    path: '/routes/diff',
    summary: 'What two moments differ in: announced, withdrawn, changed, and what can not be told',
    parameters: routesDiffParameters,
    response: coveredAnswerOf(routesDiff),
  },
  routeChurn: {
    path: '/routes/churn',
    summary: 'Route changes by step of time, and the prefixes that moved most',
    parameters: routeChurnParameters,
    response: coveredAnswerOf(routeChurn),
  },
  routeHistory: {
    path: '/routes/history',
    summary: 'How routes to one prefix stood, in stretches, newest first',
    parameters: routeHistoryParameters,
    response: pageOf(routeStretch),
  },
  changes: {
    path: '/changes',
    summary: 'Changes of configuration with the Activity Log entry that explains each, newest first',
    parameters: changesParameters,
    response: pageOf(configurationChange),
  },
  events: {
    path: '/events',
    summary: 'Events that may have started in the asked time, newest first',
    parameters: eventsParameters,
    response: pageOf(event),
  },
  incidents: {
    path: '/incidents',
    summary: 'Incidents: events that began together, newest first',
    parameters: incidentsParameters,
    response: pageOf(incident),
  },
  incident: {
    path: '/incidents/{id}',
    summary: 'One incident with all of its events',
    parameters: noParameters,
    response: answerOf(incidentDetail),
  },
  sources: {
    path: '/sources',
    summary: 'What is polled, and how its polls go',
    parameters: sourcesParameters,
    response: pageOf(source),
  },
  coverage: {
    path: '/sources/coverage',
    summary: 'Stretches of polls with one outcome, newest first',
    parameters: coverageParameters,
    response: pageOf(coverageStretch),
  },
  processes: {
    path: '/processes',
    summary: "Peerwatch's own processes",
    parameters: noParameters,
    response: answerOf(processStatus.array()),
  },
} as const satisfies Record<string, Endpoint>

export type EndpointName = keyof typeof endpoints
/** What an endpoint answers, as it is written on the wire. */
export type ResponseOf<Name extends EndpointName> = z.output<(typeof endpoints)[Name]['response']>
export type ParametersOf<Name extends EndpointName> = z.output<(typeof endpoints)[Name]['parameters']>
