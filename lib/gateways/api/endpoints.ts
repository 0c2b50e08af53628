import { gatewaySchema, gatewayLoadSeriesSchema } from './gateways.ts'
import { hubSchema } from './hubs.ts'
import { gatewayTrafficSchema } from '#lib/sessions/api/uptime.ts'
import { z } from 'zod'
import {
  atParameters,
  createCoveredResponseSchema,
  defineEndpoint,
  customerAtParameters,
  customerListAtParameters,
  createPageSchema,
} from '#lib/contract/index.ts'
import { isRangeForward, rangeForwardFault, timeRangeParameters } from '#lib/contract/api/parameters.ts'

export const gatewayLoadParameters = z.strictObject(timeRangeParameters).refine(isRangeForward, rangeForwardFault)

export type GatewayLoadParameters = z.output<typeof gatewayLoadParameters>

export const endpoints = {
  gateways: defineEndpoint('/gateways', 'read', {
    summary: 'Gateways with instances and connections, by name, now or as of a moment',
    forAll: true,
    parameters: customerListAtParameters,
    response: createPageSchema(gatewaySchema),
  }),
  gatewayTraffic: defineEndpoint('/gateways/traffic', 'read', {
    summary: 'Traffic of every gateway in the last 24 hours, as far as Azure Monitor reported it',
    parameters: customerAtParameters,
    response: createCoveredResponseSchema(gatewayTrafficSchema.array()),
  }),
  gateway: defineEndpoint('/gateways/{id}', 'read', {
    summary: 'One gateway, now or as of a moment',
    parameters: atParameters,
    response: createCoveredResponseSchema(gatewaySchema),
  }),
  gatewayLoad: defineEndpoint('/gateways/{id}/load', 'read', {
    summary: 'CPU, flows, traffic and packets of a gateway over time, with the limits of its SKU',
    parameters: gatewayLoadParameters,
    response: createCoveredResponseSchema(gatewayLoadSeriesSchema),
  }),
  hubs: defineEndpoint('/hubs', 'read', {
    summary: 'Hubs of Virtual WANs and Route Servers with their gateways, networks and BGP peers, by name',
    parameters: customerListAtParameters,
    response: createPageSchema(hubSchema),
  }),
  hub: defineEndpoint('/hubs/{id}', 'read', {
    summary: 'One hub or Route Server, now or as of a moment',
    parameters: atParameters,
    response: createCoveredResponseSchema(hubSchema),
  }),
}

export type GatewaysEndpointResponse<Name extends keyof typeof endpoints> = z.input<
  (typeof endpoints)[Name]['response']
>
