import { circuit, circuitHistory } from './circuits.ts'
import { circuitHistoryParameters, linkUptimeParameters, parityParameters } from './parameters.ts'
import { port } from './ports.ts'
import { serviceKeyBody, serviceKeyRequest } from './service-key.ts'
import { linkUptime } from '#lib/sessions/api/uptime.ts'
import { circuitParity } from '#lib/usage/api/path-history.ts'
import type { z } from 'zod'
import {
  answerOf,
  atParameters,
  type Command,
  coveredAnswerOf,
  type Endpoint,
  ownedListAtParameters,
  ownedListParameters,
  pageOf,
  type ResultIn,
} from '#lib/contract/index.ts'

export const endpoints = {
  serviceKeyRequests: {
    path: '/service-key-requests',
    summary: 'Who wanted which circuit’s service key, when and what for, newest first; the keys are kept nowhere',
    right: 'read',
    parameters: ownedListParameters,
    response: pageOf(serviceKeyRequest),
  },
  circuits: {
    path: '/circuits',
    summary: 'ExpressRoute circuits with both paths, by name, now or as of a moment',
    right: 'read',
    parameters: ownedListAtParameters,
    response: pageOf(circuit),
  },
  circuitHistory: {
    path: '/circuits/history',
    summary: 'How every circuit was in the last days, day by day, and its rates of the last 24 hours',
    right: 'read',
    parameters: circuitHistoryParameters,
    response: coveredAnswerOf(circuitHistory.array()),
  },
  circuit: {
    path: '/circuits/{id}',
    summary: 'One circuit, now or as of a moment',
    right: 'read',
    parameters: atParameters,
    response: coveredAnswerOf(circuit),
  },
  circuitParity: {
    path: '/circuits/{id}/parity',
    summary: "How the route tables of a circuit's two paths differ now; null while one has not been read",
    right: 'read',
    parameters: parityParameters,
    response: answerOf(circuitParity.nullable()),
  },
  ports: {
    path: '/ports',
    summary: 'ExpressRoute Direct ports with the light and the state of their links, and the circuits on them, by name',
    right: 'read',
    parameters: ownedListAtParameters,
    response: pageOf(port),
  },
  linkUptime: {
    path: '/ports/uptime',
    summary:
      'How every link of the ExpressRoute Direct ports was in the last days, day by day, as far back as its metrics are kept',
    right: 'read',
    parameters: linkUptimeParameters,
    response: answerOf(linkUptime.array()),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>

export const commands = {
  requestServiceKey: {
    method: 'post',
    path: '/circuits/{id}/service-key',
    summary: 'Records that somebody wants the service key, which is then read in Azure; no key is ever answered',
    right: 'acknowledge',
    body: serviceKeyBody,
    response: answerOf(serviceKeyRequest),
    problems: [404],
  },
} as const satisfies Record<string, Command>

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
