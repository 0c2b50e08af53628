import { gateway, gatewayLoadSeries } from './gateways.ts'
import { hub } from './hubs.ts'
import { gatewayTraffic } from '#lib/sessions/api/uptime.ts'
import { z } from 'zod'
import {
  atParameters,
  coveredAnswerOf,
  type Endpoint,
  ownedAtParameters,
  ownedListAtParameters,
  pageOf,
} from '#lib/contract/index.ts'
import { forward, forwardMessage, range } from '#lib/contract/api/parameters.ts'

export const gatewayLoadParameters = z.strictObject(range).refine(forward, forwardMessage)

export type GatewayLoadParameters = z.output<typeof gatewayLoadParameters>

export const endpoints = {
  gateways: {
    path: '/gateways',
    summary: 'Gateways with instances and connections, by name, now or as of a moment',
    right: 'read',
    forAll: true,
    parameters: ownedListAtParameters,
    response: pageOf(gateway),
  },
  gatewayTraffic: {
    path: '/gateways/traffic',
    summary: 'What passed every gateway in the last 24 hours, as far as Azure Monitor reported it',
    right: 'read',
    parameters: ownedAtParameters,
    response: coveredAnswerOf(gatewayTraffic.array()),
  },
  gateway: {
    path: '/gateways/{id}',
    summary: 'One gateway, now or as of a moment',
    right: 'read',
    parameters: atParameters,
    response: coveredAnswerOf(gateway),
  },
  gatewayLoad: {
    path: '/gateways/{id}/load',
    summary: "A gateway's CPU, flows, traffic and packets over time, against what its SKU takes",
    right: 'read',
    parameters: gatewayLoadParameters,
    response: coveredAnswerOf(gatewayLoadSeries),
  },
  hubs: {
    path: '/hubs',
    summary: 'Hubs of Virtual WANs and Route Servers with their gateways, networks and BGP peers, by name',
    right: 'read',
    parameters: ownedListAtParameters,
    response: pageOf(hub),
  },
  hub: {
    path: '/hubs/{id}',
    summary: 'One hub or Route Server, now or as of a moment',
    right: 'read',
    parameters: atParameters,
    response: coveredAnswerOf(hub),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>
