import { z } from 'zod'
import { channelFilters, channelInput, channelKinds, instant, shownFields } from '#lib/contract/index.ts'
import { scopes } from '#lib/contract/access/sent-scopes.ts'

/** Channels and the notifications that went to them. The kinds of channels are in `lib/contract/channels`. */

/** Body of a PUT: all channels. A channel that is left out is removed. */
export const channelsBody = z.strictObject({
  channels: z
    .array(channelInput)
    .max(100)
    .refine(
      (list) => new Set(list.map((one) => one.name.toLowerCase())).size === list.length,
      'two channels have the same name',
    ),
  version: z.string().max(40).optional().describe('the version that was edited; 409 if it has changed since'),
})
export type ChannelsBody = z.output<typeof channelsBody>

const attempt = z.object({ at: instant, delivered: z.boolean(), error: z.string().nullable() })

const channel = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(channelKinds),
  ...shownFields,
  secretSet: z.boolean().describe('whether a secret is set; the secret itself is never returned'),
  inbound: z
    .object({
      url: z.string().describe('where the vendor sends acknowledgements; without PUBLIC_URL a path'),
      secretSet: z.boolean().describe('whether its signature can be checked; without a secret nothing is taken'),
    })
    .nullable()
    .describe('null = vendors of this kind send none'),
  enabled: z.boolean(),
  scopes,
  filters: channelFilters,
  lastAttempt: attempt.nullable().describe('result of the newest attempt; null before the first'),
  waiting: z.number().int().describe('notifications not yet delivered'),
})
export type Channel = z.infer<typeof channel>

export const channelsAnswer = z.object({
  channels: z.array(channel),
  version: z.string().describe('changes whenever a channel changes'),
  mail: z
    .object({ server: z.string(), from: z.string() })
    .nullable()
    .describe('the configured mail server; null = e-mail cannot be sent'),
  publicUrl: z.string().nullable().describe('base URL of links in notifications; null = they have none'),
})
export type ChannelsAnswer = z.infer<typeof channelsAnswer>

export const channelTest = z.object({
  delivered: z.boolean(),
  answer: z.string().describe('the answer of the receiver, or why there is none'),
  milliseconds: z.number().int(),
})
export type ChannelTest = z.infer<typeof channelTest>
