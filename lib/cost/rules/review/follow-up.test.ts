import { describe, expect, it } from 'vitest'
import type { CostProjection } from '../../api/index.ts'
import { computeFollowUp, isDecisionFollowedUpInReview } from './follow-up.ts'

const band = (p10: string, p50: string, p90: string, currency = 'USD') => ({
  p10: { amount: p10, currency },
  p50: { amount: p50, currency },
  p90: { amount: p90, currency },
})
const metered = { plan: 'metered', tier: 'Standard', bandwidthMbps: 1_000 } as const
const unlimited = { ...metered, plan: 'unlimited' } as const
const circuit = (...options: object[]) => ({ circuitId: 'a', options }) as unknown as CostProjection
const before = (currency = 'USD') => ({
  week: '2026-W46',
  projections: {
    circuits: [
      circuit(
        { ...metered, current: true, ...band('7000', '8000', '9000') },
        {
          ...unlimited,
          current: false,
          ...band('5700', '5700', '5700', currency),
        },
      ),
    ],
  },
})

describe('a decision is followed up', () => {
  it('in the month after it', () => {
    const at = '2026-11-30T23:59:00.000Z'
    expect(['2026-11', '2026-12', '2027-01'].filter((month) => isDecisionFollowedUpInReview({ at }, month))).toEqual([
      '2026-12',
    ])
  })

  it.each([
    {
      name: 'as it was expected',
      now: { ...unlimited, current: true, ...band('5700', '5700', '5700') },
      verdict: 'within',
      expected: '5700',
    },
    {
      name: 'more expensive',
      now: { ...unlimited, current: true, ...band('5701', '5701', '5701') },
      verdict: 'above',
      expected: '5700',
    },
    {
      name: 'nothing was changed, and less passed',
      now: { ...metered, current: true, ...band('6000', '6500', '7100') },
      verdict: 'below',
      expected: '8000',
    },
  ])('by what was expected of the offer that it is on: $name', ({ now, verdict, expected }) => {
    expect(computeFollowUp(before(), circuit(now))).toMatchObject({
      week: '2026-W46',
      verdict,
      expected: { p50: { amount: expected } },
      actual: { p50: now.p50 },
    })
  })

  it.each([
    { name: 'no price now', was: before(), now: circuit() },
    {
      name: 'an offer that was not among them',
      was: before(),
      now: circuit({ ...metered, bandwidthMbps: 200, current: true, ...band('1', '1', '1') }),
    },
    {
      name: 'another currency',
      was: before('EUR'),
      now: circuit({ ...unlimited, current: true, ...band('1', '1', '1') }),
    },
    {
      name: 'another circuit',
      was: before(),
      now: { ...circuit({ ...unlimited, current: true, ...band('1', '1', '1') }), circuitId: 'b' },
    },
  ])('not with $name', ({ was, now }) => {
    expect(computeFollowUp(was, now)).toBeNull()
  })
})
