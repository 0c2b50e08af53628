import { gateway, gatewayLoadSeries } from './gateways.ts'
import { hub } from './hubs.ts'
import { gatewayLoadParameters } from './parameters.ts'
import { gatewayTraffic } from '#lib/sessions/api/uptime.ts'
import type { z } from 'zod'
import {
  answerOf,
  coveredAnswerOf,
  type Endpoint,
  noParameters,
  ownedListParameters,
  ownedParameters,
  pageOf,
} from '#lib/contract/index.ts'

export const endpoints = {
  gateways: {
    path: '/gateways',
    summary: 'Gateways with instances and connections, by name',
    right: 'read',
    parameters: ownedListParameters,
    response: pageOf(gateway),
  },
  gatewayTraffic: {
    path: '/gateways/traffic',
    summary: 'What passed every gateway in the last 24 hours, as far as Azure Monitor reported it',
    right: 'read',
    parameters: ownedParameters,
    response: answerOf(gatewayTraffic.array()),
  },
  gateway: {
    path: '/gateways/{id}',
    summary: 'One gateway',
    right: 'read',
    parameters: noParameters,
    response: answerOf(gateway),
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
    parameters: ownedListParameters,
    response: pageOf(hub),
  },
  hub: {
    path: '/hubs/{id}',
    summary: 'One hub or Route Server',
    right: 'read',
    parameters: noParameters,
    response: answerOf(hub),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>
