import { z } from 'zod'
import { circuitPaths } from '../poll.ts'
import { instant } from './envelope.ts'

/** Who announced work, and where: an operator here, or one of the sources that are read. */
export const maintenanceSources = ['declared'] as const
export type MaintenanceSource = (typeof maintenanceSources)[number]

export const maintenanceStates = ['upcoming', 'now', 'past'] as const
export type MaintenanceState = (typeof maintenanceStates)[number]

/** One time of announced work; of work that recurs each time is a window of its own. */
export const maintenanceWindow = z.object({
  id: z.string().describe('of this time: events that it explains have the flag `maintenance:<id>`'),
  source: z.enum(maintenanceSources).describe('who announced it'),
  sourceId: z.string().describe('of the declared window'),
  title: z.string(),
  note: z.string(),
  from: instant,
  to: instant,
  state: z.enum(maintenanceStates),
  recurring: z.boolean().describe('whether it is one of several times'),
  scopes: z.array(z.string()).describe('short ids of what it is about; none = everything'),
  paths: z.array(z.enum(circuitPaths)).describe('of the circuits; none = both'),
})
export type MaintenanceWindowView = z.infer<typeof maintenanceWindow>
