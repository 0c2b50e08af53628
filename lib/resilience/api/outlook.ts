import { z } from 'zod'
import { instantCodec, instantTextSchema, maintenanceWindowSchema } from '#lib/contract/index.ts'
import { lostResourceSchema, n1CaseSchema, whatIfLoadSchema } from './what-if.ts'

/**
 * Levels of the effect of maintenance, worst first. `strands` = prefixes lose all routes, or can only be reached over
 * the Internet. `unknown` = a part of the effect is unknown. `fills` = a path would have more traffic than its
 * bandwidth. `exposed` = after one further failure, a prefix would have no route. `moves` = traffic only moves to other
 * paths.
 */
const outlookLevels = ['strands', 'unknown', 'fills', 'exposed', 'moves', 'none'] as const
export type MaintenanceImpactLevel = (typeof outlookLevels)[number]

const taken = lostResourceSchema.omit({ paths: true })
export type ResourceTakenDown = z.infer<typeof taken>

const outlookWindow = maintenanceWindowSchema
  .pick({ id: true, title: true, source: true, sourceName: true, from: true, to: true, scopes: true })
  .extend({
    takes: z.array(taken).describe('resources that are assumed to fail; empty = none, or unknown'),
    assumed: z
      .string()
      .nullable()
      .describe('assumption that was necessary because the announcement does not contain the fact'),
    unknown: z.string().nullable().describe('reason why its effect is unknown; null = it is known'),
  })
export type MaintenanceOutlookWindow = z.infer<typeof outlookWindow>

const count = z.int().min(0)

export const outlookIntervalSchema = n1CaseSchema
  .pick({
    stranded: true,
    strandedPrefixes: true,
    internet: true,
    defaultOnly: true,
    moves: true,
    unknown: true,
    reduced: true,
    prefixes: true,
    sites: true,
  })
  .extend({
    from: instantTextSchema,
    to: instantTextSchema,
    windows: z.array(z.string()).describe('ids of the windows in progress'),
    level: z.enum(outlookLevels),
    lost: z.array(taken),
    unknownWindows: count.describe('windows in progress whose effect is unknown'),
    together: count.describe('number of different prefixes that no window cuts off separately'),
    exposed: z
      .array(taken.extend({ strandedPrefixes: count }))
      .describe(
        'further failures that would cut off more prefixes than outside the interval, at most 10, the worst first',
      ),
    exposedBy: count.describe(
      'number of all such failures: 0 = a further failure cuts off nothing that it would not always cut off',
    ),
    load: z
      .array(whatIfLoadSchema)
      .nullable()
      .describe(
        'expected load of the paths that take over traffic, from the 30 days before at the same hours of the week (UTC), the fullest first; null = too many paths',
      ),
    summary: z.string().describe('failed resources and their effect, in one sentence'),
  })
export type MaintenanceLossForecastInterval = z.infer<typeof outlookIntervalSchema>

export const outlookSchema = z.object({
  computedAt: instantCodec.nullable().describe('null = not computed yet'),
  checkedAt: instantCodec.nullable().describe('time up to which all input data was unchanged'),
  to: instantCodec.describe('end of the outlook'),
  windows: z.array(outlookWindow).describe('in the order of their starts'),
  intervals: z.array(outlookIntervalSchema).describe('times with the same windows in progress, in order'),
  unreadNotices: count.describe(
    'number of mails in the mailbox of notices that could not be read; the windows do not include their maintenance',
  ),
  notComputed: count.describe('number of intervals beyond the maximum that is computed'),
})
export type MaintenanceOutlook = z.infer<typeof outlookSchema>
