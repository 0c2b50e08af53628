import { z } from 'zod'
import { causeOwners, instant } from '#lib/contract/index.ts'

export const reportSubjects = ['circuit', 'site', 'customer'] as const

const seconds = z.number().min(0)
const percent = z.number().min(0).max(100)
const secondsBetween = z.object({ atLeast: seconds, atMost: seconds })
const observed = { seconds, upSeconds: secondsBetween, downSeconds: secondsBetween }
const repair = secondsBetween.nullable().describe('mean length of outages that ended, bounds; null = none did')

/**
 * A month, or what has passed of it, divided. upSeconds.atLeast, indeterminateSeconds, downSeconds.atLeast, unknownSeconds and
 * plannedSeconds add up to it. A share of uptime is of the first three: what was observed, planned work left out.
 */
const availabilityRow = z.object({
  id: z.string().nullable().describe('short id of a circuit; null = a site or a customer'),
  name: z.string(),
  provider: z.string().nullable().describe('of a circuit'),
  circuits: z.array(z.string()).describe('names of the circuits that stand in for each other'),
  ...observed,
  indeterminateSeconds: seconds.describe('within the bounds of an outage: up or down'),
  unknownSeconds: seconds.describe('no good poll would have seen an outage'),
  plannedSeconds: seconds.describe('an outage, or what may be one, inside announced maintenance'),
  byOwner: z
    .partialRecord(z.enum(causeOwners), seconds)
    .describe('the certain, unplanned part of downSeconds, by whose fault it is'),
  outages: z.int().min(0).describe('that may have begun in the month, planned ones left out'),
  repeats: z.int().min(0).describe('those of them whose cause was there before in the month'),
  mttrSeconds: repair,
  creditDue: z
    .object({
      atLeast: percent.describe('by what is certainly down through the provider'),
      atMost: percent.describe('by what may be, and was not certainly somebody else’s fault'),
      promised: percent.describe('the availability below which the first credit is due'),
    })
    .nullable()
    .describe('in percent of the month’s fee; null = no contract is declared, or the row is not one circuit'),
})
export type AvailabilityRow = z.infer<typeof availabilityRow>

/** All circuits of a provider, their seconds added up. */
const providerScore = z.object({
  provider: z.string(),
  circuits: z.int(),
  ...observed,
  unknownSeconds: seconds,
  plannedSeconds: seconds,
  providersOwnSeconds: seconds.describe('of the certain, unplanned down time, what was the provider’s fault'),
  outages: z.int(),
  mttrSeconds: repair,
})

export const availabilityReport = z.object({
  month: z.string(),
  from: instant,
  to: instant.describe('the end of the month, or now'),
  by: z.enum(reportSubjects),
  rows: z.array(availabilityRow),
  providers: z.array(providerScore),
})
export type AvailabilityReport = z.infer<typeof availabilityReport>
