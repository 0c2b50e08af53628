import { ownedListParameters, forward, forwardMessage, range } from '#lib/contract/api/parameters.ts'
import { pathEnds, router, routerDetail } from './routers.ts'
import { z } from 'zod'
import { answerOf, endpoint, pageOf } from '#lib/contract/index.ts'

export const circuitRoutersParameters = z.strictObject(range).refine(forward, forwardMessage)

export type CircuitRoutersParameters = z.output<typeof circuitRoutersParameters>

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
}

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>
