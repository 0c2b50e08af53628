import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { PriceOverride } from '../prices/overrides.ts'
import { createHoursWithEqualBytes, DECIMAL_GB_BYTES } from '../testing/circuits.ts'
import { computeBilledUsage } from './billed-usage.ts'
import {
  fillMeasuredGlobalReach,
  sumGlobalReachBytes,
  sumDeductedGlobalReach,
  estimateGlobalReachHours,
  listGlobalReachShares,
} from './global-reach.ts'

const BEGIN = Date.UTC(2026, 10, 1)
const hours = createHoursWithEqualBytes(BEGIN, BEGIN + 10 * MS_PER_HOUR, 100n * DECIMAL_GB_BYTES)
const declared = (share: number, from: number, more: Partial<PriceOverride> = {}) =>
  ({
    id: '1',
    kind: 'global_reach_share',
    share,
    from,
    until: null,
    at: from,
    by: 'kim',
    why: 'branch',
    circuitIds: null,
    ...more,
  }) as PriceOverride

const billed = (overrides: PriceOverride[]) => {
  const globalReach = estimateGlobalReachHours(hours, listGlobalReachShares(overrides, 'erc'))
  return computeBilledUsage({ hours, unplaced: [], globalReach, bandwidthMbps: 1_000 }, BEGIN, BEGIN + 10 * MS_PER_HOUR)
}

describe('declared Global Reach', () => {
  it.each([
    { name: 'nothing', overrides: [], gb: 1_000n },
    { name: 'a quarter', overrides: [declared(0.25, BEGIN)], gb: 750n },
    // four hours without deduction, six with half of the bytes deducted
    { name: 'a half, from the fifth hour on', overrides: [declared(0.5, BEGIN + 4 * MS_PER_HOUR)], gb: 700n },
    { name: 'another circuit’s', overrides: [declared(0.5, BEGIN, { circuitIds: ['other'] })], gb: 1_000n },
    {
      name: 'the later of two',
      overrides: [declared(0.5, BEGIN), declared(0.1, BEGIN + 1, { from: BEGIN })],
      gb: 900n,
    },
  ])('of $name is taken out of what is billed', ({ overrides, gb }) => {
    const result = billed(overrides)
    expect(result.bytes / DECIMAL_GB_BYTES).toBe(gb)
    expect(result.gaps).toEqual([])
  })
})

describe('measured Global Reach', () => {
  const measured = (...gigabytes: (number | null)[]) =>
    new Map(
      gigabytes.map((gb, n) => [
        BEGIN + n * MS_PER_HOUR,
        { bytesOut: BigInt(gb ?? 0) * DECIMAL_GB_BYTES, coveredSeconds: gb === null ? 0 : 3_600 },
      ]),
    )
  const result = (of: ReturnType<typeof measured>) =>
    computeBilledUsage(
      { hours, unplaced: [], globalReach: fillMeasuredGlobalReach(hours, of), bandwidthMbps: 1_000 },
      BEGIN,
      BEGIN + 10 * MS_PER_HOUR,
    )

  it('is taken out of what is billed, hour by hour, and of hours before the first nothing is', () => {
    const { bytes, gaps } = result(measured(null, null, 30, 0, 20, 0, 0, 0, 0, 10))
    expect([bytes / DECIMAL_GB_BYTES, gaps]).toEqual([940n, []])
  })

  it('that was never measured is none', () => {
    expect(fillMeasuredGlobalReach(hours, measured(null, null))).toBeNull()
  })

  it('that is missing from an hour leaves a bound: no more than all of it is billed', () => {
    const { bytes, atMost, gaps } = result(measured(10, null, 10, 10, 10, 10, 10, 10, 10, 10))
    expect([bytes / DECIMAL_GB_BYTES, (atMost ?? 0n) / DECIMAL_GB_BYTES, gaps.length]).toEqual([810n, 910n, 1])
  })

  it('that is known of for most of an hour counts as much in the rest of it', () => {
    const most = new Map([[BEGIN, { bytesOut: 30n * DECIMAL_GB_BYTES, coveredSeconds: 2_700 }]])
    expect((fillMeasuredGlobalReach(hours.slice(0, 1), most)?.[0]?.bytesOut ?? 0n) / DECIMAL_GB_BYTES).toBe(39n)
    const few = new Map([[BEGIN, { bytesOut: 3n * DECIMAL_GB_BYTES, coveredSeconds: 600 }]])
    expect(fillMeasuredGlobalReach(hours.slice(0, 1), few)).toMatchObject([{ bytesOut: null }])
  })

  it('is not known of an hour in which the circuit was not measured either', () => {
    const [hour] = createHoursWithEqualBytes(BEGIN + MS_PER_HOUR, BEGIN + 2 * MS_PER_HOUR, 0n)
    const unseen = [...hours.slice(0, 1), { ...(hour as (typeof hours)[number]), bytesOut: null, coveredSeconds: 0 }]
    const own = new Map([
      [BEGIN, { bytesOut: 3n * DECIMAL_GB_BYTES, coveredSeconds: 3_600 }],
      [BEGIN + MS_PER_HOUR, { bytesOut: 0n, coveredSeconds: 0 }],
    ])
    expect(fillMeasuredGlobalReach(unseen, own)?.[1]).toMatchObject({ bytesOut: null })
  })
})

describe('bytes of Global Reach in a month', () => {
  const at = (n: number) => BEGIN + n * MS_PER_HOUR
  const hour = (bytes: bigint, coveredMs = MS_PER_HOUR) => ({ bytes, coveredMs })
  const of = (reach: [number, ReturnType<typeof hour>][], circuit: [number, ReturnType<typeof hour>][], more = {}) => {
    const map = (some: [number, ReturnType<typeof hour>][]) => new Map(some.map(([n, one]) => [at(n), one]))
    return sumGlobalReachBytes(map(reach), map(circuit), { from: BEGIN, to: at(3), bandwidthMbps: 50, ...more })
  }

  it('are what was measured, bounded by what the circuit carried, else by both paths', () => {
    // one known hour, one half-known hour in which the circuit is fully known, and one unknown hour:
    const known: [number, ReturnType<typeof hour>][] = [
      [0, hour(10n * DECIMAL_GB_BYTES)],
      [1, hour(5n * DECIMAL_GB_BYTES, MS_PER_HOUR / 2)],
    ]
    expect(of(known, [[1, hour(12n * DECIMAL_GB_BYTES)]])).toEqual({
      bytes: 15n * DECIMAL_GB_BYTES,
      atMost: 10n * DECIMAL_GB_BYTES + 12n * DECIMAL_GB_BYTES + 45n * DECIMAL_GB_BYTES,
      coveredSeconds: 5_400,
    })
    expect(of(known, [], { bandwidthMbps: null })).toMatchObject({ bytes: 15n * DECIMAL_GB_BYTES, atMost: null })
    expect(of([], [], { to: BEGIN })).toEqual({ bytes: 0n, atMost: 0n, coveredSeconds: 0 })
  })

  it('lie within their bounds whatever was measured', () => {
    const minute = fc.record({
      reach: fc.integer({ min: 0, max: 300_000_000 }),
      other: fc.integer({ min: 0, max: 300_000_000 }),
      isReachKnown: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.array(minute, { minLength: 180, maxLength: 180 }),
        fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
        (minutes, known) => {
          const sum = (some: typeof minutes, of: (one: (typeof minutes)[number]) => number) =>
            some.reduce((total, one) => total + BigInt(of(one)), 0n)
          const parts = [0, 1, 2].map((n) => minutes.slice(60 * n, 60 * n + 60))
          const reach = parts.map((part, n): [number, ReturnType<typeof hour>] => {
            const seen = part.filter(({ isReachKnown }) => isReachKnown)
            return [
              n,
              hour(
                sum(seen, (one) => one.reach),
                60_000 * seen.length,
              ),
            ]
          })
          const circuit = parts.flatMap((part, n): [number, ReturnType<typeof hour>][] =>
            known[n] ? [[n, hour(sum(part, (one) => one.reach + one.other))]] : [],
          )
          const { bytes, atMost } = of(reach, circuit)
          const truth = sum(minutes, (one) => one.reach)
          expect(bytes <= truth && atMost !== null && truth <= atMost).toBe(true)
        },
      ),
    )
  })

  it('are deducted in hours of which both are known, so that billable and deducted bytes are the circuit’s', () => {
    const globalReach = fillMeasuredGlobalReach(
      hours,
      new Map([2, 3, 4].map((n) => [at(n), { bytesOut: 30n * DECIMAL_GB_BYTES, coveredSeconds: 3_600 }])),
    )
    const facts = { hours, unplaced: [], globalReach, bandwidthMbps: 1_000 }
    const deducted = sumDeductedGlobalReach(facts, BEGIN, at(10))
    expect(deducted).toBe(90n * DECIMAL_GB_BYTES)
    // in hours 5 to 9 Global Reach was not measured, so they are a gap
    expect(computeBilledUsage(facts, BEGIN, at(10)).bytes + deducted).toBe(500n * DECIMAL_GB_BYTES)
  })
})
