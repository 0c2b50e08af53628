import { z } from 'zod'
import { answerOf, command, endpoint, instant, instantText, sentInstant } from '#lib/contract/index.ts'
import { text } from '#lib/contract/api/parameters.ts'

/**
 * The steps of alerting that can be broken. The first eight are tested by a proof round, in this order. `worker` and
 * `database` are tested separately, because without them no round begins or ends.
 */
export const proofSteps = [
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
export type ProofStep = (typeof proofSteps)[number]

/**
 * Shows whether alerting works. Peerwatch proves this with an artificial circuit that goes down, whose notification
 * must reach a receiver (a proof round).
 */
export const alertingProof = z.object({
  state: z
    .enum(['proved', 'broken', 'pending', 'unset', 'off'])
    .describe(
      '`pending`: no round has ended yet; `unset`: workers don’t know the web, see PROOF_URL; `off`: PROOF_EVERY is off',
    ),
  provedAt: instant.nullable().describe('when a receiver had the last notification; null = never'),
  tookSeconds: z.number().nullable().describe('from the fall of the circuit to the receiver, in the last proof'),
  everySeconds: z.number().nullable().describe('between two rounds'),
  step: z.enum(proofSteps).nullable().describe('the link that is broken'),
  words: z.string().describe('one line for a screen: `Alerting proved 4 min ago`'),
  error: z.string().nullable().describe('why; null while nothing is broken, and for whoever sees a part of the estate'),
})
/** The alerting proof inside the program, with times as numbers and not yet as text. */
export type AlertingProof = z.input<typeof alertingProof>

const alerting = z.object({
  proof: alertingProof,
  channels: z
    .array(z.object({ id: z.string(), name: z.string(), failingSince: instant, error: z.string() }))
    .describe('channels whose notifications have failed again and again; those that the reader sees'),
  screens: z
    .array(z.object({ name: z.string(), lastSeenAt: instant, silent: z.boolean() }))
    .describe('walls with a name; `silent`: one that has not drawn for two minutes'),
  heldDeletion: z
    .object({
      since: instant,
      from: instant.describe('rows were deleted by their age at this time last'),
      upTo: instant.describe('rows are due for deletion by their age at this time; to confirm'),
    })
    .nullable()
    .describe(
      'a deletion that waits for an admin, because it is of more than three days; null = none, and for whoever sees a part of the estate',
    ),
  storage: z
    .object({
      databaseBytes: z.string().describe('size of the database'),
      freeBytes: z.string().nullable().describe('free space of the disk of the data folder; null = not known'),
      totalBytes: z.string().nullable(),
      daysLeft: z
        .number()
        .nullable()
        .describe('until the disk is full at the growth of the last week; null = not known'),
    })
    .nullable()
    .describe('null = not known, and for whoever sees a part of the estate'),
})
export type Alerting = z.infer<typeof alerting>
export type StoredAlerting = z.input<typeof alerting>

export const screenName = text('the name of a wall').max(60, 'send at most 60 characters')

export const endpoints = {
  alerting: endpoint('/alerting', 'read', {
    summary: 'Whether alerting was proved, channels that fail, walls that are silent, and space that is left',
    forWalls: true,
    parameters: z.strictObject({
      screen: screenName
        .describe(
          'the wall that asks: from then on it is reported when it is silent. Counts for a token of a wall and with the right `settings`, and for at most 50 walls',
        )
        .optional(),
    }),
    response: answerOf(alerting),
  }),
}

export const commands = {
  confirmDeletion: command('post', '/alerting/deletion/confirm', 'settings', {
    summary: 'Confirms the deletion that waits (`heldDeletion`): it is made within an hour',
    body: z.strictObject({ upTo: sentInstant.describe('`upTo` of the deletion that waits, or an earlier time') }),
    response: answerOf(z.object({ upTo: instantText })),
    problems: [409],
  }),
  removeScreen: command('delete', '/alerting/screens/{id}', 'settings', {
    summary: 'Forgets a wall that was taken down: it is no longer reported as silent. The id is its name',
    body: z.strictObject({}),
    response: answerOf(z.object({ name: z.string() })),
    problems: [404],
  }),
}
