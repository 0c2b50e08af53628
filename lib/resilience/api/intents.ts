import { z } from 'zod'
import { declaredPolicySchema } from '#lib/contract/index.ts'
import { decidingAttributeSchema } from './what-if.ts'

/**
 * Possible results of comparing the circuits that carry prefixes with the circuits that operators declared, worst
 * first.
 */
export const intentStates = ['deviates', 'no_route', 'backup_differs', 'unknown', 'undeclared', 'as_declared'] as const
export type IntentState = (typeof intentStates)[number]

/** The circuits that carry prefixes. */
const carriers = z.object({
  circuits: z.array(z.string()).describe('short ids'),
  hasOther: z
    .boolean()
    .describe(
      'whether paths without a circuit also carry them, for example a VPN, or a path that is not mapped to a circuit',
    ),
})
export type CircuitsCarryingPrefix = z.infer<typeof carriers>

const count = z.int().min(0)

/**
 * The circuits that the routers of a site use for traffic towards Azure. The routers report this by BMP (after import
 * policy).
 */
const towardsAzure = z.object({
  circuits: z.array(z.string()).describe('short ids'),
  agrees: z
    .boolean()
    .nullable()
    .describe(
      "whether each of Azure's prefixes is reached through a circuit that is declared for these prefixes or, without a declaration, carries them from Azure; null = neither has a circuit",
    ),
  prefixes: count.describe("number of Azure's prefixes for which routers report every path"),
  assumed: count.describe("number of Azure's other prefixes, which are ignored here"),
  routers: z.array(z.string()).describe('names or addresses of the routers'),
  parted: z
    .array(decidingAttributeSchema)
    .describe('attributes that decide, without duplicates; empty = the only paths, or equal paths'),
})

/**
 * Prefixes of a site that are carried by the same circuits, with the result of comparing these circuits with the
 * declared ones.
 */
const intent = z.object({
  id: z.string().describe('unchanged as long as site, circuits and declaration are unchanged'),
  site: z.string().nullable().describe('declared or learned site; null = none'),
  hubTable: z
    .object({ id: z.string(), name: z.string().describe('table and hub, for example `rt-app of vhub-we`') })
    .nullable()
    .describe(
      'route table that a user created in a hub, if other circuits carry the prefixes there or if this is unknown; null = all other route tables',
    ),
  prefixes: z.array(z.string()),
  primary: carriers.describe(
    'circuits that carry them now; if there are none, nothing carries them. In the state `unknown` of a table of a hub, these are only possible circuits',
  ),
  backup: carriers.nullable().describe('circuits that would carry them if the present circuits failed; null = unknown'),
  byGateway: z.boolean().describe('whether different gateways use different circuits'),
  declared: z
    .object({
      declaredBy: z.enum(['site', 'policy']).describe('source of the declaration: the home of a site, or a policy'),
      primary: z.array(z.string()).describe('short ids; several circuits share the traffic'),
      backup: z.array(z.string()).nullable().describe('short ids; null = any circuit'),
    })
    .nullable(),
  state: z.enum(intentStates),
  pin: declaredPolicySchema
    .pick({ kind: true, circuits: true })
    .nullable()
    .describe('policy that would declare the present routing; null = nothing to declare, or impossible'),
  unpinnable: z.string().nullable().describe('reason why no policy can declare it'),
  towardsAzure: towardsAzure.nullable().describe("null = no router reports every path to any of Azure's prefixes"),
})
export type RoutingIntent = z.infer<typeof intent>

export const intentsSchema = z.object({
  intents: z.array(intent).describe('the worst first'),
  counts: z.record(z.enum(intentStates), count).describe('number of prefixes by state'),
})
export type RoutingIntents = z.infer<typeof intentsSchema>

export const pinIntentsBodySchema = z.strictObject({
  ids: z.array(z.string().max(2_000)).min(1, 'name what to pin').max(500).describe('ids from `/resilience/intents`'),
})
export type PinIntentsBody = z.infer<typeof pinIntentsBodySchema>
