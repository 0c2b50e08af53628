import { describe, expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { createHoursWithEqualBytes, DECIMAL_GB_BYTES } from '../testing/circuits.ts'
import type { UsageHour } from '../usage/billed-usage.ts'
import { computeFailoverBytes, computeLaterMeasuredBytes } from './unusual-bytes.ts'

const NOW = Date.UTC(2026, 10, 20)
const BEGIN = NOW - 28 * MS_PER_DAY
/** Returns hours of 100 GB, with another amount in some hours. */
const hours = (from: number, to: number, bytes: bigint): UsageHour[] =>
  createHoursWithEqualBytes(BEGIN, NOW, 100n * DECIMAL_GB_BYTES).map((hour) =>
    from <= hour.start && hour.start < to ? { ...hour, bytesOut: bytes } : hour,
  )
const [from, to] = [NOW - 2 * MS_PER_DAY, NOW - 2 * MS_PER_DAY + 6 * MS_PER_HOUR]

describe('a failover', () => {
  it.each([
    // six hours with 100 GB more
    { name: 'brought bytes', bytes: 200n * DECIMAL_GB_BYTES, expected: 600n },
    { name: 'took bytes', bytes: 0n, expected: -600n },
    { name: 'moved next to nothing', bytes: 110n * DECIMAL_GB_BYTES, expected: 0n },
  ])('$name', ({ bytes, expected }) => {
    expect(computeFailoverBytes(hours(from, to, bytes), { from, to }) / DECIMAL_GB_BYTES).toBe(expected)
  })

  it('counts a part of an hour as a part', () => {
    expect(
      computeFailoverBytes(hours(from, to, 200n * DECIMAL_GB_BYTES), {
        from: from + MS_PER_HOUR / 2,
        to: from + MS_PER_HOUR,
      }) / DECIMAL_GB_BYTES,
    ).toBe(50n)
  })

  it('finds nothing without a past', () => {
    expect(computeFailoverBytes(createHoursWithEqualBytes(from, to, DECIMAL_GB_BYTES), { from, to })).toBe(0n)
  })
})

describe('repaired gaps', () => {
  const gap = { from, to, seconds: 6 * 3_600, atMost: null }

  it.each([
    // the earlier figure assumed the usual bytes: 100 GB each
    { name: 'held what was thought', bytes: 100n * DECIMAL_GB_BYTES, expected: 0n },
    { name: 'held more', bytes: 150n * DECIMAL_GB_BYTES, expected: 300n },
    { name: 'held nothing', bytes: 0n, expected: -600n },
  ])('$name', ({ bytes, expected }) => {
    expect(computeLaterMeasuredBytes(hours(from, to, bytes), [gap], NOW) / DECIMAL_GB_BYTES).toBe(expected)
  })

  it('that are still gaps say nothing', () => {
    const still = hours(from, to, 0n).map((hour) =>
      from <= hour.start && hour.start < to ? { ...hour, bytesOut: null, coveredSeconds: 0 } : hour,
    )
    expect(computeLaterMeasuredBytes(still, [gap], NOW)).toBe(0n)
  })

  it('count for the part that was repaired', () => {
    // three of six hours are now known, at 150 GB
    const half = hours(from, to, 150n * DECIMAL_GB_BYTES).map((hour) =>
      from + 3 * MS_PER_HOUR <= hour.start && hour.start < to ? { ...hour, bytesOut: null, coveredSeconds: 0 } : hour,
    )
    expect(computeLaterMeasuredBytes(half, [gap], NOW) / DECIMAL_GB_BYTES).toBe(150n)
  })
})
