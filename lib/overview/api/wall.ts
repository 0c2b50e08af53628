import { outlookIntervalSchema } from '#lib/resilience/api/outlook.ts'
import { estateHeadlineSchema } from './overview.ts'
import { intervalStates, wallStates, wallTileStatusWords } from './wall-states.ts'
import { z } from 'zod'
import { availabilityLayers } from '#lib/contract/up-share.ts'
import {
  boundsCodec,
  causeOwners,
  freshnessSchema,
  instantCodec,
  instantTextSchema,
  pollOutcomes,
  provenLossFields,
  secondsBoundsCodec,
  unconfirmedSinceSchema,
} from '#lib/contract/index.ts'

/** A tile of the wall display: the state of one resource. */
const wallTile = z.object({
  id: z.string().describe('unique among tiles, and unchanged as long as the resource exists'),
  type: z
    .enum(['circuit', 'gateway', 'session', 'site', 'collector', 'incident'])
    .describe('`incident` = an open incident of a resource without a tile of its own'),
  name: z.string().describe('name that the operator declared, otherwise the name in Azure'),
  subscriptionId: z
    .string()
    .nullable()
    .describe('with `by=customer` the name of the customer, or `No customer`; with `by=site` the first of `views`'),
  views: z
    .array(z.string())
    .describe(
      'ids of the `subscriptions` to which it belongs; a gateway belongs to each site of its circuits; empty = to all',
    ),
  state: z.enum(wallStates),
  word: z
    .enum(wallTileStatusWords)
    .describe('class of the state: one path left is a separate class from other degradations'),
  called: z.string().describe('word for its state, the same on every page: `one path left`'),
  meaning: z.string().describe('meaning of the state, in a few words'),
  risk: z
    .string()
    .nullable()
    .describe(
      'effect of the loss of a circuit that is not down, in its shortest form: `9 prefixes at risk`, or `9 prefixes at risk, last known` or `no risk, last known` while polls of its route tables are late; null = no effect',
    ),
  outcome: z
    .enum(pollOutcomes)
    .nullable()
    .describe(
      'outcome of the failing poll while the state is unknown, or of the refused poll while metrics replace it',
    ),
  doubt: z
    .string()
    .nullable()
    .describe('reason why its state is unknown, or from which other data it is known, in a few words; null = neither'),
  owner: z
    .object({
      owner: z.enum(causeOwners),
      name: z.string().nullable().describe('contact on its card, otherwise the name of the cause’s owner'),
      confidence: z.number().nullable().describe('confidence of its cause, 0 to 1; null = no likely owner'),
      lacksContact: z
        .literal(true)
        .optional()
        .describe('the owner must be called, but no contact is declared for the resource'),
    })
    .nullable()
    .describe('likely owner, otherwise `unknown`; null if there is no problem'),
  diagnosing: z
    .boolean()
    .describe('true = its incident has no cause yet, because polls that it depends on have not run since the start'),
  since: boundsCodec.nullable().describe('bounds of the time at which it got this state'),
  ...provenLossFields,
  unconfirmedSince: unconfirmedSinceSchema,
  lastKnown: z
    .object({ state: z.enum(wallStates), word: z.enum(wallTileStatusWords), called: z.string(), at: instantCodec })
    .optional()
    .describe(
      'for an unknown circuit or gateway whose polls a tile of type `collector` reports: its state before, until when polls confirmed it',
    ),
  recovered: z
    .object({
      at: instantCodec,
      was: z.enum(['down', 'degraded']),
      duration: secondsBoundsCodec.nullable(),
      monitoring: z.boolean().describe('whether its incident is still open in case the problem recurs'),
    })
    .nullable()
    .describe('for a resource that is up and recovered less than 30 minutes ago'),
  plannedUntil: instantTextSchema.nullable().describe('end of the maintenance window in progress'),
  incidentId: z.string().nullable(),
  acknowledged: z.object({ at: instantCodec, by: z.string() }).nullable(),
  impact: z
    .string()
    .nullable()
    .describe('impact of its open incident in one line; null if there is no problem or no open incident'),
  nextStep: z
    .string()
    .nullable()
    .describe('next step for the cause of its incident; null if there is no problem, or no cause yet'),
  briefStep: z
    .string()
    .nullable()
    .describe('form of the next step for a tile without space for it; null if there is no next step of an incident'),
  bitsPerSecond: z
    .number()
    .nullable()
    .describe(
      'rate of a circuit, sum of both paths, both directions and all peerings, from the last counter samples; null = unknown',
    ),
  freshness: freshnessSchema,
  href: z.string().describe('page of its open incident, otherwise of the resource'),
})
export type WallTile = z.infer<typeof wallTile>
export type WallTileToEncode = z.input<typeof wallTile>

const stateCounts = z.record(z.enum(wallStates), z.number().int())

const wordCounts = z.partialRecord(z.enum(wallTileStatusWords), z.number().int())
const estate = z
  .object({ circuits: wordCounts, gateways: wordCounts })
  .describe('number of resources by word, with or without a tile; resources that are turned off are left out')
export type WallEstate = z.infer<typeof estate>

export const wallSchema = z.object({
  headline: estateHeadlineSchema,
  tiles: z
    .array(wallTile)
    .describe(
      'the worst first: all resources that are not up, recently recovered resources, and the first healthy resources of each subscription',
    ),
  counts: stateCounts.describe('counts of all resources, with or without a tile'),
  estate,
  allWellSince: boundsCodec
    .nullable()
    .describe(
      'end of the last incident while all resources are up; null = a resource is not up, or there was no incident yet',
    ),
  subscriptions: z
    .array(z.object({ id: z.string(), name: z.string(), counts: stateCounts, estate }))
    .describe('with `by=customer` the customers, with `by=site` the peering locations'),
  lastEvents: z
    .array(
      z.object({
        id: z.string(),
        title: z.string().describe("name of the event's kind"),
        resource: z.string(),
        startedBetween: boundsCodec,
        endedBetween: boundsCodec.nullable(),
        href: z.string(),
      }),
    )
    .describe(
      'at most three events of the last 24 hours, the newest first, without child events and events of severity info',
    ),
  ahead: outlookIntervalSchema
    .pick({ from: true, to: true, level: true, summary: true })
    .nullable()
    .describe(
      'first interruption of traffic that announced maintenance causes within 24 hours; null = none, or not computed yet',
    ),
  collector: z.object({
    state: z.enum(['fresh', 'late', 'silent', 'starting']).describe('`silent` = polls no longer succeed'),
    newestPollAt: instantCodec.nullable(),
  }),
})
export type WallDisplay = z.infer<typeof wallSchema>

const rates = z.array(z.number().int().nullable())

/**
 * History of tiles: the last 24 hours of circuits, gateways, sites, and sessions and polls that have a tile; and the
 * last 30 days of circuits and gateways. Each time interval has the most severe state in it.
 */
export const wallHistorySchema = z.object({
  from: instantCodec,
  stepSeconds: z.number().int(),
  tiles: z.array(
    z.object({
      id: z.string().describe('id of the tile'),
      states: z
        .array(z.enum(intervalStates))
        .describe(
          'worst certain state of each half hour; unknown = no polls; for polls, degraded = some had no data. The last half hour is ongoing',
        ),
      traffic: z
        .union([
          z
            .object({ toAzureBitsPerSecond: rates, fromAzureBitsPerSecond: rates })
            .describe('for a circuit: sum of both paths'),
          z.object({ bitsPerSecond: rates }).describe('for a gateway: sum of all instances and both directions'),
        ])
        .nullable()
        .describe('mean rates, null = unknown; null for other types, and for a gateway without reported traffic'),
      month: z
        .object({
          states: z
            .array(z.enum(intervalStates))
            .describe('worst certain state of each UTC day, the oldest first. The last day is ongoing'),
          availability: z
            .number()
            .nullable()
            .describe(
              'share of the observed time, without planned work, in which it was certainly up, 0 to 1, by the lowest layer; null = not observed',
            ),
          layer: z.enum(availabilityLayers).describe('layer that `availability` measures'),
          peering: z
            .object({ name: z.string(), availability: z.number() })
            .nullable()
            .describe(
              'peering of a circuit whose availability is lower than `availability`, because it was down while another peering was up; otherwise null',
            ),
        })
        .nullable()
        .describe('last 30 days of a circuit or gateway; null for other types'),
    }),
  ),
})
export type WallHistory = z.infer<typeof wallHistorySchema>
export type WallTileHistory = WallHistory['tiles'][number]
