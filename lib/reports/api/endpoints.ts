import { availabilityReportParameters, uptimeParameters } from './parameters.ts'
import { reportPreview, reportRun, reportSchedulesAnswer, reportSchedulesBody } from './report-schedules.ts'
import { availabilityReport } from './reports.ts'
import { sloStatus } from './slos.ts'
import { uptime } from '#lib/sessions/api/uptime.ts'
import { z } from 'zod'
import {
  answerOf,
  type Command,
  coveredAnswerOf,
  type Endpoint,
  noParameters,
  type ResultIn,
} from '#lib/contract/index.ts'

export const endpoints = {
  reportSchedules: {
    path: '/report-schedules',
    summary: 'Reports that are sent by mail at set times, and what was sent; those with amounts need read_cost, too',
    right: 'channels',
    parameters: noParameters,
    response: answerOf(reportSchedulesAnswer),
  },
  reportPreview: {
    path: '/report-schedules/{id}/preview',
    summary: 'A report as it would be sent now',
    right: 'channels',
    parameters: noParameters,
    response: answerOf(reportPreview),
  },
  slos: {
    path: '/slos',
    summary: 'How well Peerwatch keeps its own objectives over 28 days; for whoever sees everything',
    right: 'read',
    parameters: noParameters,
    response: answerOf(sloStatus.array()),
  },
  uptime: {
    path: '/uptime',
    summary: 'How every circuit, gateway and hub was in the last days, day by day',
    right: 'read',
    parameters: uptimeParameters,
    response: coveredAnswerOf(uptime.array()),
  },
  availabilityReport: {
    path: '/reports/availability',
    summary: 'A month divided into up, down, indeterminate, unknown and planned, for each circuit, site or customer',
    right: 'read',
    parameters: availabilityReportParameters,
    response: answerOf(availabilityReport),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>

export const commands = {
  putReportSchedules: {
    method: 'put',
    path: '/report-schedules',
    summary: 'Sets all reports that are sent by mail; one that is left out is removed',
    right: 'channels',
    body: reportSchedulesBody,
    response: answerOf(reportSchedulesAnswer),
    problems: [409],
  },
  sendReport: {
    method: 'post',
    path: '/report-schedules/{id}/send',
    summary: 'Sends a report now to its recipients, beside its schedule; limited in all',
    right: 'channels',
    body: z.strictObject({}),
    response: answerOf(reportRun),
    problems: [404, 429],
  },
} as const satisfies Record<string, Command>

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
