import { z } from 'zod'
import { circuitPaths } from '../poll.ts'
import { instantText } from './codecs.ts'

/** Who announced work, and where: an operator here, or one of the sources that are read. */
export const maintenanceSources = [
  'declared',
  'calendar',
  'service_health',
  'maintenance_configuration',
  'retirement',
] as const
export type MaintenanceSource = (typeof maintenanceSources)[number]

/** `expected`: what such work brings notifies nobody. `shown`: it explains nothing: it is not known what it is about, or it is a retirement. */
export const maintenanceEffects = ['expected', 'shown'] as const

/** What a provider states that its work does to the services it names: `reduced` = they run on without their redundancy. */
export const maintenanceImpacts = ['none', 'reduced', 'degraded', 'outage'] as const
export type MaintenanceImpact = (typeof maintenanceImpacts)[number]

export const maintenanceStates = ['upcoming', 'now', 'past'] as const
export type MaintenanceState = (typeof maintenanceStates)[number]

/** One time of announced work; of work that recurs each time is a window of its own. */
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

/** A maintenance configuration that is assigned to something here, and of which no window is known. */
export const unreadableMaintenance = z.object({
  sourceId: z.string().describe('ARM id of the maintenance configuration'),
  sourceName: z.string(),
  scopes: z.array(z.string()).describe('short ids of the gateways that it is assigned to'),
  reason: z.string().describe('why its times can not be read'),
})
export type UnreadableMaintenance = z.infer<typeof unreadableMaintenance>
