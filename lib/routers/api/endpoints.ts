import {
  customerListParameters,
  isRangeForward,
  rangeForwardFault,
  timeRangeParameters,
} from '#lib/contract/api/parameters.ts'
import { pathEndsSchema, routerSchema, routerDetailSchema } from './routers.ts'
import { z } from 'zod'
import {
  createResponseSchema,
  defineCommand,
  defineEndpoint,
  createPageSchema,
  type CommandResult,
} from '#lib/contract/index.ts'
import {
  configurationComparisonSchema,
  routerConfigurationSchema,
  supportedRouterSoftware,
} from './router-configuration.ts'
import { formatAcceptedValues } from '#lib/contract/api/one-of.ts'

export const circuitRoutersParameters = z.strictObject(timeRangeParameters).refine(isRangeForward, rangeForwardFault)

export type CircuitRoutersParameters = z.output<typeof circuitRoutersParameters>

export const routerConfigurationParameters = z.strictObject({
  software: z.enum(supportedRouterSoftware, `send ${formatAcceptedValues(supportedRouterSoftware)}`).default('iosXe'),
  port: z
    .string()
    .regex(
      /^(?:[A-Za-z][\w./:-]{0,39})?$/,
      "the router's own name of its port, such as Ethernet1: letters, digits and . / : - _",
    )
    .default('')
    .describe('name of the port on the router; empty = a usual name'),
})
export type RouterConfigurationParameters = z.output<typeof routerConfigurationParameters>

/** Maximum number of characters of a pasted configuration. */
const MAX_TEXT = 400_000

export const endpoints = {
  routers: defineEndpoint('/routers', 'read', {
    summary:
      "Customers' routers that report by BMP or in their logs, by name: their sessions, the matching circuit paths, and the states at both ends",
    parameters: customerListParameters,
    response: createPageSchema(routerSchema),
  }),
  router: defineEndpoint('/routers/{id}', 'read', {
    summary:
      "Customer's router, with the changes of its sessions in the last 7 days and the number of routes in its tables",
    response: createResponseSchema(routerDetailSchema),
  }),
  circuitRouters: defineEndpoint('/circuits/{id}/routers', 'read', {
    summary:
      "States of a circuit's sessions over time as the customer's routers report them, compared with the present states at Azure's end",
    parameters: circuitRoutersParameters,
    response: createResponseSchema(pathEndsSchema.array()),
  }),
  routerConfiguration: defineEndpoint('/circuits/{id}/router-configuration', 'read', {
    summary:
      "Configuration of the customer's routers that matches a circuit's settings in Azure, path by path, and its differences from the sessions that routers report by BMP",
    parameters: routerConfigurationParameters,
    response: createResponseSchema(routerConfigurationSchema),
  }),
}

export type RoutersEndpointResponse<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const commands = {
  removeRouter: defineCommand('delete', '/routers/{id}', 'settings', {
    summary:
      'Deletes a router that is not connected, with all data that it reported. If it connects again, it has no history',
    body: z.strictObject({}),
    response: createResponseSchema(z.object({ id: z.string(), address: z.string(), name: z.string().nullable() })),
    problems: [404, 409],
  }),
  compareRouterConfiguration: defineCommand('post', '/circuits/{id}/router-configuration', 'read', {
    summary:
      "Differences between a router's configuration and a circuit's settings in Azure; the configuration is neither stored nor logged",
    body: z.strictObject({ text: z.string().min(1, 'paste a configuration').max(MAX_TEXT) }),
    response: createResponseSchema(configurationComparisonSchema),
    problems: [404],
  }),
}

export type RoutersCommandResult<Name extends keyof typeof commands> = CommandResult<(typeof commands)[Name]>
