import { z } from 'zod'
import { BEFORE_MONITORING, type Bounds, type DurationBounds, type EpochMs, iso } from '../time/time.ts'
import { boundsText, byteCount, instantText } from './envelope.ts'

/**
 * Forms on the wire of values that the code holds in another form (ADR 0334). An answer gives `z.output` of its schema; `encoded` writes
 * `z.input` of it, which is the form that browsers and clients read.
 */

export const instant = z.codec(instantText, z.custom<EpochMs>(), { decode: (text) => Date.parse(text), encode: iso })

/** The same of rows that hold dates. */
export const date = z.codec(instantText, z.custom<Date>(), {
  decode: (text) => new Date(text),
  encode: (at) => at.toISOString(),
})

export const bounds = z.codec(boundsText, z.custom<Bounds>(), {
  decode: ([earliest, latest]) => ({ earliest: Date.parse(earliest), latest: Date.parse(latest) }),
  encode: ({ earliest, latest }): [string, string] => [
    iso(Number.isFinite(earliest) ? earliest : BEFORE_MONITORING),
    iso(latest),
  ],
})

/** Bounds on a length of time. */
export const seconds = z.codec(
  z.object({ atLeastSeconds: z.number(), atMostSeconds: z.number() }),
  z.custom<DurationBounds>(),
  {
    decode: ({ atLeastSeconds, atMostSeconds }) => ({ minMs: atLeastSeconds * 1_000, maxMs: atMostSeconds * 1_000 }),
    encode: ({ minMs, maxMs }) => ({ atLeastSeconds: minMs / 1_000, atMostSeconds: maxMs / 1_000 }),
  },
)

export const bytes = z.codec(byteCount, z.custom<bigint>(), { decode: BigInt, encode: String })
