import { describe, expect, it } from 'vitest'
import { findBudgetLimit, findRemainingRequests, type BudgetName, pollKinds } from '#lib/contract/index.ts'
import { findRefusingBudget, updateBudget } from './budget.ts'
import { listBudgetsOfKind, pollKindDefinitions } from './kinds/index.ts'

describe('budgets', () => {
  it('a kind that is a diagnostic POST draws from those of writes, and no other does', () => {
    for (const kind of pollKinds) {
      const draws = listBudgetsOfKind(kind)
      const writes = draws.includes('network.writes')
      expect({ kind, writes }).toEqual({ kind, writes: pollKindDefinitions[kind].operation !== undefined })
      expect(draws.includes('arm.writes')).toBe(writes)
      expect(draws).toContain('arm.reads')
    }
    expect(listBudgetsOfKind('learned')).toContain('network.writes')
    expect(listBudgetsOfKind('inventory')).toEqual(['arm.reads', 'network.reads'])
    expect(listBudgetsOfKind('activity')).toEqual(['arm.reads'])
  })

  it.each<[BudgetName, number | null, number, number]>([
    ['arm.reads', null, 250, 10],
    ['arm.reads', 249, 250, 10],
    ['arm.reads', 11_999, 12_000, 3_600],
    ['arm.reads', 14_983, 14_983, 3_600],
    ['arm.writes', 1_199, 1_200, 3_600],
    ['network.writes', 12, 1_000, 300],
    ['network.reads', 20_000, 20_000, 300],
  ])('%s with %s left has a limit of %i in %i s', (name, remaining, limit, windowSeconds) => {
    expect(findBudgetLimit(name, remaining)).toEqual({ limit, windowSeconds })
  })
})

describe('headers about budgets', () => {
  const read = (headers: Record<string, string>, method = 'GET') =>
    updateBudget(null, {
      method,
      url: 'https://management.azure.com/subscriptions/s/providers/Microsoft.Network/virtualNetworkGateways',
      header: (name) => headers[name],
      headers: () => headers,
    })
  const figures = { remaining: null, limit: null, windowSeconds: null, usedPercent: null, resetAt: null }

  it('are kept for every bucket, and 1,099 remaining reads are not a number per hour', () => {
    const budget = read({
      'x-ms-ratelimit-remaining-subscription-reads': '1099',
      'x-ms-ratelimit-remaining-subscription-global-reads': '16499',
      'x-ms-ratelimit-remaining-resource': 'Microsoft.Network/HighCostGet3Min;159,odd',
      'x-ms-request-id': '7',
    })
    expect(budget).toMatchObject({ remainingReads: 1_099, remainingWrites: null })
    expect(budget?.buckets).toEqual([
      { ...figures, name: 'subscription-reads', remaining: 1_099 },
      { ...figures, name: 'subscription-global-reads', remaining: 16_499 },
      { ...figures, name: 'microsoft.network/highcostget3min', remaining: 159 },
    ])
    expect(findBudgetLimit('arm.reads', 1_099, budget)).toEqual({ limit: 1_100, windowSeconds: 44 })
  })

  it('contain the load of the provider, whose last parts may have no number', () => {
    const budget = read({ 'x-ms-throttle-levels': 'network-read:0.2,network-write:12,compute-read:x,,etc' })
    expect(budget?.buckets).toEqual([
      { ...figures, name: 'network-read', usedPercent: 0.2 },
      { ...figures, name: 'network-write', usedPercent: 12 },
    ])
    expect(findRemainingRequests('network.reads', budget)).toBe(9_980)
    expect(read({ 'x-ms-throttle-levels': '...,etc' })).toBeNull()
  })

  it.each<[string, number | null, number | null]>([
    ['3000;w=30s', 3_000, 30],
    ['3000;w=30', 3_000, 30],
    ['3000; w=5m', 3_000, 300],
    ['3000', 3_000, null],
    ['30s', null, 30],
    ['odd', null, null],
  ])('of a limit %s mean %s requests in %s s', (limit, requests, windowSeconds) => {
    const budget = read({
      'x-rate-limit-limit': limit,
      'x-rate-limit-remaining': '2999',
      'x-rate-limit-reset': '2026-08-06T08:05:41.1234567Z',
    })
    const resetAt = Date.parse('2026-08-06T08:05:41.123Z')
    expect(budget?.buckets).toEqual([
      { ...figures, name: 'rate-limit', remaining: 2_999, limit: requests, windowSeconds, resetAt },
    ])
    expect(budget).toMatchObject({ remainingReads: null, remainingWrites: null })
  })

  it('name the budget of a refusal whose error does not, if the provider is at 100 %', () => {
    const refusal = (levels: string) => {
      const headers: Record<string, string> = { 'x-ms-throttle-levels': levels }
      return findRefusingBudget({ method: 'GET', header: (name) => headers[name] }, { code: 'TooManyRequests' })
    }
    expect(refusal('network-read:100,etc')).toBe('network.reads')
    expect(refusal('network-read:20,network-write:100')).toBe('arm.reads')
  })
})
