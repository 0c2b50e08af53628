import { expect, it } from 'vitest'
import type { CostProjection } from '../../api/index.ts'
import { formatRecommendationsAtBills } from './billed-prices.ts'

type Recommendation = CostProjection['recommendation']
const money = (amount: string) => ({ amount, currency: 'USD' })
const circuit = (name: string, action: Recommendation['action'], p50: string | null = null) => ({
  circuitId: name,
  name,
  recommendation: {
    action,
    to: p50 === null ? null : { plan: 'metered' as const, tier: 'Standard' as const, bandwidthMbps: 200 },
    saving: p50 === null ? null : { p10: money(p50), p50: money(p50), p90: money(p50) },
  } as Recommendation,
})

it('states whether the recommendations are the same at the billed prices, with their saving', () => {
  const stays = circuit('erc-paris', 'stay', '20')
  const listed = [circuit('erc-london', 'switch', '1000'), stays]
  expect(formatRecommendationsAtBills(listed, [circuit('erc-london', 'switch', '920'), stays])).toBe(
    'The recommendations are the same at the billed prices, and save $920 a month.',
  )
  expect(formatRecommendationsAtBills(listed, [circuit('erc-london', 'stay'), stays])).toBe(
    'The recommendations at the billed prices contain no change; they differ for erc-london.',
  )
  const [london] = listed
  const smaller = circuit('erc-london', 'switch', '940')
  const { recommendation } = smaller
  const other = { ...smaller, recommendation: { ...recommendation, to: { ...recommendation.to, bandwidthMbps: 100 } } }
  expect(formatRecommendationsAtBills([london ?? stays, stays], [other as typeof smaller, stays])).toBe(
    'The recommendations at the billed prices save $940 a month; they differ for erc-london.',
  )
  expect(formatRecommendationsAtBills([stays], [stays])).toBe(
    'The recommendations are the same at the billed prices, and contain no change.',
  )
})

it('names at most 3 circuits whose recommendations differ', () => {
  const named = (action: Recommendation['action']) => ['a', 'b', 'c', 'd', 'e'].map((name) => circuit(name, action))
  expect(formatRecommendationsAtBills(named('too_close'), named('stay'))).toBe(
    'The recommendations at the billed prices contain no change; they differ for a, b, c and 2 more.',
  )
})
