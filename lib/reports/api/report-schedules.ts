import { z } from 'zod'
import { dateCodec, instantCodec, timeZoneSchema, weekdays } from '#lib/contract/index.ts'
import { accessScopesSchema, requestAccessScopesSchema } from '#lib/contract/access/sent-scopes.ts'

export const reportKinds = ['cost_weekly', 'availability_monthly'] as const
export type ReportKind = (typeof reportKinds)[number]

const common = {
  name: z.string('enter a name').trim().min(1, 'enter a name').max(100),
  enabled: z.boolean().default(true),
  hour: z.int('enter an hour').min(0).max(23).describe('hour from which it is sent, local time in the time zone'),
  zone: timeZoneSchema,
  scopes: requestAccessScopesSchema
    .default([])
    .describe('content of the report: subscription:<id> and customer:<name>; empty = everything'),
  channels: z
    .array(z.string().min(1).max(40))
    .max(20)
    .default([])
    .describe('e-mail channels whose recipients get it; their scope must include the scope of the report'),
  addresses: z.array(z.email('enter addresses such as noc@example.com').max(254)).max(50).default([]),
}
const weekly = {
  report: z.literal('cost_weekly').describe('cost review of the last completed week'),
  weekday: z.enum(weekdays).default('mon'),
}
const monthly = {
  report: z
    .literal('availability_monthly')
    .describe('availability in the last completed month, by customer and by circuit'),
  dayOfMonth: z.int('enter a day').min(1).max(28).default(1),
}
const kinds = `send a report: ${reportKinds.join(', ')}`

const id = z.string().min(1).max(40).optional().describe('id of the entry to change; absent = a new entry')
export const reportScheduleInput = z
  .discriminatedUnion(
    'report',
    [z.strictObject({ id, ...common, ...weekly }), z.strictObject({ id, ...common, ...monthly })],
    kinds,
  )
  .refine(({ channels, addresses }) => channels.length + addresses.length > 0, {
    error: 'name a channel or an address',
    path: ['addresses'],
  })
export type ReportScheduleInput = z.output<typeof reportScheduleInput>

/**
 * Body of a PUT request with all schedules of reports. A stored schedule that is not in the body is deleted, but the
 * reports that it sent stay in the history.
 */
export const reportSchedulesBodySchema = z.strictObject({
  schedules: z
    .array(reportScheduleInput)
    .max(100)
    .refine(
      (list) => new Set(list.map((one) => one.name.toLowerCase())).size === list.length,
      'two reports have the same name',
    ),
  version: z.string().max(40).optional().describe('version that was edited; 409 if it has changed since'),
})
export type ReportSchedulesBody = z.output<typeof reportSchedulesBodySchema>

const reportRunStates = ['pending', 'sent', 'failed'] as const

export const reportRunSchema = z.object({
  id: z.string(),
  scheduleId: z.string(),
  scheduleName: z.string(),
  report: z.enum(reportKinds),
  period: z.string().describe('an ISO week or a month'),
  byHand: z.boolean().describe('true = a user sent it, in addition to the schedule'),
  recipients: z.array(z.string()),
  state: z.enum(reportRunStates).describe('pending: to be sent or retried; failed: no further attempt'),
  createdAt: dateCodec,
  sentAt: dateCodec.nullable(),
  attempts: z.int(),
  lastError: z.string().nullable(),
})
export type EmailReportRun = z.infer<typeof reportRunSchema>
export type StoredRun = z.input<typeof reportRunSchema>

const shown = {
  id: z.string(),
  ...common,
  scopes: accessScopesSchema,
  next: instantCodec.nullable().describe('next time at which it is due; null = turned off'),
}
const reportSchedule = z.discriminatedUnion('report', [
  z.object({ ...shown, ...weekly }),
  z.object({ ...shown, ...monthly }),
])
export type ReportSchedule = z.infer<typeof reportSchedule>

export const reportSchedulesResponseSchema = z.object({
  schedules: z.array(reportSchedule),
  runs: z.array(reportRunSchema).describe('the last hundred reports sent, newest first'),
  channels: z.array(z.object({ id: z.string(), name: z.string() })).describe('e-mail channels that can be used'),
  mail: z.boolean().describe('whether a mail server is configured'),
  version: z.string().describe('changes whenever a schedule changes'),
})
export type ReportSchedulesResponse = z.infer<typeof reportSchedulesResponseSchema>

export const reportPreviewSchema = z.object({
  period: z.string(),
  subject: z.string(),
  html: z.string().describe('complete page without scripts, which prints on A4'),
  attachments: z.array(z.object({ name: z.string(), text: z.string() })),
})
export type ReportPreview = z.infer<typeof reportPreviewSchema>
