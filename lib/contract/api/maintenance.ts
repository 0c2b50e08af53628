import { z } from 'zod'
import { circuitPaths } from '../poll.ts'
import { instantTextSchema } from './codecs.ts'

/** Sources of maintenance: declared by an operator, or read from an external source. */
export const maintenanceSources = [
  'declared',
  'calendar',
  'service_health',
  'maintenance_configuration',
  'retirement',
] as const
export type MaintenanceSource = (typeof maintenanceSources)[number]

/**
 * Effect of a maintenance window on events. `expected`: events that the maintenance causes send no notification.
 * `shown`: the window is only shown, because its affected resources are unknown or because it announces a retirement.
 */
export const maintenanceWindowEffects = ['expected', 'shown'] as const

/** Impact on the named services according to the provider; `reduced` = they keep running without redundancy. */
export const maintenanceServiceImpacts = ['none', 'reduced', 'degraded', 'outage'] as const
export type MaintenanceServiceImpact = (typeof maintenanceServiceImpacts)[number]

export const maintenanceStates = ['upcoming', 'now', 'past'] as const
export type MaintenanceState = (typeof maintenanceStates)[number]

/** Time window of announced maintenance. Each occurrence of recurring maintenance is a separate window. */
export const maintenanceWindowSchema = z.object({
  id: z.string().describe('id of this occurrence: events that it explains have the flag `maintenance:<id>`'),
  source: z.enum(maintenanceSources).describe('source of the announcement'),
  sourceId: z
    .string()
    .describe(
      'id of the declared window or of the calendar; tracking id of Service Health, also for retirements; ARM id of the maintenance configuration',
    ),
  sourceName: z.string().describe("name of the calendar or of the configuration, tracking id; '' = declared by hand"),
  effect: z
    .enum(maintenanceWindowEffects)
    .describe(
      'expected: events that such work causes send no notifications; shown: only displayed, because the announcement names no known resource or is a retirement',
    ),
  title: z.string(),
  note: z.string(),
  from: instantTextSchema,
  to: instantTextSchema,
  state: z.enum(maintenanceStates),
  recurring: z.boolean().describe('whether it is one of several occurrences'),
  scopes: z.array(z.string()).describe('short ids of the affected resources; empty = all'),
  paths: z.array(z.enum(circuitPaths)).describe('affected paths of the circuits; empty = both'),
  impact: z
    .enum(maintenanceServiceImpacts)
    .nullable()
    .describe("impact in the words of the provider's notification; null = not stated"),
})
export type ApiMaintenanceWindow = z.infer<typeof maintenanceWindowSchema>

/** Maintenance configuration of Azure that is assigned to a known gateway, but whose times Peerwatch cannot parse. */
export const unreadableMaintenanceSchema = z.object({
  sourceId: z.string().describe('ARM id of the maintenance configuration'),
  sourceName: z.string(),
  scopes: z.array(z.string()).describe('short ids of the gateways to which it is assigned'),
  reason: z.string().describe('reason why its times cannot be read'),
})
export type UnreadableMaintenanceConfiguration = z.infer<typeof unreadableMaintenanceSchema>
