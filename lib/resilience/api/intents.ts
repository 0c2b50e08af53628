import { z } from 'zod'
import { declaredPolicy } from '#lib/contract/index.ts'
import { decidingAttribute } from './what-if.ts'

/** Results of comparing the circuits that carry prefixes with the declared ones, worst first. */
export const intentStates = ['deviates', 'no_route', 'backup_differs', 'unknown', 'undeclared', 'as_declared'] as const
export type IntentState = (typeof intentStates)[number]

/** The circuits that carry prefixes. */
const carriers = z.object({
  circuits: z.array(z.string()).describe('short ids'),
  hasOther: z.boolean().describe('also what is no circuit, such as a VPN, or is not mapped to one'),
})
export type IntentCarriers = z.infer<typeof carriers>

const count = z.int().min(0)

/**
 * Circuits that the routers of a site use for traffic towards Azure, according to their reports (BMP, after policy).
 */
const towardsAzure = z.object({
  circuits: z.array(z.string()).describe('short ids'),
  agrees: z
    .boolean()
    .nullable()
    .describe(
      'each of Azure’s prefixes is reached by a circuit that is declared to carry these, or, where nothing is, that carries them from Azure; null = no circuit does either',
    ),
  prefixes: count.describe('prefixes of Azure’s of which every path is reported'),
  assumed: count.describe('others, which decide nothing here'),
  routers: z.array(z.string()).describe('names or addresses'),
  parted: z.array(decidingAttribute).describe('what decides, once each; empty = the only paths, or equal ones'),
})

/**
 * Prefixes of a site that are carried by the same circuits, with the result of comparing these with the declared
 * circuits.
 */
const intent = z.object({
  id: z.string().describe('the same as long as site, carriers and declaration are'),
  site: z.string().nullable().describe('declared or learned; null = of none'),
  prefixes: z.array(z.string()),
  primary: carriers.describe('what carries them now; without circuits and others nothing does'),
  backup: carriers.nullable().describe('what would, without the circuits that carry them now; null = not known'),
  byGateway: z.boolean().describe('different circuits carry them at different gateways'),
  declared: z
    .object({
      declaredBy: z.enum(['site', 'policy']).describe('the home of a site, or a policy'),
      primary: z.array(z.string()).describe('short ids; several share the traffic'),
      backup: z.array(z.string()).nullable().describe('short ids; null = whichever there is'),
    })
    .nullable(),
  state: z.enum(intentStates),
  pin: declaredPolicy
    .pick({ kind: true, circuits: true })
    .nullable()
    .describe('the policy that declares what carries them now; null = there is nothing to declare, or none can'),
  unpinnable: z.string().nullable().describe('why no policy can declare it'),
  towardsAzure: towardsAzure.nullable().describe('null = no router reports every path to any of Azure’s prefixes'),
})
export type Intent = z.infer<typeof intent>

export const intents = z.object({
  intents: z.array(intent).describe('the worst first'),
  counts: z.record(z.enum(intentStates), count).describe('prefixes by state'),
})
export type Intents = z.infer<typeof intents>

export const pinBody = z.strictObject({
  ids: z.array(z.string().max(2_000)).min(1, 'name what to pin').max(500).describe('of `/resilience/intents`'),
})
export type PinBody = z.infer<typeof pinBody>
