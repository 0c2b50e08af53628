import { z } from 'zod'
import { instant, omittedGaps, uncoveredInterval } from '#lib/contract/index.ts'
import { incident } from './incidents.ts'

/** What a shift hands over. An incident may stand in several lists: opened and closed since, say. */
export const handover = z.object({
  since: instant,
  until: instant,
  opened: z.array(incident).describe('opened since, newest first'),
  closed: z.array(incident).describe('closed since, newest first'),
  stillOpen: z.array(incident).describe('open now, whenever they began, the worst first'),
  acknowledged: z.array(incident).describe('acknowledged since, newest first'),
  gaps: z
    .array(uncoveredInterval.extend({ scopeName: z.string() }))
    .describe('gaps in polling since then, the longest first; at most 500'),
  gapsOmitted: omittedGaps,
})
export type Handover = z.infer<typeof handover>
