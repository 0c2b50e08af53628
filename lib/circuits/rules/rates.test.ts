import { describe, expect, it } from 'vitest'
import { computeByteCounterBitRates } from './rates.ts'

const reading = (at: number, bytesIn: string | null, bytesOut: string | null) => ({
  startedAt: at,
  finishedAt: at + 2_000,
  bytesIn,
  bytesOut,
})
const counter = (latest: ReturnType<typeof reading>, previous: ReturnType<typeof reading> | null) =>
  ({ latest, previous }) as Parameters<typeof computeByteCounterBitRates>[0]

describe('rates from the last two samples', () => {
  it.each([
    {
      name: 'bits per second in both directions',
      latest: reading(60_000, '7500000000', '750000'),
      previous: reading(0, '0', '0'),
      expected: { bitsIn: 1e9, bitsOut: 100_000 },
    },
    {
      name: 'beyond the digits of a number',
      latest: reading(1_000, '9007199254740993', '9007199254741118'),
      previous: reading(0, '9007199254740992', '9007199254740993'),
      expected: { bitsIn: 8, bitsOut: 1_000 },
    },
    {
      name: 'nothing known of a direction whose counter fell',
      latest: reading(60_000, '5', '100'),
      previous: reading(0, '1000', '100'),
      expected: { bitsIn: null, bitsOut: 0 },
    },
    {
      name: 'nothing known of a direction that was not reported',
      latest: reading(60_000, null, '100'),
      previous: reading(0, '1', '100'),
      expected: { bitsIn: null, bitsOut: 0 },
    },
    {
      name: 'nothing at the first sample',
      latest: reading(0, '1', '1'),
      previous: null,
      expected: { bitsIn: null, bitsOut: null },
    },
  ])('$name', ({ latest, previous, expected }) => {
    expect(computeByteCounterBitRates(counter(latest, previous))).toEqual(expected)
  })
})
