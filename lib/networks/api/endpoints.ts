import { network } from './networks.ts'
import { probesParameters } from './parameters.ts'
import { probe } from './probes.ts'
import type { z } from 'zod'
import { coveredAnswerOf, type Endpoint, ownedListAtParameters, pageOf } from '#lib/contract/index.ts'

export const endpoints = {
  networks: {
    path: '/networks',
    summary: 'Virtual networks and hubs with the gateways in them and their peerings, by name, now or as of a moment',
    right: 'read',
    parameters: ownedListAtParameters,
    response: pageOf(network),
  },
  probes: {
    path: '/probes',
    summary: "Results of Azure connection monitors' tests: whether what they try to reach is reached",
    right: 'read',
    parameters: probesParameters,
    response: coveredAnswerOf(probe.array()),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>
