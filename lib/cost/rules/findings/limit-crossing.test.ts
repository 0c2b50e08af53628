import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { computeBilledUsage, type CounterBytesOfUnknownHours, type UsageHour } from '../usage/billed-usage.ts'
import { type ByteBoundsInterval, findLimitCrossing, convertToByteBoundsIntervals } from './limit-crossing.ts'

const hour = (n: number, bytes: bigint | null, coveredSeconds = 3_600): UsageHour => ({
  start: n * MS_PER_HOUR,
  bytesOut: bytes,
  coveredSeconds: bytes === null ? 0 : coveredSeconds,
  metricSeconds: 0,
})
const hours = (...bytes: (bigint | null)[]) => bytes.map((one, n) => hour(n, one))
const crossed = (
  list: UsageHour[],
  line: bigint,
  { unplaced = [], bandwidthMbps = 1 }: { unplaced?: CounterBytesOfUnknownHours[]; bandwidthMbps?: number | null } = {},
) => {
  const to = list.length * MS_PER_HOUR
  const found = findLimitCrossing(
    convertToByteBoundsIntervals(
      computeBilledUsage({ hours: list, unplaced, globalReach: null, bandwidthMbps }, 0, to),
    ),
    line,
  )
  return found && [found.earliest / MS_PER_HOUR, found.latest / MS_PER_HOUR]
}

// 1 Mb/s on two paths are 900,000,000 bytes an hour
describe('when billed bytes reached a line', () => {
  it.each<{ name: string; found: () => number[] | null; expected: number[] | null }>([
    { name: 'is within the hour in which they did', found: () => crossed(hours(10n, 10n, 10n), 15n), expected: [1, 2] },
    { name: 'at its end exactly, too', found: () => crossed(hours(10n, 10n, 10n), 20n), expected: [1, 2] },
    { name: 'is not yet', found: () => crossed(hours(10n, 10n), 21n), expected: null },
    {
      name: 'is not before a gap that may have held enough',
      found: () => crossed(hours(10n, null, 10n), 15n),
      expected: [1, 3],
    },
    {
      name: 'is not within a gap that can not have held enough',
      found: () => crossed(hours(10n, null, 10n, 2_000_000_000n), 950_000_000n),
      expected: [3, 4],
    },
    {
      name: 'may be anywhere since a gap of unknown size',
      found: () => crossed(hours(10n, null, 10n, 2_000n), 1_000n, { bandwidthMbps: null }),
      expected: [1, 4],
    },
    {
      name: 'may be in the gap over which counters grew',
      found: () =>
        crossed([hour(0, 10n), hour(1, null), hour(2, null), hour(3, 0n, 1_800)], 500n, {
          unplaced: [{ from: MS_PER_HOUR, to: 3.5 * MS_PER_HOUR, bytes: 1_000n }],
        }),
      expected: [0, 4],
    },
  ])('$name', ({ found, expected }) => {
    expect(found()).toEqual(expected)
  })

  it('lies between the bounds, however the bytes lay in their bounds', () => {
    const slot = fc.record({
      atLeast: fc.bigInt(0n, 100n),
      more: fc.bigInt(0n, 100n),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(slot, { minLength: 1, maxLength: 12 }), fc.bigInt(1n, 600n), (list, line) => {
        const slots = list.map(
          ({ atLeast, more }, n): ByteBoundsInterval => ({ from: n, to: n + 1, atLeast, atMost: atLeast + more }),
        )
        let total = 0n
        const truth = list.findIndex(({ atLeast, more, part }) => {
          total += atLeast + BigInt(Math.round(Number(more) * part))
          return total >= line
        })
        const found = findLimitCrossing(slots, line)
        if (!found) return
        expect(truth).toBeGreaterThanOrEqual(found.earliest)
        expect(truth + 1).toBeLessThanOrEqual(found.latest)
      }),
    )
  })
})
