import { z } from 'zod'
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
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { CommandDefinition, EndpointDefinition, NonJsonEndpoint } from '#lib/contract/index.ts'

/**
 * Endpoints and commands of each room (a group of endpoints, such as `circuits`), by the name of the room. The OpenAPI
 * document of a room is built from this list.
 */
export const apisOfRooms: Readonly<Record<string, { endpoints?: object; commands?: object; plainEndpoints?: object }>> =
  createSafeLookupTable({
    access,
    alerting,
    circuits,
    cost,
    customers,
    declarations,
    gateways,
    incidents,
    maintenance,
    networks,
    notify,
    overview,
    plan,
    reports,
    resilience,
    routers,
    routes,
    sessions,
    setup,
    usage,
  })

/** All GET endpoints of `/api/v1` that return JSON. Handlers, tests and the OpenAPI document use this list. */
export const allApiEndpoints = {
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
} as const satisfies Record<string, EndpointDefinition>

/**
 * All POST, PUT and DELETE requests below `/api/v1` whose body has a schema. The bodies are JSON. Most of these
 * requests change data. Others, for example `checkPlan`, change nothing and only need a body. The requests of vendors
 * below `INBOUND_REQUESTS_PATH` are not in this list.
 */
export const allApiCommands = {
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
} as const satisfies Record<string, CommandDefinition>

/** Endpoints whose response is a stream, a file or text and therefore has no JSON schema. */
export const nonJsonApiEndpoints = {
  ...cost.plainEndpoints,
  ...overview.overviewNonJsonEndpoints,
  openapi: {
    path: '/api/openapi.json',
    right: 'read',
    parameters: z.strictObject({
      room: z
        .enum(['index', ...Object.keys(apisOfRooms)])
        .describe('only the paths of this room; `index` refers to the document of each path; absent = all paths')
        .optional(),
    }),
  },
  metrics: { path: '/metrics', right: 'read' },
} as const satisfies Record<string, NonJsonEndpoint>

export type PlainEndpointName = keyof typeof nonJsonApiEndpoints
export type EndpointName = keyof typeof allApiEndpoints
/** The response of an endpoint, as it is sent. */
export type ApiEndpointResponse<Name extends EndpointName> = z.output<(typeof allApiEndpoints)[Name]['response']>

export type CommandName = keyof typeof allApiCommands
/** The body of a command after it was parsed by its schema, with default values for missing fields. */
export type ApiCommandBody<Name extends CommandName> = z.output<(typeof allApiCommands)[Name]['body']>
/** The response of a command, as it is sent. */
export type ApiCommandResponse<Name extends CommandName> = z.output<(typeof allApiCommands)[Name]['response']>
