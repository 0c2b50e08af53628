/** Encoder for Prometheus remote write (protobuf in a snappy block). Pure. */
import type { EpochMs } from '#lib/contract/index.ts'
import type { MetricSeriesSample } from './exposition.ts'

export interface TimeSeriesSample {
  at: EpochMs
  /**
   * null = the series ends here; written as the stale marker that a scrape leaves for a series that is no longer served
   */
  value: number | null
}

/**
 * Bits of the NaN that marks the end of a series.
 * @source Prometheus: model/value, StaleNaN
 */
const STALE = 0x7ff0_0000_0000_0002n
/** Maximum length of a literal in a snappy block whose length field has two bytes. */
const LITERAL = 65_536

function varint(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  while (left >= 128) {
    bytes.push((left % 128) + 128)
    left = Math.floor(left / 128)
  }
  return Buffer.from([...bytes, left])
}

/** Encodes a length-delimited protobuf field. */
const field = (number: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([number * 8 + 2]), varint(body.length), body])

/** Encodes the labels of a series for {@link encodeRemoteWriteRequest}. */
export function labelFields(labels: MetricSeriesSample['labels']): Buffer {
  const label = ([name, value]: readonly [string, string]) =>
    Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))])
  return Buffer.concat(labels.map((one) => field(1, label(one))))
}

function sampleField({ at, value }: TimeSeriesSample): Buffer {
  const number = Buffer.alloc(9)
  number[0] = 1 * 8 + 1
  if (value === null) number.writeBigUInt64LE(STALE, 1)
  else number.writeDoubleLE(value, 1)
  return field(2, Buffer.concat([number, Buffer.from([2 * 8]), varint(at)]))
}

/**
 * Encodes a body for `POST /api/v1/write`.
 * @param series labels encoded by {@link labelFields}, samples oldest first
 * @source Prometheus remote-write specification 1.0: message WriteRequest
 */
export function encodeRemoteWriteRequest(
  series: Iterable<{ labels: Buffer; samples: readonly TimeSeriesSample[] }>,
): Buffer {
  const parts: Buffer[] = []
  for (const { labels, samples } of series) {
    parts.push(field(1, Buffer.concat([labels, ...samples.map(sampleField)])))
  }
  return encodeLiteralSnappyBlock(Buffer.concat(parts))
}

/**
 * Encodes bytes as a snappy block of literals only, which is valid but not smaller than the input.
 * @source google/snappy: format_description.txt
 */
export function encodeLiteralSnappyBlock(bytes: Buffer): Buffer {
  const parts = [varint(bytes.length)]
  for (let at = 0; at < bytes.length; at += LITERAL) {
    const literal = bytes.subarray(at, at + LITERAL)
    const last = literal.length - 1
    parts.push(Buffer.from([61 * 4, last & 255, last >> 8]), literal)
  }
  return Buffer.concat(parts)
}
