import { z } from 'zod'
import { bounds } from '#lib/contract/index.ts'

/** What a circuit goes through until it carries traffic, in this order. */
const commissioningSteps = [
  'service_key_requested',
  'provider_provisioned',
  'peering_configured',
  'arp_complete',
  'bgp_established',
  'routes_received',
  'gateway_connected',
  'traffic_moving',
] as const
export type CommissioningStep = (typeof commissioningSteps)[number]

/** What has to be gone before a circuit is deleted, in this order. */
const decommissioningSteps = [
  'traffic_diverted',
  'routes_withdrawn',
  'connections_deleted',
  'global_reach_deleted',
  'authorizations_deleted',
  'peerings_deleted',
  'provider_deprovisioned',
  'circuit_deleted',
] as const
export type DecommissioningStep = (typeof decommissioningSteps)[number]

/** `unknown` = nothing that is polled or recorded says it. */
const lifecycleStates = ['done', 'open', 'unknown'] as const
export type LifecycleState = (typeof lifecycleStates)[number]

export const lifecycle = z.object({
  commissioning: z.array(
    z.object({
      step: z.enum(commissioningSteps),
      state: z.enum(lifecycleStates),
      between: bounds.nullable().describe('when it was first so; null = it is not, or that is not known'),
      detail: z.string().describe('what it rests on, or what is missing'),
    }),
  ),
  decommissioning: z.array(
    z.object({
      step: z.enum(decommissioningSteps),
      state: z.enum(lifecycleStates),
      left: z.array(z.string()).describe('what still exists'),
      detail: z.string(),
      command: z.string().nullable().describe('Azure CLI; null = no command of Azure does it'),
    }),
  ),
})
export type Lifecycle = z.infer<typeof lifecycle>
