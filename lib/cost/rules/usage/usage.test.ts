import { describe, expect, it } from 'vitest'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { estimateGapBytes } from '../forecast/month-bytes.ts'
import { Decimal } from '../money.ts'
import { mapCircuitToMeters } from '../prices/map-circuit.ts'
import { loadShippedPrices } from '../prices/shipped-prices.ts'
import { createHoursWithEqualBytes, DECIMAL_GB_BYTES, LONDON_STANDARD_1_GBPS } from '../testing/circuits.ts'
import { computeBilledUsage, type UsageInput } from './billed-usage.ts'
import { inferGbSize, GB_BINARY, GB_DECIMAL } from './gigabyte.ts'
import { getBillingMonth, addBillingMonths, parseBillingMonth } from './month.ts'
import { computeDataCost, computePortCost } from './sold-intervals.ts'

const NOV = Date.UTC(2026, 10, 1)
const facts = (more: Partial<UsageInput> = {}): UsageInput => ({
  hours: createHoursWithEqualBytes(NOV, NOV + 10 * MS_PER_HOUR, DECIMAL_GB_BYTES),
  unplaced: [],
  globalReach: null,
  bandwidthMbps: 1_000,
  ...more,
})

/** Returns the hours of a month, 672 to 744. Hourly costs use these and not 730 or 720. */
const hoursOf = ({ from, to }: { from: number; to: number }) => (to - from) / 3_600_000

describe('a billing month', () => {
  it.each([
    { at: '2026-11-30T23:59:59.999Z', name: '2026-11', hours: 720 },
    { at: '2026-12-01T00:00:00.000Z', name: '2026-12', hours: 744 },
    { at: '2027-02-14T12:00:00.000Z', name: '2027-02', hours: 672 },
    { at: '2028-02-29T12:00:00.000Z', name: '2028-02', hours: 696 },
    { at: '2026-03-29T02:30:00.000Z', name: '2026-03', hours: 744 },
  ])('$at lies in $name of $hours hours', ({ at, name, hours }) => {
    const month = getBillingMonth(Date.parse(at))
    expect([month.name, hoursOf(month)]).toEqual([name, hours])
    expect(parseBillingMonth(name)).toEqual(month)
    expect(addBillingMonths(addBillingMonths(month, 1), -1)).toEqual(month)
  })

  it('begins where its anchor says', () => {
    const anchor = { day: 15, hour: 8 }
    expect(getBillingMonth(Date.parse('2026-11-15T07:59:00Z'), anchor).name).toBe('2026-10')
    expect(getBillingMonth(Date.parse('2026-01-03T00:00:00Z'), anchor)).toMatchObject({ name: '2025-12' })
    expect(hoursOf(getBillingMonth(Date.parse('2026-02-20T00:00:00Z'), anchor))).toBe(28 * 24)
    expect(() => parseBillingMonth('2026-13')).toThrow(RangeError)
  })
})

describe('billed bytes', () => {
  it('are the sum of hours, hour by hour', () => {
    const usage = computeBilledUsage(facts(), NOV, NOV + 10 * MS_PER_HOUR)
    expect(usage).toMatchObject({
      bytes: 10n * DECIMAL_GB_BYTES,
      atMost: 10n * DECIMAL_GB_BYTES,
      gaps: [],
      coveredSeconds: 36_000,
      seconds: 36_000,
    })
    expect(usage.hours.map(({ cumulative }) => cumulative / DECIMAL_GB_BYTES)).toEqual([
      1n,
      2n,
      3n,
      4n,
      5n,
      6n,
      7n,
      8n,
      9n,
      10n,
    ])
  })

  it('count what passed at least in an hour that is not covered, and leave the rest of it open', () => {
    const hours = facts().hours.map((hour, i) => (i === 4 ? { ...hour, coveredSeconds: 0, metricSeconds: 0 } : hour))
    const usage = computeBilledUsage(facts({ hours }), NOV, NOV + 10 * MS_PER_HOUR)
    expect(usage).toMatchObject({ bytes: 10n * DECIMAL_GB_BYTES, coveredSeconds: 32_400 })
    // an hour of both paths is 900 GB, of which 1 GB is already counted
    expect(usage.gaps).toEqual([
      {
        from: NOV + 4 * MS_PER_HOUR,
        to: NOV + 5 * MS_PER_HOUR,
        seconds: 3_600,
        atMost: 899n * DECIMAL_GB_BYTES,
        counted: DECIMAL_GB_BYTES,
      },
    ])
    expect(usage.atMost).toBe(909n * DECIMAL_GB_BYTES)
    // the usual bytes of such an hour include the counted bytes
    expect(estimateGapBytes(usage, 5e9, () => 3e9)).toEqual({
      p10: 0n,
      p50: 2n * DECIMAL_GB_BYTES,
      p90: 5n * DECIMAL_GB_BYTES,
    })
  })

  // 2 h at 1 Gbit/s on two paths: 7,200 s x 2 x 10^9 / 8 = 1.8 x 10^12 bytes
  it('leave a gap open, from nothing to what both paths can carry', () => {
    const hours = facts().hours.filter((_, i) => i !== 4 && i !== 5)
    const usage = computeBilledUsage(facts({ hours }), NOV, NOV + 10 * MS_PER_HOUR)
    expect(usage.bytes).toBe(8n * DECIMAL_GB_BYTES)
    expect(usage.gaps).toEqual([
      { from: NOV + 4 * MS_PER_HOUR, to: NOV + 6 * MS_PER_HOUR, seconds: 7_200, atMost: 1_800n * DECIMAL_GB_BYTES },
    ])
    expect(usage.atMost).toBe(1_808n * DECIMAL_GB_BYTES)
    expect(computeBilledUsage(facts({ hours, bandwidthMbps: null }), NOV, NOV + 10 * MS_PER_HOUR).atMost).toBeNull()
  })

  it('count what the counters grew by over a gap within the time, and no gap is left', () => {
    const hours = facts().hours.filter((_, i) => i !== 4)
    const unplaced = [{ from: NOV + 4 * MS_PER_HOUR, to: NOV + 5 * MS_PER_HOUR, bytes: 7n * DECIMAL_GB_BYTES }]
    const usage = computeBilledUsage(facts({ hours, unplaced }), NOV, NOV + 10 * MS_PER_HOUR)
    expect(usage).toMatchObject({ bytes: 16n * DECIMAL_GB_BYTES, gaps: [], coveredSeconds: 36_000 })
    expect(usage.hours[4]).toMatchObject({ bytes: 0n, late: 7n * DECIMAL_GB_BYTES, cumulative: 11n * DECIMAL_GB_BYTES })
  })

  it('only bound a gap by what grew across the border of the time', () => {
    const hours = facts().hours.slice(2)
    const unplaced = [{ from: NOV - MS_PER_HOUR, to: NOV + 2 * MS_PER_HOUR, bytes: 5n * DECIMAL_GB_BYTES }]
    const usage = computeBilledUsage(facts({ hours, unplaced }), NOV, NOV + 10 * MS_PER_HOUR)
    expect(usage).toMatchObject({ bytes: 8n * DECIMAL_GB_BYTES, atMost: 13n * DECIMAL_GB_BYTES })
    expect(usage.gaps).toHaveLength(1)
  })

  it('are a lower bound in an hour that a reset took a part of', () => {
    const hours = facts().hours.map((hour, i) =>
      i === 3 ? { ...hour, bytesOut: DECIMAL_GB_BYTES / 2n, coveredSeconds: 1_800 } : hour,
    )
    const usage = computeBilledUsage(facts({ hours }), NOV, NOV + 10 * MS_PER_HOUR)
    expect(usage).toMatchObject({ bytes: 9n * DECIMAL_GB_BYTES + DECIMAL_GB_BYTES / 2n, coveredSeconds: 34_200 })
    expect(usage.gaps).toMatchObject([{ seconds: 1_800, atMost: 450n * DECIMAL_GB_BYTES }])
  })

  it("are less Global Reach's, and an hour in which that is unknown is bounded by all of it", () => {
    const globalReach = createHoursWithEqualBytes(NOV, NOV + 9 * MS_PER_HOUR, DECIMAL_GB_BYTES / 4n)
    const usage = computeBilledUsage(facts({ globalReach }), NOV, NOV + 10 * MS_PER_HOUR)
    expect(usage).toMatchObject({
      bytes: (9n * 3n * DECIMAL_GB_BYTES) / 4n,
      atMost: (9n * 3n * DECIMAL_GB_BYTES) / 4n + DECIMAL_GB_BYTES,
    })
  })

  it('of an hour that goes on cover what has passed of it', () => {
    const hours = [
      ...createHoursWithEqualBytes(NOV, NOV + MS_PER_HOUR, DECIMAL_GB_BYTES),
      { start: NOV + MS_PER_HOUR, bytesOut: DECIMAL_GB_BYTES / 2n, coveredSeconds: 1_800, metricSeconds: 0 },
    ]
    expect(computeBilledUsage(facts({ hours }), NOV, NOV + 1.5 * MS_PER_HOUR)).toMatchObject({
      gaps: [],
      seconds: 5_400,
      coveredSeconds: 5_400,
    })
  })
})

describe('a month that changed in its middle', () => {
  const month = parseBillingMonth('2026-11')
  const at = (day: number) => Date.UTC(2026, 10, day)
  const of = (more: object) => {
    const mapping = mapCircuitToMeters(loadShippedPrices(), { ...LONDON_STANDARD_1_GBPS, ...more })
    if (!mapping.ok) throw new Error(mapping.why)
    return mapping.quote
  }
  const [metered, unlimited, faster] = [of({}), of({ family: 'UnlimitedData' }), of({ bandwidthMbps: 2_000 })]
  // traffic of a month: 100 GB an hour, 24 h, 30 days
  const { hours } = computeBilledUsage(
    facts({ hours: createHoursWithEqualBytes(NOV, month.to, 100n * DECIMAL_GB_BYTES) }),
    month.from,
    month.to,
  )
  const cost = (intervals: Parameters<typeof computePortCost>[0]) =>
    `${computePortCost(intervals, month).toFixed(2)} + ${computeDataCost(hours, intervals, GB_DECIMAL).toFixed(2)}`

  it.each([
    // 436; 72,000 GB x 0.025 = 1,800
    { name: 'no change', intervals: [{ from: 0, to: null, quote: metered }], expected: '436.00 + 1800.00' },
    // 436 x 10/30 + 5,700 x 20/30 = 145.33 + 3,800; 24,000 GB x 0.025 = 600
    {
      name: 'metered to unlimited on the 11th',
      intervals: [
        { from: 0, to: at(11), quote: metered },
        { from: at(11), to: null, quote: unlimited },
      ],
      expected: '3945.33 + 600.00',
    },
    // 436 x 20/30 + 872 x 10/30 = 290.67 + 290.67; all 72,000 GB
    {
      name: 'to 2 Gbps on the 21st',
      intervals: [
        { from: 0, to: at(21), quote: metered },
        { from: at(21), to: null, quote: faster },
      ],
      expected: '581.33 + 1800.00',
    },
    // 436 x 15/30; 36,000 GB
    {
      name: 'created on the 16th',
      intervals: [{ from: at(16), to: null, quote: metered }],
      expected: '218.00 + 900.00',
    },
    // 436 x 5/30 = 72.67; 12,000 GB
    { name: 'deleted on the 6th', intervals: [{ from: 0, to: at(6), quote: metered }], expected: '72.67 + 300.00' },
  ])('$name', ({ intervals, expected }) => {
    expect(cost(intervals)).toBe(expected)
  })
})

describe('the billed GB', () => {
  it.each([
    { billed: '1000', expected: GB_DECIMAL },
    { billed: '931.32', expected: GB_BINARY },
    { billed: '965', expected: null },
    { billed: '0', expected: null },
  ])('1,000 decimal GB billed as $billed', ({ billed, expected }) => {
    expect(inferGbSize(1_000n * DECIMAL_GB_BYTES, new Decimal(billed))?.bytes ?? null).toBe(expected)
  })
})
