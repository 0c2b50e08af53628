import { z } from 'zod'
import {
  type TimestampBounds,
  type DurationBounds,
  type EpochMs,
  isValidInstant,
  formatIso,
  convertBoundsToIso,
  INSTANT_RANGE_FAULT,
} from '../time/time.ts'

/** ISO 8601 UTC instant with milliseconds, e.g. `2026-11-20T03:12:00.000Z`. */
export const instantTextSchema = z.iso.datetime({ offset: false }).describe('ISO 8601 instant, UTC')

/** Instant in a request, in the years 1970 to 9999. */
export const requestInstantSchema = instantTextSchema.refine(
  (text) => isValidInstant(Date.parse(text)),
  INSTANT_RANGE_FAULT,
)

/**
 * Pair of instants as text: the true instant lies between them, inclusive. If the first one is
 * `1970-01-01T00:00:00.000Z`, the true instant may be at any time before monitoring began.
 */
export const instantBoundsTextSchema = z
  .tuple([instantTextSchema, instantTextSchema])
  .describe('bounds of an instant: [not before, not after]; not before 1970-01-01 = before monitoring began')

/** Bytes as a decimal string, because a JSON number loses digits beyond 2^53. */
export const byteCountSchema = z
  .string()
  .regex(/^-?\d+$/)
  .describe('bytes, decimal string')

/**
 * Codecs for values that have different types in the code and in JSON (ADR 0334), for example a `bigint` and a decimal
 * string. `z.input` of a response schema is the form in the code, `z.output` the JSON form. `capability` encodes each
 * response before it is sent, so browsers and clients receive the JSON form.
 */

/**
 * Returns a codec between epoch milliseconds in the code and an instant as text in JSON.
 * @param text schema of the JSON form
 */
export const createInstantCodec = (text: z.ZodType<string, string>) =>
  z.codec(z.custom<EpochMs>(), text, { decode: formatIso, encode: (at) => Date.parse(at) })

export const instantCodec = createInstantCodec(instantTextSchema)

/** Instant that is a `Date` in the code. */
export const dateCodec = z.codec(z.custom<Date>(), instantTextSchema, {
  decode: (at) => at.toISOString(),
  encode: (text) => new Date(text),
})

export const boundsCodec = z.codec(z.custom<TimestampBounds>(), instantBoundsTextSchema, {
  decode: convertBoundsToIso,
  encode: ([earliest, latest]) => ({ earliest: Date.parse(earliest), latest: Date.parse(latest) }),
})

const boundsIn = (second: z.ZodNumber) =>
  z.codec(z.custom<DurationBounds>(), z.object({ atLeastSeconds: second, atMostSeconds: second }), {
    decode: ({ minMs, maxMs }) => ({ atLeastSeconds: minMs / 1_000, atMostSeconds: maxMs / 1_000 }),
    encode: ({ atLeastSeconds, atMostSeconds }) => ({ minMs: atLeastSeconds * 1_000, maxMs: atMostSeconds * 1_000 }),
  })

/** Codec for the bounds of a duration: milliseconds in the code, `atLeastSeconds` and `atMostSeconds` in JSON. */
export const secondsBoundsCodec = boundsIn(z.number())
/**
 * Codec for the bounds of a duration that is never negative: milliseconds in the code, `atLeastSeconds` and
 * `atMostSeconds` in JSON.
 */
export const positiveSecondsBoundsCodec = boundsIn(z.number().min(0))

export const bytesCodec = z.codec(z.custom<bigint>(), byteCountSchema, { decode: String, encode: BigInt })

/** Latest time at which polls prove that an ongoing loss (for example a session that is down) still existed. */
export const confirmedAtSchema = instantCodec
  .nullable()
  .describe('time until which polls prove an ongoing loss, so that it lasted at least until then; null without a loss')

/**
 * Fields of a resource that is down or degraded. They tell until when polls prove this state, and for how many seconds
 * between its start and that time no poll observed it.
 */
export const provenLossFields = {
  confirmedAt: confirmedAtSchema.optional(),
  notObservedSeconds: z.number().min(0).optional().describe('seconds from the start to `confirmedAt` without a poll'),
}

/**
 * Returns the schema of a field of a resource whose state is unknown: the state that its last successful polls showed.
 * Absent = the state is known, or no successful poll showed it.
 * @param state schema of the states
 */
export const createLastKnownSchema = <State extends z.ZodType>(state: State) =>
  z
    .object({ state, at: instantCodec.describe('earliest end among the last successful polls that showed it') })
    .optional()
    .describe('state `unknown`: the state before it; absent = the state is known, or was never known')

/** Time of the last good poll that proved a resource to be down or degraded, if the resource is no longer polled. */
export const unconfirmedSinceSchema = instantCodec
  .nullable()
  .describe(
    'last good poll, if the state is a confirmed loss that is no longer polled; null = it is polled, or the state is not a loss',
  )
