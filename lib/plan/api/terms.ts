import { z } from 'zod'
import { canonicalizePrefix } from '#lib/bgp/index.ts'
import { peeringTypes } from '#lib/contract/index.ts'

const resource = z
  .string()
  .min(1)
  .max(500)
  .describe('ARM id, short id, or the name if only one resource of its type has it')
const prefix = z
  .string()
  .transform((text, context) => {
    const canonical = canonicalizePrefix(text)
    if (canonical !== null) return canonical
    context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is no prefix: send one such as 10.1.0.0/16` })
    return z.NEVER
  })
  .meta({ type: 'string' })

/**
 * One change of a plan. Plan files of all formats (Terraform, ARM, Peerwatch) are converted to this form. Azure has the
 * same limits of values, except for the number of prepends.
 */
export const plannedChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('weight'), resource, weight: z.int().min(0).max(32_000) }),
  z.strictObject({ kind: z.literal('prepend'), resource, count: z.int().min(1).max(50) }),
  z.strictObject({ kind: z.literal('withdraw'), resource, prefix }),
  z.strictObject({ kind: z.literal('bandwidth'), resource, mbps: z.int().min(1).max(400_000) }),
  z.strictObject({ kind: z.literal('billing'), resource, plan: z.enum(['metered', 'unlimited']) }),
  z.strictObject({ kind: z.literal('tier'), resource, tier: z.enum(['Local', 'Standard', 'Premium']) }),
  z.strictObject({
    kind: z.literal('filter'),
    resource: resource.describe('the route filter, or the circuit whose Microsoft peering uses it'),
    communities: z
      .array(z.string().max(40))
      .max(200)
      .nullable()
      .describe('allowed communities; null = the route filter is removed'),
  }),
  z.strictObject({ kind: z.literal('peering_off'), resource, peering: z.enum(peeringTypes) }),
  z.strictObject({ kind: z.literal('delete'), resource }),
  z.strictObject({ kind: z.literal('resize'), resource, sku: z.string().min(1).max(60) }),
  z.strictObject({
    kind: z.literal('spoke'),
    resource: resource.describe('the virtual network or hub whose gateways announce it'),
    prefixes: z.array(prefix).min(1).max(200),
  }),
  z.strictObject({
    kind: z.literal('route_map'),
    resource: resource.describe('the hub or Route Server'),
    name: z.string().min(1).max(80),
  }),
])
export type PlannedChange = z.output<typeof plannedChangeSchema>
export type PlannedChangeKind = PlannedChange['kind']

/** Maximum number of changes in a plan. The what-if has the same limit. */
export const MAX_PLANNED_CHANGES = 200

/**
 * Describes a change in words, for example `routing weight of er-ams becomes 100`.
 * @param name name of the changed resource
 */
export function formatPlannedChange(term: PlannedChange, name: string): string {
  switch (term.kind) {
    case 'weight':
      return `routing weight of ${name} becomes ${term.weight}`
    case 'prepend':
      return `the customer prepends ${term.count} more on ${name}`
    case 'withdraw':
      return `the customer withdraws ${term.prefix} on ${name}`
    case 'bandwidth':
      return `bandwidth of ${name} becomes ${term.mbps} Mb/s`
    case 'billing':
      return `${name} becomes ${term.plan}`
    case 'tier':
      return `tier of ${name} becomes ${term.tier}`
    case 'filter':
      return term.communities === null
        ? `the route filter of ${name} is taken off`
        : `the route filter of ${name} allows ${term.communities.join(', ') || 'nothing'}`
    case 'peering_off':
      return `${term.peering} peering of ${name} is taken away`
    case 'delete':
      return `${name} is deleted`
    case 'resize':
      return `SKU of ${name} becomes ${term.sku}`
    case 'spoke':
      return `${name} gains ${term.prefixes.join(', ')}`
    case 'route_map':
      return `${name} gains the route map ${term.name}`
  }
}
