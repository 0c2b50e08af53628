export type { BudgetFact, CostFacts, DayFact, PlanFact } from './cost-facts.ts'
export { foldCost } from './fold-cost.ts'
