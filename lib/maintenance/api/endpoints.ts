import {
  maintenanceWindowSchema,
  unreadableMaintenanceSchema,
  createResponseSchema,
  defineCommand,
  defineEndpoint,
  instantCodec,
  type CommandResult,
} from '#lib/contract/index.ts'
import { calendarBodySchema, calendarSchema } from './calendars.ts'
import { z } from 'zod'
import {
  customerFilterParameter,
  isRangeForward,
  rangeForwardFault,
  resourceIdPathParameter,
  instantParameter,
} from '#lib/contract/api/parameters.ts'

export const maintenanceParameters = z
  .strictObject({
    scope: resourceIdPathParameter.describe('windows about this resource, and windows about all resources').optional(),
    customer: customerFilterParameter,
    from: instantParameter
      .describe('start of the requested time; default: 7 days before its end or before now')
      .optional(),
    to: instantParameter.describe('end of the requested time; default: 30 days from now').optional(),
  })
  .refine(isRangeForward, rangeForwardFault)

export type MaintenanceParameters = z.output<typeof maintenanceParameters>

export const unreadNoticeStates = ['open', 'handled', 'dismissed'] as const
export type UnreadNoticeState = (typeof unreadNoticeStates)[number]

/** A mail in the mailbox that could not be read as a maintenance notice. */
export const unreadNoticeSchema = z.object({
  id: z.string(),
  receivedAt: instantCodec,
  sender: z.string(),
  subject: z.string(),
  excerpt: z.string().describe('start of its text, at most 4,000 characters'),
  reason: z.string().describe('reason why it could not be read or was not trusted'),
  state: z
    .enum(unreadNoticeStates)
    .describe('handled: a user entered the announced maintenance by hand; dismissed: it announces nothing'),
  changedBy: z.string().nullable().describe('user who marked it as handled or dismissed'),
  changedAt: instantCodec.nullable(),
})
export type UnreadableNotice = z.infer<typeof unreadNoticeSchema>

export const mailboxSchema = z.object({
  name: z.string().describe('folder, user and server'),
  triedAt: instantCodec.describe('time of the last attempt to read it'),
  readAt: instantCodec.nullable().describe('last time at which it was read completely; null = never'),
  failure: z.string().nullable().describe('reason why the last attempt failed; null = it succeeded'),
})

export const endpoints = {
  maintenance: defineEndpoint('/maintenance', 'read', {
    summary:
      'Maintenance windows of every source in a time range, each occurrence separately, in the order of their starts',
    parameters: maintenanceParameters,
    response: createResponseSchema(maintenanceWindowSchema.array()).extend({
      unreadable: unreadableMaintenanceSchema
        .array()
        .describe('maintenance configurations whose windows are unknown, so that events in them send alerts'),
    }),
  }),
  calendars: defineEndpoint('/maintenance/calendars', 'read', {
    summary: 'Calendars that announce maintenance, with the result of their last reading',
    response: createResponseSchema(calendarSchema.array()),
  }),
  unreadNotices: defineEndpoint('/maintenance/notices', 'read', {
    summary:
      "Mails in the mailbox of providers' notices that could not be read, open ones first, with the state of the mailbox",
    response: createResponseSchema(unreadNoticeSchema.array()).extend({
      mailbox: mailboxSchema.nullable().describe('null = no mailbox is configured (IMAP_URL), or it was not tried yet'),
    }),
  }),
}

export type MaintenanceEndpointResponse<Name extends keyof typeof endpoints> = z.input<
  (typeof endpoints)[Name]['response']
>

export const commands = {
  addCalendar: defineCommand('post', '/maintenance/calendars', 'declare', {
    summary: 'Adds a calendar by URL or by its text, and reads it',
    body: calendarBodySchema,
    response: createResponseSchema(calendarSchema),
    problems: [],
  }),
  putCalendar: defineCommand('put', '/maintenance/calendars/{id}', 'declare', {
    summary: 'Changes a calendar, and reads it; without url and content, its source is unchanged',
    body: calendarBodySchema,
    response: createResponseSchema(calendarSchema),
    problems: [404],
  }),
  removeCalendar: defineCommand('delete', '/maintenance/calendars/{id}', 'declare', {
    summary: 'Removes a calendar with all of its windows',
    response: createResponseSchema(calendarSchema),
    problems: [404],
  }),
  closeNotice: defineCommand('post', '/maintenance/notices/{id}/close', 'declare', {
    summary: 'Records that an unreadable mail was handled by hand, announces nothing, or is open again',
    body: z.strictObject({ state: z.enum(unreadNoticeStates) }),
    response: createResponseSchema(unreadNoticeSchema),
    problems: [404],
  }),
  readCalendar: defineCommand('post', '/maintenance/calendars/{id}/read', 'declare', {
    summary: 'Reads a calendar immediately instead of at its next hour',
    response: createResponseSchema(calendarSchema),
    problems: [404],
  }),
}

export type MaintenanceCommandResult<Name extends keyof typeof commands> = CommandResult<(typeof commands)[Name]>
