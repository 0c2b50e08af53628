import type { z } from 'zod'
import * as access from '#lib/access/api/endpoints.ts'
import * as alerting from '#lib/alerting/api/endpoints.ts'
import * as circuits from '#lib/circuits/api/endpoints.ts'
import * as cost from '#lib/cost/api/endpoints.ts'
import * as customers from '#lib/customers/api/endpoints.ts'
import * as gateways from '#lib/gateways/api/endpoints.ts'
import * as incidents from '#lib/incidents/api/endpoints.ts'
import * as maintenance from '#lib/maintenance/api/endpoints.ts'
import * as networks from '#lib/networks/api/endpoints.ts'
import * as notify from '#lib/notify/api/endpoints.ts'
import * as overview from '#lib/overview/api/endpoints.ts'
import * as declarations from '#lib/declarations/api/endpoints.ts'
import * as plan from '#lib/plan/api/endpoints.ts'
import * as reports from '#lib/reports/api/endpoints.ts'
import * as resilience from '#lib/resilience/api/endpoints.ts'
import * as routers from '#lib/routers/api/endpoints.ts'
import * as routes from '#lib/routes/api/endpoints.ts'
import * as sessions from '#lib/sessions/api/endpoints.ts'
import * as setup from '#lib/setup/api/endpoints.ts'
import * as usage from '#lib/usage/api/endpoints.ts'
import type { Command, Endpoint, PlainEndpoint } from '#lib/contract/index.ts'

/** Every JSON endpoint of `/api/v1`, of all rooms: what is parsed, what tests check, and what OpenAPI is made from. */
export const endpoints = {
  ...access.endpoints,
  ...alerting.endpoints,
  ...circuits.endpoints,
  ...cost.endpoints,
  ...customers.endpoints,
  ...gateways.endpoints,
  ...incidents.endpoints,
  ...maintenance.endpoints,
  ...networks.endpoints,
  ...notify.endpoints,
  ...overview.endpoints,
  ...declarations.endpoints,
  ...plan.endpoints,
  ...reports.endpoints,
  ...resilience.endpoints,
  ...routers.endpoints,
  ...routes.endpoints,
  ...sessions.endpoints,
  ...setup.endpoints,
  ...usage.endpoints,
} as const satisfies Record<string, Endpoint>

/** Every request to `/api/v1` that changes something. Bodies are JSON. */
export const commands = {
  ...access.commands,
  ...alerting.commands,
  ...circuits.commands,
  ...cost.commands,
  ...incidents.commands,
  ...maintenance.commands,
  ...notify.commands,
  ...declarations.commands,
  ...plan.commands,
  ...reports.commands,
  ...resilience.commands,
  ...routers.commands,
  ...setup.commands,
} as const satisfies Record<string, Command>

/** Streams, files and texts: what is answered otherwise than as JSON of a schema. */
export const plainEndpoints = {
  ...cost.plainEndpoints,
  ...overview.plainEndpoints,
  openapi: { path: '/api/openapi.json', right: 'read' },
  metrics: { path: '/metrics', right: 'read' },
} as const satisfies Record<string, PlainEndpoint>

export type PlainEndpointName = keyof typeof plainEndpoints
export type EndpointName = keyof typeof endpoints
/** What an endpoint answers, as it is written on the wire. */
export type ResponseOf<Name extends EndpointName> = z.output<(typeof endpoints)[Name]['response']>

export type CommandName = keyof typeof commands
/** The body of a command as its schema reads it, defaults filled in. */
export type BodyOf<Name extends CommandName> = z.output<(typeof commands)[Name]['body']>
/** A command's answer, as it is written on the wire. */
export type CommandAnswerOf<Name extends CommandName> = z.output<(typeof commands)[Name]['response']>
