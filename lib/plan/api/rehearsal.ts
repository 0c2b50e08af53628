import { z } from 'zod'
import { circuitPaths, peeringTypes, requestInstantSchema } from '#lib/contract/index.ts'
import { whatIfSchema } from '#lib/resilience/api/index.ts'
import { planCheckResponseSchema } from './plan.ts'
import { MAX_PLANNED_CHANGES, plannedChangeSchema } from './terms.ts'

export const rehearsalBodySchema = z.strictObject({
  terms: z.array(plannedChangeSchema).max(MAX_PLANNED_CHANGES).default([]).describe('changes of a plan'),
  lose: z
    .string()
    .max(4_000)
    .default('')
    .describe('resources that additionally fail, in the format of `lose` of a what-if'),
  at: requestInstantSchema.nullable().default(null).describe('moment of the route tables; null = now'),
})
export type RehearsalBody = z.output<typeof rehearsalBodySchema>

const id = z.string()

/**
 * A route of a recorded route table. It contains the data with which a router in the rehearsal announces the route
 * again.
 */
const rehearsedRoute = z.object({
  prefix: z.string(),
  asPath: z.array(z.number()),
  gateway: id.nullable(),
  instance: z.string().nullable().describe("instance of the gateway; null = a route on the customer's side"),
  leadsTo: z.string().nullable().describe('neighbor to which the route leads, as in `rows`'),
  handedOnBy: z.string().nullable().describe('instance that passed the route on; null = it came from the neighbor'),
  nextHop: z.string().nullable(),
  transport: z.enum(['er', 'vpn', 'nva', 'unknown']),
  circuit: id.nullable(),
  path: z.enum(circuitPaths).nullable(),
  peering: z.enum(peeringTypes),
  connection: id.nullable(),
  connectionWeight: z.number().nullable(),
})
export type RehearsedRoute = z.infer<typeof rehearsedRoute>

/**
 * A recorded route table, with the routes that the model predicts for it after the plan (`rows`). Several resources may
 * use the same table.
 */
const rehearsedTable = z.object({
  side: z.enum(['azure', 'onprem']),
  scope: id,
  hub: id.optional().describe('hub of a route table that a user created in it; absent = every other table'),
  unknown: z
    .array(z.string())
    .optional()
    .describe(
      'prefixes whose connections are unknown, because the table of the hub was not polled or shows another gateway than the connections; absent = none',
    ),
  preference: z.enum(['expressRoute', 'vpn', 'asPath']),
  routes: z.array(rehearsedRoute),
  rows: whatIfSchema.shape.prefixes.describe(
    'predictions of the model, one for each atom (the addresses of a prefix without its more specific prefixes)',
  ),
  others: z.array(z.string()).describe('prefixes for which paths that you do not see compete'),
})
export type RehearsedRouteTable = z.infer<typeof rehearsedTable>

/**
 * An action that a rehearsal applies to its routers, for example `lose_gateway`. With `announce`, the gateway announces
 * additional prefixes.
 */
const rehearsedAct = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('lose_gateway'), gateway: id }),
  z.object({ kind: z.literal('lose_instance'), instance: z.string().describe('`<gateway>/<address>`') }),
  z.object({ kind: z.literal('lose_path'), path: z.string().describe('`<circuit>/<peering>/<path>`') }),
  z.object({ kind: z.literal('lose_circuit'), circuit: id.describe('private peering of the circuit as a whole') }),
  z.object({ kind: z.literal('lose_connection'), connection: id, gateway: id, circuit: id.nullable() }),
  z.object({ kind: z.literal('lose_neighbor'), address: z.string().describe('address of an on-premises router') }),
  z.object({ kind: z.literal('prepend'), circuit: id, count: z.int().min(1) }),
  z.object({ kind: z.literal('weight'), connection: id, weight: z.int().min(0) }),
  z.object({ kind: z.literal('withdraw'), circuit: id, prefixes: z.array(z.string()) }),
  z.object({ kind: z.literal('announce'), gateway: id, prefixes: z.array(z.string()) }),
])
export type RehearsedAct = z.infer<typeof rehearsedAct>

/**
 * Input of a rehearsal, which replays a plan on real router software. It includes the predictions of the model, so that
 * both results can be compared.
 */
export const planRehearsalInputSchema = planCheckResponseSchema
  .pick({ terms: true, unknown: true, refused: true })
  .extend({
    at: z.string(),
    lost: whatIfSchema.shape.lost,
    tables: z.array(rehearsedTable).describe('affected route tables; all if none is affected'),
    acts: z.array(rehearsedAct),
    names: z.record(z.string(), z.string()).describe('names of circuits, gateways and route tables of hubs, by id'),
  })
export type PlanRehearsalInput = z.infer<typeof planRehearsalInputSchema>
