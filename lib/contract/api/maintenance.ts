import { z } from 'zod'
import { circuitPaths } from '../poll.ts'
import { instantText } from './codecs.ts'

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
export const maintenanceEffects = ['expected', 'shown'] as const

/** Impact on the named services according to the provider; `reduced` = they keep running without redundancy. */
export const maintenanceImpacts = ['none', 'reduced', 'degraded', 'outage'] as const
export type MaintenanceImpact = (typeof maintenanceImpacts)[number]

export const maintenanceStates = ['upcoming', 'now', 'past'] as const
export type MaintenanceState = (typeof maintenanceStates)[number]

/** Time window of announced maintenance. Each occurrence of recurring maintenance is a separate window. */
export const maintenanceWindow = z.object({
  id: z.string().describe('of this time: events that it explains have the flag `maintenance:<id>`'),
  source: z.enum(maintenanceSources).describe('who announced it'),
  sourceId: z
    .string()
    .describe(
      'of the declared window or the calendar; tracking id of Service Health, of retirements too; ARM id of the maintenance configuration',
    ),
  sourceName: z.string().describe("name of the calendar or the configuration, tracking id; '' = declared by hand"),
  effect: z
    .enum(maintenanceEffects)
    .describe(
      'expected: events that such work brings notify nobody; shown: it names nothing that is known, or is a retirement',
    ),
  title: z.string(),
  note: z.string(),
  from: instantText,
  to: instantText,
  state: z.enum(maintenanceStates),
  recurring: z.boolean().describe('whether it is one of several times'),
  scopes: z.array(z.string()).describe('short ids of what it is about; none = everything'),
  paths: z.array(z.enum(circuitPaths)).describe('of the circuits; none = both'),
  impact: z
    .enum(maintenanceImpacts)
    .nullable()
    .describe('as the provider’s notification states it; null = nobody does'),
})
export type MaintenanceWindowView = z.infer<typeof maintenanceWindow>

/** Maintenance configuration of Azure that is assigned to a known gateway, but whose times Peerwatch cannot parse. */
export const unreadableMaintenance = z.object({
  sourceId: z.string().describe('ARM id of the maintenance configuration'),
  sourceName: z.string(),
  scopes: z.array(z.string()).describe('short ids of the gateways that it is assigned to'),
  reason: z.string().describe('why its times can not be read'),
})
export type UnreadableMaintenance = z.infer<typeof unreadableMaintenance>
