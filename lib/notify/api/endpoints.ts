import { escalationResponseSchema, escalationBodySchema } from './escalation.ts'
import { z } from 'zod'
import {
  createResponseSchema,
  defineCommand,
  defineEndpoint,
  notificationSchema,
  createPageSchema,
  type CommandResult,
  notificationStates,
  channelFiltersSchema,
  channelInput,
  channelKinds,
  dateCodec,
  shownChannelFieldSchemas,
} from '#lib/contract/index.ts'
import { formatAcceptedValues } from '#lib/contract/api/one-of.ts'
import { pagingQueryParameters, createTextParameter } from '#lib/contract/api/parameters.ts'
import { accessScopesSchema } from '#lib/contract/access/sent-scopes.ts'

/**
 * Endpoints and commands for notification channels and their delivery log. The fields of each kind of channel are in
 * `lib/contract/channels`.
 */

/** Body of a PUT: all channels. A channel that is left out is removed. */
export const channelsBodySchema = z.strictObject({
  channels: z
    .array(channelInput)
    .max(100)
    .refine(
      (list) => new Set(list.map((one) => one.name.toLowerCase())).size === list.length,
      'two channels have the same name',
    ),
  version: z
    .string()
    .max(40)
    .optional()
    .describe(
      'version that was edited; 409 if it has changed since. Without a version, the stored settings are replaced without this check',
    ),
})
export type ChannelsBody = z.output<typeof channelsBodySchema>

const attempt = z.object({ at: dateCodec, delivered: z.boolean(), error: z.string().nullable() })

const channel = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(channelKinds),
  ...shownChannelFieldSchemas,
  secretSet: z.boolean().describe('whether a secret is set; the secret itself is never returned'),
  inbound: z
    .object({
      url: z
        .string()
        .describe('URL to which the vendor sends acknowledgements; a path if PUBLIC_URL is not configured'),
      secretSet: z
        .boolean()
        .describe(
          'whether a secret is set with which signatures are verified; without a secret, all requests are refused',
        ),
    })
    .nullable()
    .describe('null = vendors of this kind send no acknowledgements'),
  enabled: z.boolean(),
  scopes: accessScopesSchema,
  filters: channelFiltersSchema,
  lastAttempt: attempt.nullable().describe('result of the newest attempt; null before the first attempt'),
  waiting: z.number().int().describe('number of notifications that are not delivered yet'),
})
export type NotificationChannel = z.infer<typeof channel>

export const channelsResponseSchema = z.object({
  channels: z.array(channel),
  version: z.string().describe('changes whenever a channel changes'),
  mail: z
    .object({ server: z.string(), from: z.string() })
    .nullable()
    .describe('the configured mail server; null = e-mail cannot be sent'),
  publicUrl: z.string().nullable().describe('base URL of links in notifications; null = notifications have no links'),
})
export type ChannelsResponse = z.infer<typeof channelsResponseSchema>

export const channelTestSchema = z.object({
  delivered: z.boolean(),
  answer: z.string().describe('response of the receiver, or the reason why there is none'),
  milliseconds: z.number().int(),
})
export type ChannelTest = z.infer<typeof channelTestSchema>

export const notificationsParameters = z.strictObject({
  channel: createTextParameter('the id of a channel').describe('only notifications to this channel').optional(),
  state: z.enum(notificationStates, `send ${formatAcceptedValues(notificationStates)}`).optional(),
  ...pagingQueryParameters,
})

export type NotificationsParameters = z.output<typeof notificationsParameters>

export const endpoints = {
  channels: defineEndpoint('/channels', 'channels', {
    summary: 'Notification channels and their filters; secrets are never returned',
    response: createResponseSchema(channelsResponseSchema),
  }),
  escalation: defineEndpoint('/escalation', 'channels', {
    summary: 'Escalation policies, and on-call rotations with the current and the next person on call',
    response: createResponseSchema(escalationResponseSchema),
  }),
  notifications: defineEndpoint('/notifications', 'read', {
    summary: 'Notifications with channel, time, attempts and errors, newest first',
    parameters: notificationsParameters,
    response: createPageSchema(notificationSchema),
  }),
}

export type NotifyEndpointResponse<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const commands = {
  putChannels: defineCommand('put', '/channels', 'channels', {
    summary: 'Replaces all channels; a channel that is left out is removed, and a secret that is left out is unchanged',
    body: channelsBodySchema,
    response: createResponseSchema(channelsResponseSchema),
    problems: [409],
  }),
  putEscalation: defineCommand('put', '/escalation', 'channels', {
    summary: 'Replaces all escalation policies and on-call rotations; an entry that is left out is removed',
    body: escalationBodySchema,
    response: createResponseSchema(escalationResponseSchema),
    problems: [409],
  }),
  testChannel: defineCommand('post', '/channels/{id}/test', 'channels', {
    summary:
      'Sends a test message to a channel immediately, and returns the result; the number of tests is limited for each channel and in total',
    response: createResponseSchema(channelTestSchema),
    problems: [404, 429],
  }),
}

export type NotifyCommandResult<Name extends keyof typeof commands> = CommandResult<(typeof commands)[Name]>
