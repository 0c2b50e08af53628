import { z } from 'zod'
import {
  causeOwners,
  type EventArea,
  eventAreas,
  eventKinds,
  eventScopes,
  type EventSubject,
  eventSubjects,
  pollKinds,
} from '#lib/contract/index.ts'

/** The description of an event kind, as the API publishes it. */
export const eventKind = z.object({
  kind: z.enum(eventKinds),
  area: z.enum(Object.keys(eventAreas) as EventArea[]),
  areaName: z.string(),
  name: z.string(),
  meaning: z.string(),
  lifecycle: z.enum(['point', 'interval']).describe('`point`: happens and is over; `interval`: lasts until it ends'),
  endedBy: z.enum(eventKinds).nullable().describe('the kind that reports its end; null = none does'),
  recovery: z.boolean().describe('reports that something is healthy again'),
  scopes: z.array(z.enum(eventScopes)).describe('resources that `scope` of its events names'),
  subject: z.enum(Object.keys(eventSubjects) as EventSubject[]),
  subjectFormat: z.string().describe('how `subject` of its events is written'),
  polls: z.array(z.enum(pollKinds)).describe('without these polls it can’t be seen to begin or to end'),
  proof: z
    .array(z.object({ poll: z.enum(pollKinds), samples: z.int().min(1) }))
    .describe('polls that prove it, and good samples in a row that confirm it; empty = no bound on its delay'),
  burst: z.boolean().describe('whether polls around it become faster for a while'),
  maintenance: z
    .enum(['expected', 'alerts'])
    .describe('`expected`: inside a maintenance window nobody is notified of it'),
  incident: z
    .object({ rank: z.int().nullable().describe('the lowest rank in an incident is its root; null = after all ranks') })
    .nullable()
    .describe('null = it opens no incident and belongs to none'),
  cause: z.object({
    from: z
      .enum(['kind', 'rule', 'evidence'])
      .describe('`kind`: the default cause; `rule`: stated by each event; `evidence`: worked out from other polls'),
    owner: z.enum(causeOwners).describe('default owner'),
    nextStep: z.string().describe('default next step'),
  }),
})
export type EventKindView = z.infer<typeof eventKind>
