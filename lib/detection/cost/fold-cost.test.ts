import { describe, expect, it } from 'vitest'
import type { GroupState } from '../model/scope-state.ts'
import { defaultSettings } from '../model/settings.ts'
import type { BudgetFact, CostFacts, DayFact, PlanFact } from './cost-facts.ts'
import { foldCost } from './fold-cost.ts'

const DAY = 86_400_000
const MONDAY = Date.UTC(2026, 10, 16, 3, 37)

const budget = (likelyShare: number | null, more: Partial<BudgetFact> = {}): BudgetFact => ({
  name: 'edge',
  owner: 'kim',
  month: '2026-11',
  budget: '500.00 USD',
  forecast:
    likelyShare === null
      ? null
      : { likelyShare, leastShare: likelyShare - 0.1, words: '565.60 USD (520.00 to 610.00)', over: '65.60 USD' },
  ...more,
})
const plan = (chanceOfWrongSide: number | null): PlanFact => ({
  plan: 'metered',
  other: 'unlimited',
  chanceOfWrongSide,
  own: '6100.00 USD',
  others: '5700.00 USD',
})
const day = (timesUsual: number | null, extraBitsPerSecond = 1e9): DayFact => ({
  from: MONDAY - DAY,
  to: MONDAY,
  timesUsual,
  extraBitsPerSecond,
  extra: '270.00 USD',
  usual: '1000.0 GB',
  reported: '11800.0 GB',
})
const facts = (more: Partial<CostFacts>): CostFacts => ({ scope: 'erc', budgets: [], plan: null, day: null, ...more })

/** One tick a day; what each reports. */
function ticks(days: readonly Partial<CostFacts>[]) {
  let state: GroupState = {}
  return days.map((one, i) => {
    const folded = foldCost(state, [facts(one)], MONDAY + i * DAY, defaultSettings)
    // as it is stored and read again
    state = JSON.parse(JSON.stringify(folded.state))
    return folded.events.map(({ kind, severity, ended }) => `${kind} ${severity}${ended ? ' ended' : ''}`)
  })
}

describe('a daily evaluation of cost', () => {
  it.each<{ name: string; days: Partial<CostFacts>[]; reported: string[][] }>([
    {
      name: 'a budget that is likely to be exceeded is reported once, and its end',
      days: [{ budgets: [budget(1.05)] }, { budgets: [budget(1.06)] }, { budgets: [budget(0.9)] }],
      reported: [['forecast_over_budget warning'], [], ['forecast_over_budget warning ended']],
    },
    {
      name: 'a budget that is exceeded even at the least is worse',
      days: [{ budgets: [budget(1.05)] }, { budgets: [budget(1.2)] }],
      reported: [['forecast_over_budget warning'], ['forecast_over_budget major']],
    },
    {
      name: 'a figure on the line does not begin and end day by day',
      days: [1.01, 0.99, 1.01, 0.98].map((share) => ({ budgets: [budget(share)] })),
      reported: [['forecast_over_budget warning'], [], [], []],
    },
    {
      name: 'another month is another matter',
      days: [{ budgets: [budget(1.05)] }, { budgets: [budget(1.05, { month: '2026-12' })] }],
      reported: [
        ['forecast_over_budget warning'],
        ['forecast_over_budget warning ended', 'forecast_over_budget warning'],
      ],
    },
    {
      name: 'a budget that was withdrawn is over',
      days: [{ budgets: [budget(1.05)] }, {}],
      reported: [['forecast_over_budget warning'], ['forecast_over_budget warning ended']],
    },
    {
      name: 'what is not known changes nothing',
      days: [
        { budgets: [budget(1.05)], plan: plan(0.9) },
        { budgets: [budget(null)], plan: plan(null) },
      ],
      reported: [['forecast_over_budget warning', 'break_even_crossing warning'], []],
    },
    {
      name: 'the wrong side of the break-even is reported when it is likely enough, until it is not',
      days: [0.7, 0.85, 0.6, 0.4].map((chance) => ({ plan: plan(chance) })),
      reported: [[], ['break_even_crossing warning'], [], ['break_even_crossing warning ended']],
    },
    {
      name: 'a surge of several days is one',
      days: [{ day: day(11.8) }, { day: day(4) }, { day: day(1) }],
      reported: [['egress_surge warning'], [], ['egress_surge warning ended']],
    },
    {
      name: 'much more of next to nothing is no surge',
      days: [{ day: day(50, 100_000) }],
      reported: [[]],
    },
  ])('$name', ({ days, reported }) => {
    expect(ticks(days)).toEqual(reported)
  })

  it('reports the money, whom to ask, and opens an incident', () => {
    const { events, incidents } = foldCost({}, [facts({ budgets: [budget(1.05)] })], MONDAY)
    expect(events[0]).toMatchObject({
      subject: 'edge 2026-11',
      started: { earliest: MONDAY - DAY, latest: MONDAY },
      evidence: [{ before: 'budget 500.00 USD', after: '565.60 USD (520.00 to 610.00): 65.60 USD over' }],
      causes: [{ class: 'over_budget', nextStep: expect.stringContaining('kim') }],
    })
    expect(incidents).toHaveLength(1)
  })
})
