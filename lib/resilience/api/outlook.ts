import { z } from 'zod'
import { instant, instantText, maintenanceWindow } from '#lib/contract/index.ts'
import { lostResource, n1Case, whatIfLoad } from './what-if.ts'

/**
 * Levels of the effect of maintenance, worst first. `strands` = prefixes lose all routes; `fills` = a path would have
 * more traffic than its bandwidth; `exposed` = one further failure would take all routes from a prefix; `moves` =
 * traffic only moves.
 */
const outlookLevels = ['strands', 'unknown', 'fills', 'exposed', 'moves', 'none'] as const
export type OutlookLevel = (typeof outlookLevels)[number]

const taken = lostResource.omit({ paths: true })
export type TakenResource = z.infer<typeof taken>

const outlookWindow = maintenanceWindow
  .pick({ id: true, title: true, source: true, sourceName: true, from: true, to: true, scopes: true })
  .extend({
    takes: z.array(taken).describe('what is taken as lost; empty = nothing, or not known'),
    assumed: z.string().nullable().describe('what is assumed, as the announcement does not say it'),
    unknown: z.string().nullable().describe('why it is not known what it takes; null = it is'),
  })
export type OutlookWindow = z.infer<typeof outlookWindow>

const count = z.int().min(0)

export const outlookInterval = n1Case
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
    from: instantText,
    to: instantText,
    windows: z.array(z.string()).describe('ids of the windows that are open'),
    level: z.enum(outlookLevels),
    lost: z.array(taken),
    unknownWindows: count.describe('of the open windows those of which it is not known what they take'),
    together: count.describe('different prefixes that no window strands alone'),
    exposed: z
      .array(taken.extend({ strandedPrefixes: count }))
      .describe(
        'further losses that would strand what they do not strand outside of the interval, at most 10, the worst first',
      ),
    exposedBy: count.describe('all such losses: 0 = one further loss strands nothing more than it always would'),
    load: z
      .array(whatIfLoad)
      .nullable()
      .describe(
        'what paths that take over would carry, by the 30 days before at these hours of these weekdays (UTC), the fullest first; null = more paths than are read',
      ),
    summary: z.string().describe('what is lost and what that does, in one sentence'),
  })
export type OutlookInterval = z.infer<typeof outlookInterval>

export const outlook = z.object({
  computedAt: instant.nullable().describe('null = not computed yet'),
  checkedAt: instant.nullable().describe('until then nothing that it rests on had changed'),
  to: instant.describe('how far ahead it reaches'),
  windows: z.array(outlookWindow).describe('in the order in which they begin'),
  intervals: z.array(outlookInterval).describe('times in which the same windows are open, in order'),
  unreadNotices: count.describe(
    'mails of the mailbox of notices that nobody has read: what they announce is not among the windows',
  ),
  notComputed: count.describe('intervals beyond the most that are computed'),
})
export type Outlook = z.infer<typeof outlook>
