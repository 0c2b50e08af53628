import { outlookInterval } from '#lib/resilience/api/outlook.ts'
import { estateHeadline } from './overview.ts'
import { pieceStates, wallStates, wallLabels } from './wall-states.ts'
import { z } from 'zod'
import {
  bounds,
  causeOwners,
  freshness,
  instant,
  instantText,
  outcomes,
  proven,
  seconds,
  unconfirmedSince,
} from '#lib/contract/index.ts'

/** A tile of the wall display: the state of one resource. */
const wallTile = z.object({
  id: z.string().describe('unique among tiles, and stable for the life of the resource'),
  type: z
    .enum(['circuit', 'gateway', 'session', 'site', 'collector', 'incident'])
    .describe('`incident` = an open one of a resource that has no tile of its own'),
  name: z.string().describe("the operator's own name for it, else Azure's"),
  subscriptionId: z
    .string()
    .nullable()
    .describe('with `by=customer` the name of the customer, or `No customer`; with `by=site` the first of `views`'),
  views: z
    .array(z.string())
    .describe(
      'ids of those `subscriptions` that it belongs to; a gateway belongs to each site of its circuits; none = to all',
    ),
  state: z.enum(wallStates),
  word: z.enum(wallLabels).describe('what it is called: one path that is left is no other degradation'),
  called: z.string().describe('the one word for its state, as every surface has it: `one path left`'),
  meaning: z.string().describe('what that means, in a few plain words'),
  outcome: z
    .enum(outcomes)
    .nullable()
    .describe('while the state is unknown: of the failing poll; while metrics replace a refused poll: of that poll'),
  owner: z
    .object({
      owner: z.enum(causeOwners),
      name: z.string().nullable().describe('whom to ring: the contact on its card, else the provider'),
      confidence: z.number().nullable().describe('0 to 1, of its cause; null = no owner is likely'),
    })
    .nullable()
    .describe('owner that is likely at least, else `unknown`; null while nothing is wrong'),
  diagnosing: z
    .boolean()
    .describe('its incident has no cause yet: polls that it rests on are not newer than its start'),
  since: bounds.nullable().describe('when it came into this state'),
  ...proven,
  unconfirmedSince,
  recovered: z
    .object({
      at: instant,
      was: z.enum(['down', 'degraded']),
      duration: seconds.nullable(),
      monitoring: z.boolean().describe('its incident is still open, in case it recurs'),
    })
    .nullable()
    .describe('of what is up and came back less than 30 minutes ago'),
  plannedUntil: instantText.nullable().describe('end of the maintenance window that is open for it'),
  incidentId: z.string().nullable(),
  acknowledged: z.object({ at: instant, by: z.string() }).nullable(),
  impact: z
    .string()
    .nullable()
    .describe('what its open incident affects, in a line; null while nothing is wrong, or no incident is open for it'),
  nextStep: z.string().nullable().describe("of its incident's cause; null while nothing is wrong"),
  bitsPerSecond: z
    .number()
    .nullable()
    .describe(
      'of a circuit, both paths and directions and all peerings together, from the last counter samples; null = not known',
    ),
  freshness,
  href: z.string().describe('its open incident, else the resource'),
})
export type WallTile = z.infer<typeof wallTile>
export type StoredTile = z.input<typeof wallTile>

const stateCounts = z.record(z.enum(wallStates), z.number().int())

const wordCounts = z.partialRecord(z.enum(wallLabels), z.number().int())
const estate = z
  .object({ circuits: wordCounts, gateways: wordCounts })
  .describe('how many are called what, with a tile of their own or not; what is switched off is left out')
export type WallEstate = z.infer<typeof estate>

export const wall = z.object({
  headline: estateHeadline,
  tiles: z
    .array(wallTile)
    .describe(
      'the worst first: all that is not up, what came back lately, and the first that are up of each subscription',
    ),
  counts: stateCounts.describe('of all resources, with a tile or without'),
  estate,
  allWellSince: bounds
    .nullable()
    .describe(
      'when the last incident ended, while all resources are up; null = one is not up, or there was no incident yet',
    ),
  subscriptions: z
    .array(z.object({ id: z.string(), name: z.string(), counts: stateCounts, estate }))
    .describe('with `by=customer` the customers, with `by=site` the peering locations'),
  lastEvents: z
    .array(
      z.object({
        id: z.string(),
        title: z.string().describe('name of its kind'),
        resource: z.string(),
        startedBetween: bounds,
        endedBetween: bounds.nullable(),
        href: z.string(),
      }),
    )
    .describe('of the last 24 hours at most three that are part of no other and no mere information, the newest first'),
  ahead: outlookInterval
    .pick({ from: true, to: true, level: true, summary: true })
    .nullable()
    .describe('the first loss that announced work brings within 24 hours; null = none, or not computed yet'),
  collector: z.object({
    state: z.enum(['fresh', 'late', 'silent', 'starting']).describe('`silent` = no poll succeeds any more'),
    newestPollAt: instant.nullable(),
  }),
})
export type Wall = z.infer<typeof wall>

const rates = z.array(z.number().int().nullable())

/**
 * History of tiles: the last 24 hours of circuits, gateways, sites, and sessions and polls that have a tile; and the
 * last 30 days of circuits and gateways. Each time interval has the most severe state in it.
 */
export const wallHistory = z.object({
  from: instant,
  stepSeconds: z.number().int(),
  tiles: z.array(
    z.object({
      id: z.string().describe("the tile's"),
      states: z
        .array(z.enum(pieceStates))
        .describe(
          'the worst that is certain of each piece; unknown = nothing of it was seen; of polls degraded = some saw nothing. The last one is not over',
        ),
      traffic: z
        .union([
          z
            .object({ toAzureBitsPerSecond: rates, fromAzureBitsPerSecond: rates })
            .describe('of a circuit, both paths together'),
          z.object({ bitsPerSecond: rates }).describe('of a gateway, all instances and both directions together'),
        ])
        .nullable()
        .describe('mean rates, null = not known; of anything else, and of a gateway of which none is reported, null'),
      month: z
        .object({
          states: z
            .array(z.enum(pieceStates))
            .describe('the worst that is certain of each UTC day, the oldest first. The last one is not over'),
          availability: z
            .number()
            .nullable()
            .describe(
              'share of what was observed in them, planned work left out, that was certainly up, 0 to 1; null = nothing was observed',
            ),
        })
        .nullable()
        .describe('of a circuit or gateway its last 30 days; of anything else null'),
    }),
  ),
})
export type WallHistory = z.infer<typeof wallHistory>
export type WallTileHistory = WallHistory['tiles'][number]
