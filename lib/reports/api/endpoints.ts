import {
  reportPreviewSchema,
  reportRunSchema,
  reportSchedulesResponseSchema,
  reportSchedulesBodySchema,
} from './report-schedules.ts'
import {
  availabilityLossSchema,
  availabilitySecondsSchema,
  uptimeLayerFields,
  ownerSecondsSchema,
  uptimeSchema,
} from '#lib/sessions/api/uptime.ts'
import { z } from 'zod'
import {
  createResponseSchema,
  defineCommand,
  createCoveredResponseSchema,
  defineEndpoint,
  type CommandResult,
  instantCodec,
  sloKeys,
  peeringTypes,
} from '#lib/contract/index.ts'
import {
  atMomentParameter,
  customerFilterParameter,
  createDaysParameter,
  resourceIdPathParameter,
} from '#lib/contract/api/parameters.ts'
import { sloDetailsSchema, sloStateSchema } from '#lib/contract/api/shared-facts.ts'

export const reportSubjects = ['circuit', 'site', 'customer'] as const

const seconds = z.number().min(0)
const percent = z.number().min(0).max(100)
const secondsBetween = z.object({ atLeast: seconds, atMost: seconds })
const observed = {
  seconds,
  upSeconds: secondsBetween,
  downSeconds: secondsBetween,
  unknownSeconds: seconds,
  plannedSeconds: seconds,
}
const repair = secondsBetween
  .nullable()
  .describe('bounds of the mean duration of outages that ended; null = none ended')

const outagesByLayer = z
  .object({ session: z.int(), forwarding: z.int(), reachability: z.int() })
  .describe('the outages by the most basic layer that each of them lost')

/**
 * The availability of one circuit, site or customer in the elapsed part of a month. The elapsed time is the sum of
 * `upSeconds.atLeast`, `indeterminateSeconds`, `downSeconds.atLeast`, `unknownSeconds` and `plannedSeconds`. The share
 * of uptime is computed only from the first three.
 */
const availabilityRow = z.object({
  id: z.string().nullable().describe('short id of a circuit; null = a site or a customer'),
  name: z.string(),
  provider: z.string().nullable().describe('provider of the circuit'),
  circuits: z.array(z.string()).describe('names of the circuits that back each other up'),
  ...availabilitySecondsSchema.shape,
  byOwner: ownerSecondsSchema,
  ...uptimeLayerFields,
  outages: z
    .int()
    .min(0)
    .describe('number of losses that may have begun in the month, without planned losses; each counts once'),
  outagesByLayer,
  repeats: z.int().min(0).describe('number of these whose cause already occurred in the month'),
  mttrSeconds: repair,
  creditDue: z
    .object({
      atLeast: percent.describe('credit for certain downtime caused by the provider'),
      atMost: percent.describe(
        'credit that includes downtime that is uncertain, or not certainly caused by another party',
      ),
      promised: percent.describe('availability below which the first credit is due'),
    })
    .nullable()
    .describe("percent of the month's fee; null = no contract is declared, or the row is not a single circuit"),
  losses: z.array(availabilityLossSchema).describe('losses in the month, the newest first; at most 50'),
  peerings: z
    .array(
      z.object({
        circuitId: z.string(),
        circuitName: z.string(),
        peering: z.enum(peeringTypes),
        session: availabilitySecondsSchema.describe('down = the peering has no session on either path'),
        forwarding: availabilitySecondsSchema,
      }),
    )
    .describe('each peering that was up or down in the month; the circuit is down only while all of them are down'),
  prefixes: z
    .array(
      z.object({
        prefix: z.string(),
        gatewayId: z.string(),
        gatewayName: z.string(),
        ...availabilitySecondsSchema.shape,
      }),
    )
    .describe('prefixes that incidents cut off or left to a default route, the longest time first; at most 100'),
  prefixesOmitted: z.int().min(0),
})
export type AvailabilityReportRow = z.infer<typeof availabilityRow>

/** Sums over all circuits of one provider. */
const providerScore = z.object({
  provider: z.string(),
  circuits: z.int(),
  ...observed,
  forwarding: z.object(observed).nullable().describe('as in the rows; null = no byte counters are polled'),
  reachability: z.object(observed).nullable().describe('as in the rows; null = no route table is polled'),
  providersOwnSeconds: seconds.describe('certain and unplanned downtime that the provider caused'),
  outages: z.int(),
  outagesByLayer,
  mttrSeconds: repair,
})

export const availabilityReportSchema = z.object({
  month: z.string(),
  from: instantCodec,
  to: instantCodec.describe('end of the month, or now'),
  by: z.enum(reportSubjects),
  rows: z.array(availabilityRow),
  providers: z.array(providerScore),
  days: z
    .array(z.object({ day: z.string(), session: seconds, forwarding: seconds, reachability: seconds }))
    .describe('greatest possible lost seconds of each UTC day by the most basic lost layer, over all circuits'),
})
export type AvailabilityReport = z.infer<typeof availabilityReportSchema>
export type StoredAvailabilityReport = z.input<typeof availabilityReportSchema>

/** The status of one of Peerwatch's own service level objectives. */
export const sloStatusSchema = z.object({
  key: z.enum(sloKeys),
  ...sloDetailsSchema.shape,
  windowSeconds: z.number().int().describe('window of the objective'),
  since: instantCodec.nullable().describe('first count within the window; null = nothing was counted'),
  counted: z.number().int(),
  bad: z.number().int(),
  ...sloStateSchema.shape,
})
export type SloStatus = z.infer<typeof sloStatusSchema>

export const availabilityReportParameters = z.strictObject({
  month: z
    .string()
    .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'send a month such as 2026-11')
    .describe('calendar month, UTC; default: the current month')
    .optional(),
  by: z
    .enum(reportSubjects, `send ${reportSubjects.join(', ')}`)
    .describe('object of a row')
    .default('circuit'),
  customer: customerFilterParameter,
})

export const uptimeParameters = z.strictObject({
  customer: customerFilterParameter,
  scope: resourceIdPathParameter.describe('only this circuit, gateway or hub').optional(),
  days: createDaysParameter(1, 'days, today among them'),
  at: atMomentParameter,
})

export type AvailabilityReportParameters = z.output<typeof availabilityReportParameters>

export type UptimeParameters = z.output<typeof uptimeParameters>

export const endpoints = {
  reportSchedules: defineEndpoint('/report-schedules', 'channels', {
    summary:
      'Reports that are mailed at fixed times, and the reports sent so far; reports with amounts also need read_cost',
    response: createResponseSchema(reportSchedulesResponseSchema),
  }),
  reportPreview: defineEndpoint('/report-schedules/{id}/preview', 'channels', {
    summary: 'A report as it would be sent now',
    response: createResponseSchema(reportPreviewSchema),
  }),
  slos: defineEndpoint('/slos', 'read', {
    summary: "Peerwatch's own service level objectives over 28 days; only for users who may see everything",
    response: createResponseSchema(sloStatusSchema.array()),
  }),
  uptime: defineEndpoint('/uptime', 'read', {
    summary: 'Daily state of every circuit, gateway and hub in the last days',
    parameters: uptimeParameters,
    response: createCoveredResponseSchema(uptimeSchema.array()),
  }),
  availabilityReport: defineEndpoint('/reports/availability', 'read', {
    summary: 'A month divided into up, down, indeterminate, unknown and planned, for each circuit, site or customer',
    parameters: availabilityReportParameters,
    response: createResponseSchema(availabilityReportSchema),
  }),
}

export type ReportsEndpointResponse<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const commands = {
  putReportSchedules: defineCommand('put', '/report-schedules', 'channels', {
    summary: 'Replaces all reports that are mailed; a report that is left out is removed',
    body: reportSchedulesBodySchema,
    response: createResponseSchema(reportSchedulesResponseSchema),
    problems: [409],
  }),
  sendReport: defineCommand('post', '/report-schedules/{id}/send', 'channels', {
    summary: 'Sends a report to its recipients immediately, in addition to its schedule; the total number is limited',
    response: createResponseSchema(reportRunSchema),
    problems: [404, 429],
  }),
}

export type ReportsCommandResult<Name extends keyof typeof commands> = CommandResult<(typeof commands)[Name]>
