import { z } from 'zod'
import { causeOwners, eventKinds, severities } from '../event.ts'
import { instant } from './envelope.ts'

/** Where notifications go, and what of all there is. */

export const channelKinds = ['webhook', 'email'] as const
export type ChannelKind = (typeof channelKinds)[number]

const LOOPBACK = /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/

/** https to anywhere; plain http only on this machine, where nobody listens in between. */
export const webhookUrl = z
  .url({ protocol: /^https?$/, error: 'send an address such as https://hooks.example.com/peerwatch' })
  .max(2_000)
  .refine(isSafe, 'send an https address without user name and password; plain http is for this machine only')

function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  return username === '' && password === '' && (protocol === 'https:' || LOOPBACK.test(hostname))
}

/** A shared secret of a webhook, as Standard Webhooks spells it: 24 to 64 random bytes. */
export const webhookSecret = z
  .string()
  .trim()
  .refine(isSecret, 'send whsec_ followed by 24 to 64 random bytes in base64')
  .describe('whsec_ and 24 to 64 bytes in base64; written, never read back')

function isSecret(text: string): boolean {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  if (encoded === undefined) return false
  const bytes = Math.floor((encoded.replace(/=+$/, '').length * 3) / 4)
  return bytes >= 24 && bytes <= 64
}

const toldSeverities = severities.filter((severity) => severity !== 'info') as Exclude<
  (typeof severities)[number],
  'info'
>[]

export const channelFilters = z.strictObject({
  minSeverity: z.enum(toldSeverities).default('minor').describe('nothing milder'),
  scopes: z
    .array(z.string().trim().min(1).max(2_048))
    .max(200)
    .default([])
    .describe('only these circuits and gateways, by short id or ARM id; empty = all'),
  kinds: z.array(z.enum(eventKinds)).max(eventKinds.length).default([]).describe('only these; empty = all'),
  owners: z.array(z.enum(causeOwners)).max(causeOwners.length).default([]).describe('only these; empty = all'),
})
export type ChannelFilters = z.output<typeof channelFilters>

const name = z.string('give it a name').trim().min(1, 'give it a name').max(100)
const mailAddress = z.email('send an address such as noc@example.com').max(254)
const recipients = z.array(mailAddress).min(1, 'name at least one address').max(50)

const common = {
  name,
  enabled: z.boolean().default(true),
  filters: channelFilters.prefault({}),
}
/** of the channel that is changed; absent = a new one */
const id = z.string().min(1).max(40).optional()

export const channelInput = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      id,
      ...common,
      kind: z.literal('webhook'),
      url: webhookUrl,
      secret: webhookSecret.optional().describe('absent = stays; needed for a new webhook'),
    }),
    z.strictObject({ id, ...common, kind: z.literal('email'), to: recipients }),
  ],
  'send a kind: webhook or email',
)
export type ChannelInput = z.output<typeof channelInput>

/** Body of a PUT: all channels as they are meant to be. A channel that is left out is removed. */
export const channelsBody = z.strictObject({
  channels: z
    .array(channelInput)
    .max(100)
    .refine((list) => new Set(list.map((one) => one.name.toLowerCase())).size === list.length, 'two have one name'),
  version: z.string().max(40).optional().describe('the version that was edited; if it is another by now: 409'),
})
export type ChannelsBody = z.output<typeof channelsBody>

const attempt = z.object({ at: instant, delivered: z.boolean(), error: z.string().nullable() })

export const channel = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(channelKinds),
  url: z.string().nullable().describe('of a webhook'),
  to: z.array(z.string()).describe('of e-mail'),
  secretSet: z.boolean().describe('whether a webhook has its secret; the secret itself is never told'),
  enabled: z.boolean(),
  filters: channelFilters,
  lastAttempt: attempt.nullable().describe('how the newest attempt went; null before the first'),
  waiting: z.number().int().describe('notifications that are still to be delivered'),
})
export type Channel = z.infer<typeof channel>

export const channelsAnswer = z.object({
  channels: z.array(channel),
  version: z.string().describe('changes with every change of a channel'),
  mail: z
    .object({ server: z.string(), from: z.string() })
    .nullable()
    .describe('the mail server that is set up; null = e-mail can not be sent'),
  publicUrl: z.string().nullable().describe('where links in notifications lead; null = they have none'),
})
export type ChannelsAnswer = z.infer<typeof channelsAnswer>

export const channelTest = z.object({
  delivered: z.boolean(),
  answer: z.string().describe('what the other side said, in words'),
  milliseconds: z.number().int(),
})
export type ChannelTest = z.infer<typeof channelTest>

export const notificationReasons = [
  'opened',
  'raised',
  'repeated',
  'acknowledged',
  'unverifiable',
  'flapping',
  'closed',
  'digest',
  'test',
] as const
export type NotificationReason = (typeof notificationReasons)[number]

export const notificationStates = ['held', 'pending', 'delivered', 'in_digest', 'failed', 'dropped'] as const

/** One message to one channel. */
export const notification = z.object({
  id: z.string().describe('what the receiver can tell repeated deliveries by'),
  channelId: z.string(),
  channelName: z.string(),
  reason: z.enum(notificationReasons),
  severity: z.enum(severities),
  title: z.string(),
  incidentId: z.string().nullable().describe('null of digests, tests and what is told of Peerwatch itself'),
  state: z
    .enum(notificationStates)
    .describe(
      'held: waits for a digest; pending: to be sent, or to be tried again; failed: given up; dropped: its channel is off',
    ),
  digestId: z.string().nullable().describe('the digest that it went out with'),
  createdAt: instant,
  deliveredAt: instant.nullable(),
  nextAttemptAt: instant.nullable(),
  attempts: z.number().int(),
  lastError: z.string().nullable(),
})
export type Notification = z.infer<typeof notification>
