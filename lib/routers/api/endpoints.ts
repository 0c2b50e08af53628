import { ownedListParameters, forward, forwardMessage, range } from '#lib/contract/api/parameters.ts'
import { pathEnds, router, routerDetail } from './routers.ts'
import { z } from 'zod'
import { answerOf, command, endpoint, pageOf, type ResultIn } from '#lib/contract/index.ts'
import { configurationComparison, routerConfiguration, routerSoftwares } from './router-configuration.ts'
import { oneOf } from '#lib/contract/api/one-of.ts'

export const circuitRoutersParameters = z.strictObject(range).refine(forward, forwardMessage)

export type CircuitRoutersParameters = z.output<typeof circuitRoutersParameters>

export const routerConfigurationParameters = z.strictObject({
  software: z.enum(routerSoftwares, `send ${oneOf(routerSoftwares)}`).default('iosXe'),
  port: z
    .string()
    .regex(
      /^(?:[A-Za-z][\w./:-]{0,39})?$/,
      "the router's own name of its port, such as Ethernet1: letters, digits and . / : - _",
    )
    .default('')
    .describe("the router's own name of its port; empty = a usual one"),
})
export type RouterConfigurationParameters = z.output<typeof routerConfigurationParameters>

/** Maximum number of characters of a pasted configuration. */
const MAX_TEXT = 400_000

export const endpoints = {
  routers: endpoint('/routers', 'read', {
    summary:
      "Customers' routers that report by BMP or in their logs, by name: their sessions, which circuit's path each is, and both ends of it",
    parameters: ownedListParameters,
    response: pageOf(router),
  }),
  router: endpoint('/routers/{id}', 'read', {
    summary:
      "One customer's router, with what its sessions were in the last 7 days and how many routes its tables have",
    response: answerOf(routerDetail),
  }),
  circuitRouters: endpoint('/circuits/{id}/routers', 'read', {
    summary: "The customer's end of a circuit's sessions over time, as its routers report it, beside Azure's end now",
    parameters: circuitRoutersParameters,
    response: answerOf(pathEnds.array()),
  }),
  routerConfiguration: endpoint('/circuits/{id}/router-configuration', 'read', {
    summary:
      "The configuration of the customer's routers that matches a circuit's Azure side, path by path, and how what routers report by BMP differs from it",
    parameters: routerConfigurationParameters,
    response: answerOf(routerConfiguration),
  }),
}

export type ResponseOf<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const commands = {
  removeRouter: command('delete', '/routers/{id}', 'settings', {
    summary:
      'Deletes a router that is not connected, with everything that it reported. A router that connects again starts without a past',
    body: z.strictObject({}),
    response: answerOf(z.object({ id: z.string(), address: z.string(), name: z.string().nullable() })),
    problems: [404, 409],
  }),
  compareRouterConfiguration: command('post', '/circuits/{id}/router-configuration', 'read', {
    summary:
      'How a router’s configuration differs from what a circuit’s Azure side asks for; it is neither kept nor recorded',
    body: z.strictObject({ text: z.string().min(1, 'paste a configuration').max(MAX_TEXT) }),
    response: answerOf(configurationComparison),
    problems: [404],
  }),
}

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
