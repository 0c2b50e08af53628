import { z } from 'zod'
import {
  causeOwners,
  type EventArea,
  eventAreas,
  eventKinds,
  eventResourceTypes,
  type EventSubject,
  eventSubjectFormats,
  pollKinds,
} from '#lib/contract/index.ts'

/** The description of an event kind, as the API publishes it. */
export const eventKindSchema = z.object({
  kind: z.enum(eventKinds),
  area: z.enum(Object.keys(eventAreas) as EventArea[]),
  areaName: z.string(),
  name: z.string(),
  meaning: z.string(),
  lifecycle: z.enum(['point', 'interval']).describe('`point`: without duration; `interval`: lasts until it ends'),
  endedBy: z.enum(eventKinds).nullable().describe('kind of the event that reports its end; null = none'),
  recovery: z.boolean().describe('whether it reports that something is healthy again'),
  scopes: z.array(z.enum(eventResourceTypes)).describe('types of resources to which `scope` of its events refers'),
  subject: z.enum(Object.keys(eventSubjectFormats) as EventSubject[]),
  subjectFormat: z.string().describe('format of `subject` of its events'),
  polls: z.array(z.enum(pollKinds)).describe('polls without which its begin or end cannot be detected'),
  proof: z
    .array(z.object({ poll: z.enum(pollKinds), samples: z.int().min(1) }))
    .describe(
      'polls that prove it, with the number of consecutive samples that confirm it; empty = the delay is unlimited',
    ),
  burst: z.boolean().describe('whether it makes polls around it faster for a while'),
  maintenance: z
    .enum(['expected', 'alerts'])
    .describe('`expected`: causes no notifications during a maintenance window'),
  incident: z
    .object({
      rank: z
        .int()
        .nullable()
        .describe('the event with the lowest rank in an incident is its root event; null = after all ranks'),
    })
    .nullable()
    .describe('null = it opens no incident and belongs to none'),
  cause: z.object({
    from: z
      .enum(['kind', 'rule', 'evidence'])
      .describe('`kind`: the default cause; `rule`: stated by each event; `evidence`: derived from other polls'),
    owner: z.enum(causeOwners).describe('default owner'),
    nextStep: z.string().describe('default next step'),
  }),
})
export type ApiEventKind = z.infer<typeof eventKindSchema>
