import { reportPreview, reportRun, reportSchedulesAnswer, reportSchedulesBody } from './report-schedules.ts'
import { availabilityReport, reportSubjects } from './reports.ts'
import { uptime } from '#lib/sessions/api/uptime.ts'
import { z } from 'zod'
import { answerOf, command, coveredAnswerOf, endpoint, type ResultIn, instant, sloKeys } from '#lib/contract/index.ts'
import { at, customer, daysFrom, id } from '#lib/contract/api/parameters.ts'
import { sloFacts, sloStanding } from '#lib/contract/api/shared-facts.ts'

/** How well Peerwatch keeps one objective of its own. */
export const sloStatus = z.object({
  key: z.enum(sloKeys),
  ...sloFacts.shape,
  windowSeconds: z.number().int().describe('over which the objective holds'),
  since: instant.nullable().describe('the first count within the window; null = nothing was counted'),
  counted: z.number().int(),
  bad: z.number().int(),
  ...sloStanding.shape,
})
export type SloStatus = z.infer<typeof sloStatus>

export const availabilityReportParameters = z.strictObject({
  month: z
    .string()
    .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'send a month such as 2026-11')
    .describe('calendar month, UTC; the current one when not given')
    .optional(),
  by: z
    .enum(reportSubjects, `send ${reportSubjects.join(', ')}`)
    .describe('what a row is of')
    .default('circuit'),
  customer,
})

export const uptimeParameters = z.strictObject({
  customer,
  scope: id.describe('only this circuit, gateway or hub').optional(),
  days: daysFrom(1, 'days, today among them'),
  at,
})

export type AvailabilityReportParameters = z.output<typeof availabilityReportParameters>

export type UptimeParameters = z.output<typeof uptimeParameters>

export const endpoints = {
  reportSchedules: endpoint('/report-schedules', 'channels', {
    summary: 'Reports that are sent by mail at set times, and what was sent; those with amounts need read_cost, too',
    response: answerOf(reportSchedulesAnswer),
  }),
  reportPreview: endpoint('/report-schedules/{id}/preview', 'channels', {
    summary: 'A report as it would be sent now',
    response: answerOf(reportPreview),
  }),
  slos: endpoint('/slos', 'read', {
    summary: 'How well Peerwatch keeps its own objectives over 28 days; for whoever sees everything',
    response: answerOf(sloStatus.array()),
  }),
  uptime: endpoint('/uptime', 'read', {
    summary: 'How every circuit, gateway and hub was in the last days, day by day',
    parameters: uptimeParameters,
    response: coveredAnswerOf(uptime.array()),
  }),
  availabilityReport: endpoint('/reports/availability', 'read', {
    summary: 'A month divided into up, down, indeterminate, unknown and planned, for each circuit, site or customer',
    parameters: availabilityReportParameters,
    response: answerOf(availabilityReport),
  }),
}

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>

export const commands = {
  putReportSchedules: command('put', '/report-schedules', 'channels', {
    summary: 'Sets all reports that are sent by mail; one that is left out is removed',
    body: reportSchedulesBody,
    response: answerOf(reportSchedulesAnswer),
    problems: [409],
  }),
  sendReport: command('post', '/report-schedules/{id}/send', 'channels', {
    summary: 'Sends a report now to its recipients, beside its schedule; limited in all',
    response: answerOf(reportRun),
    problems: [404, 429],
  }),
}

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
