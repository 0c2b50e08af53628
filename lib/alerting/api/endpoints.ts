import { z } from 'zod'
import {
  createResponseSchema,
  defineCommand,
  defineEndpoint,
  instantCodec,
  instantTextSchema,
  requestInstantSchema,
} from '#lib/contract/index.ts'
import { createTextParameter } from '#lib/contract/api/parameters.ts'

/**
 * The steps of alerting that can be broken. The first eight are tested by a proof round, in this order. `worker` and
 * `database` are tested separately, because without them no round begins or ends.
 */
export const alertingProofSteps = [
  'clock',
  'decode',
  'record',
  'detect',
  'decide',
  'queue',
  'deliver',
  'receive',
  'worker',
  'database',
] as const
export type AlertingProofStep = (typeof alertingProofSteps)[number]

/**
 * Shows whether alerting works. Peerwatch proves this with an artificial circuit that goes down, whose notification
 * must reach a receiver (a proof round).
 */
export const alertingProofSchema = z.object({
  state: z
    .enum(['proved', 'broken', 'pending', 'unset', 'off'])
    .describe(
      '`pending`: the first check has not ended yet; `unset`: the workers do not know the URL of the web server, see PROOF_URL; `off`: PROOF_EVERY is off',
    ),
  provedAt: instantCodec.nullable().describe('when a receiver last got a notification of the check; null = never'),
  tookSeconds: z
    .number()
    .nullable()
    .describe('seconds from the simulated fall of the circuit to the notification, in the last successful check'),
  everySeconds: z.number().nullable().describe('seconds between two checks'),
  step: z.enum(alertingProofSteps).nullable().describe('step of the notification chain that failed'),
  isReceived: z
    .boolean()
    .describe(
      'whether an incident would now be sent to at least one channel, by its filters or by an escalation policy',
    ),
  words: z.string().describe('text for a screen, one line: `Alerting proved 4 min ago`'),
  error: z
    .string()
    .nullable()
    .describe('reason of the failure; null if nothing failed, or if you may see only a part of the estate'),
})
/** The alerting proof inside the program, with times as numbers and not yet as text. */
export type AlertingProofTestResult = z.input<typeof alertingProofSchema>

const alerting = z.object({
  proof: alertingProofSchema,
  channels: z
    .array(z.object({ id: z.string(), name: z.string(), failingSince: instantCodec, error: z.string() }))
    .describe('notification channels that you may see and whose notifications failed repeatedly'),
  screens: z
    .array(z.object({ name: z.string(), lastSeenAt: instantCodec, silent: z.boolean() }))
    .describe('wall displays with a name; `silent`: it has not drawn for two minutes'),
  heldDeletion: z
    .object({
      since: instantCodec,
      from: instantCodec.describe('rows older than this time were deleted before'),
      upTo: instantCodec.describe('rows older than this time are due for deletion; send it to confirm'),
    })
    .nullable()
    .describe(
      'deletion that waits for the confirmation of an admin, because it covers more than three days; null = none, or you may see only a part of the estate',
    ),
  storage: z
    .object({
      databaseBytes: z.string().describe('size of the database'),
      freeBytes: z.string().nullable().describe('free space of the disk with the data folder; null = unknown'),
      totalBytes: z.string().nullable(),
      daysLeft: z
        .number()
        .nullable()
        .describe('days until the disk is full at the growth of the last week; null = unknown'),
    })
    .nullable()
    .describe('null = unknown, or you may see only a part of the estate'),
})
export type AlertingStatus = z.infer<typeof alerting>
export type StoredAlerting = z.input<typeof alerting>

export const screenName = createTextParameter('the name of a wall').max(60, 'send at most 60 characters')

export const endpoints = {
  alerting: defineEndpoint('/alerting', 'read', {
    summary: 'Result of the alerting check, channels that fail, wall displays that are silent, and free space',
    forWalls: true,
    parameters: z.strictObject({
      screen: screenName
        .describe(
          'name of the wall display that sends the request. From then on, it is reported when it is silent. Accepted with the token of a wall display or with the right `settings`, for at most 50 wall displays',
        )
        .optional(),
    }),
    response: createResponseSchema(alerting),
  }),
}

export const commands = {
  confirmDeletion: defineCommand('post', '/alerting/deletion/confirm', 'settings', {
    summary: 'Confirms the waiting deletion (`heldDeletion`), which then happens within an hour',
    body: z.strictObject({ upTo: requestInstantSchema.describe('`upTo` of the waiting deletion, or an earlier time') }),
    response: createResponseSchema(z.object({ upTo: instantTextSchema })),
    problems: [409],
  }),
  removeScreen: defineCommand('delete', '/alerting/screens/{id}', 'settings', {
    summary: 'Removes a wall display that is no longer used, so that it is not reported as silent. The id is its name',
    body: z.strictObject({}),
    response: createResponseSchema(z.object({ name: z.string() })),
    problems: [404],
  }),
}
