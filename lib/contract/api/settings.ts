import { z } from 'zod'
import { eventKinds } from '../event-kinds/index.ts'
import { severities } from '../events/event.ts'
import { instantCodec, requestInstantSchema, instantBoundsTextSchema } from './codecs.ts'

/** Units of thresholds. */
export const thresholdUnits = ['duration', 'share', 'count', 'bitsPerSecond'] as const
export type ThresholdUnit = (typeof thresholdUnits)[number]

/** Threshold of a detection rule: its current value, its default value and the source of the default. */
export const thresholdSchema = z.object({
  name: z.string(),
  meaning: z.string(),
  unit: z.enum(thresholdUnits).describe('durations are milliseconds, shares 0-1'),
  value: z.number().describe('value in force'),
  shipped: z.number().describe('default value of the product'),
  source: z
    .enum(['documentation', 'design', 'assumption'])
    .describe('Microsoft documentation or an RFC; the first design of the product; an assumption of its authors'),
})
export type ApiThreshold = z.infer<typeof thresholdSchema>

const saved = { version: z.int(), savedAt: instantCodec.nullable(), savedBy: z.string().nullable(), note: z.string() }
const changes = z.record(z.string(), z.number())

export const thresholdsResponseSchema = z.object({
  ...saved,
  thresholds: z.array(thresholdSchema),
  versions: z
    .array(z.object({ ...saved, changed: changes }))
    .describe('newest first, with the values that differ from the defaults; version 0 has the defaults'),
})
export type ThresholdsResponse = z.infer<typeof thresholdsResponseSchema>

/**
 * Schema of threshold changes: the new value of each threshold by its name; null = reset to the default value.
 * Thresholds that are absent keep their value.
 */
const wanted = z.record(z.string(), z.number().nullable())

export const thresholdsBodySchema = z.strictObject({
  version: z.int().min(0).describe('version that was edited; 409 if it has changed since'),
  values: wanted,
  note: z.string().trim().max(500).default(''),
})
export type ThresholdsBody = z.input<typeof thresholdsBodySchema>

export const backTestBodySchema = z.strictObject({
  values: wanted,
  from: requestInstantSchema.optional().describe('default: the last seven days'),
  to: requestInstantSchema.optional(),
})
export type BackTestBody = z.input<typeof backTestBodySchema>

/** Kind, severity and scope of an event: the fields that all event schemas contain. */
export const eventHeadFields = { kind: z.enum(eventKinds), severity: z.enum(severities), scope: z.string() }
const eventTimes = {
  subject: z.string(),
  startedBetween: instantBoundsTextSchema,
  endedBetween: instantBoundsTextSchema.nullable(),
}

/**
 * Event that a back-test raised, either only with the changed thresholds or only with the thresholds in force. A
 * back-test applies other thresholds to recorded data; its events are in no list of events.
 */
export const raisedEventSchema = z.object({ ...eventHeadFields, ...eventTimes })
export type BackTestEvent = z.infer<typeof raisedEventSchema>

export const backTestResultSchema = z.object({
  kinds: z.array(
    z.object({
      kind: z.enum(eventKinds),
      before: z.int().describe('number of events with the settings in force'),
      after: z.int().describe('number of events with the changed settings'),
    }),
  ),
  appeared: z.array(raisedEventSchema).describe('events that only the changed settings raise; the first 200'),
  vanished: z.array(raisedEventSchema).describe('events that only the settings in force raise; the first 200'),
  appearedCount: z.int(),
  vanishedCount: z.int(),
  notReproducible: z
    .array(z.string())
    .describe('event kinds that cannot be reproduced from the stored history, whatever the settings'),
})
export type BackTestResult = z.infer<typeof backTestResultSchema>

export const backTestSchema = z.object({
  id: z.string(),
  requestedAt: instantCodec,
  from: instantCodec,
  to: instantCodec,
  version: z.int().describe('version of the settings with which the result is compared'),
  changed: changes,
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  progress: z.number().min(0).max(1),
  startedAt: instantCodec.nullable(),
  finishedAt: instantCodec.nullable(),
  error: z.string().nullable(),
  result: backTestResultSchema.nullable(),
})
export type ThresholdBackTest = z.infer<typeof backTestSchema>
