import { describe, expect, it } from 'vitest'
import { Decimal } from '../money.ts'
import { DECIMAL_GB_BYTES } from '../testing/circuits.ts'
import { type MonthCostFactors, explainVariance } from './explain-variance.ts'

const figure = (more: Partial<MonthCostFactors> = {}): MonthCostFactors => ({
  port: new Decimal(436),
  perGb: new Decimal('0.025'),
  share: 1,
  bytes: 72_000n * DECIMAL_GB_BYTES,
  hours: 720,
  currency: 'USD',
  ...more,
})
const moved = (before: MonthCostFactors, now: MonthCostFactors, more = {}) =>
  explainVariance({ circuitId: 'a', before, now, gb: 1_000_000_000, failovers: [], repairedBytes: 0n, ...more })
const parts = (before: MonthCostFactors, now: MonthCostFactors, more = {}) =>
  moved(before, now, more)?.parts.map(({ cause, amount }) => `${cause} ${amount.amount}`)

describe('what moved a figure', () => {
  it.each([
    // 8,000 GB more than before, at 0.025
    { name: 'traffic alone', now: { bytes: 80_000n * DECIMAL_GB_BYTES }, more: {}, expected: ['traffic 200.00'] },
    // 72,000 x (0.03 - 0.025)
    { name: 'a price', now: { perGb: new Decimal('0.03') }, more: {}, expected: ['price 360.00', 'traffic 0.00'] },
    // 72,000 x 744/720 = 74,400: 2,400 x 0.025
    {
      name: 'a longer month',
      now: { hours: 744, bytes: 74_400n * DECIMAL_GB_BYTES },
      more: {},
      expected: ['days 60.00', 'traffic 0.00'],
    },
    {
      name: 'a failover, repaired gaps and the rest',
      now: { bytes: 80_000n * DECIMAL_GB_BYTES },
      more: {
        failovers: [{ incidentId: 'i1', bytes: 4_000n * DECIMAL_GB_BYTES, words: 'london down' }],
        repairedBytes: 1_000n * DECIMAL_GB_BYTES,
      },
      expected: ['failover 100.00', 'repaired_gaps 25.00', 'traffic 75.00'],
    },
  ])('$name', ({ now, more, expected }) => {
    expect(parts(figure(), figure(now), more)).toEqual(expected)
  })

  it.each([
    [80_000n, 'more traffic than was forecast'],
    [64_000n, 'less traffic than was forecast'],
  ])('says of %s GB that it is %s', (gigabytes, words) => {
    expect(moved(figure(), figure({ bytes: gigabytes * DECIMAL_GB_BYTES }))?.parts).toMatchObject([
      { cause: 'traffic', words },
    ])
  })

  it('names the incident of a failover', () => {
    const move = moved(figure(), figure(), {
      failovers: [{ incidentId: 'i1', bytes: -4_000n * DECIMAL_GB_BYTES, words: 'back' }],
    })
    expect(move?.parts[0]).toMatchObject({ incidentId: 'i1', amount: { amount: '-100.00' } })
    expect(move?.difference.amount).toBe('0.00')
  })

  it('has no answer across currencies', () => {
    expect(moved(figure(), figure({ currency: 'EUR' }))).toBeNull()
  })
})
