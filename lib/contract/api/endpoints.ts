import type { z } from 'zod'
import { accessCommands, accessEndpoints } from './endpoints/access.ts'
import { collectorCommands, collectorEndpoints } from './endpoints/collector.ts'
import { costCommands, costEndpoints } from './endpoints/cost.ts'
import type { Command, Endpoint, PlainEndpoint } from './endpoints/endpoint.ts'
import { estateEndpoints } from './endpoints/estate.ts'
import { storyCommands, eventEndpoints } from './endpoints/events.ts'
import { whatIfCommands, whatIfEndpoints } from './endpoints/what-if.ts'
import { resilienceCommands, resilienceEndpoints } from './endpoints/resilience.ts'

export type { Command, Endpoint, PlainEndpoint } from './endpoints/endpoint.ts'

/** Every JSON endpoint of `/api/v1`: what the handlers parse, what the tests check, and what OpenAPI is made from. */
export const endpoints = {
  ...estateEndpoints,
  ...eventEndpoints,
  ...whatIfEndpoints,
  ...resilienceEndpoints,
  ...collectorEndpoints,
  ...costEndpoints,
  ...accessEndpoints,
} as const satisfies Record<string, Endpoint>

/** Every request to `/api/v1` that changes something. Bodies are JSON. */
export const commands = {
  ...storyCommands,
  ...resilienceCommands,
  ...whatIfCommands,
  ...collectorCommands,
  ...costCommands,
  ...accessCommands,
} as const satisfies Record<string, Command>

/** Streams, files and texts: what is answered otherwise than as JSON of a schema. */
export const plainEndpoints = {
  stream: { path: '/api/v1/stream', right: 'read', forWalls: true },
  costFocus: { path: '/api/v1/cost/focus', right: 'read_cost' },
  costWeeklyCsv: { path: '/api/v1/cost/weekly/csv', right: 'read_cost' },
  openapi: { path: '/api/openapi.json', right: 'read' },
  metrics: { path: '/metrics', right: 'read' },
} as const satisfies Record<string, PlainEndpoint>

export type PlainEndpointName = keyof typeof plainEndpoints
export type EndpointName = keyof typeof endpoints
/** What an endpoint answers, as it is written on the wire. */
export type ResponseOf<Name extends EndpointName> = z.output<(typeof endpoints)[Name]['response']>
export type ParametersOf<Name extends EndpointName> = z.output<(typeof endpoints)[Name]['parameters']>

export type CommandName = keyof typeof commands
/** The body of a command as its schema reads it, defaults filled in. */
export type BodyOf<Name extends CommandName> = z.output<(typeof commands)[Name]['body']>
/** A command's answer, as it is written on the wire. */
export type CommandAnswerOf<Name extends CommandName> = z.output<(typeof commands)[Name]['response']>
/** What the work of a command results in; an answer that does not say when it was true was so when it was done, and rests on no poll. */
export type ResultOf<Name extends CommandName> = Pick<CommandAnswerOf<Name>, 'data'> &
  Partial<Pick<CommandAnswerOf<Name>, 'asOf' | 'freshness'>>
