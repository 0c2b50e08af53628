import { z } from 'zod'
import { severities } from '../events/event.ts'
import { dateCodec } from './codecs.ts'

export const notificationReasons = [
  'opened',
  'raised',
  'urgent',
  'extended',
  'repeated',
  'acknowledged',
  'unsnoozed',
  'unverifiable',
  'flapping',
  'escalated',
  'sent',
  'approaching',
  'changed',
  'withdrawn',
  'closed',
  'digest',
  'findings',
  'posture',
  'test',
] as const
export type NotificationReason = (typeof notificationReasons)[number]

export const notificationStates = ['held', 'pending', 'delivered', 'in_digest', 'failed', 'dropped'] as const

/** Message that Peerwatch sent or will send to one notification channel. */
export const notificationSchema = z.object({
  id: z.string().describe('equal for repeated deliveries of one notification'),
  channelId: z.string(),
  channelName: z.string(),
  reason: z.enum(notificationReasons),
  severity: z.enum(severities),
  title: z.string(),
  incidentId: z
    .string()
    .nullable()
    .describe('null for digests, findings, posture, tests, losses ahead and alerts about missing data'),
  state: z
    .enum(notificationStates)
    .describe(
      'held: waits for a digest; pending: to be sent or retried; failed: no further attempt; dropped: its channel was turned off or removed',
    ),
  digestId: z.string().nullable().describe('digest that contains it'),
  createdAt: dateCodec,
  deliveredAt: dateCodec.nullable(),
  nextAttemptAt: dateCodec.nullable(),
  attempts: z.number().int(),
  lastError: z.string().nullable(),
})
export type Notification = z.infer<typeof notificationSchema>
export type NotificationToEncode = z.input<typeof notificationSchema>
