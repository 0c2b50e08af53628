import { describe, expect, it } from 'vitest'
import { findBudgetLimit, type BudgetName, pollKinds } from '#lib/contract/index.ts'
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
