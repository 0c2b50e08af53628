import type { EpochMs } from '#lib/contract/index.ts'

/** Amounts are words such as `565.60 USD`: what is held against a threshold is a share, whatever the currency. */
type MoneyWords = string

/** A month's budget against what the month is likely to cost. */
export interface BudgetFact {
  name: string
  owner: string
  /** YYYY-MM */
  month: string
  budget: MoneyWords
  /** null = not known, because something of it has no price or no forecast */
  forecast: { likelyShare: number; leastShare: number; words: MoneyWords; over: MoneyWords } | null
}

/** The plan that a circuit is on against the other one, for this month. */
export interface PlanFact {
  plan: 'metered' | 'unlimited'
  other: 'metered' | 'unlimited'
  /** that the plan it is on turns out the more expensive one; null = not known */
  chanceOfWrongSide: number | null
  own: MoneyWords
  others: MoneyWords
}

/** The last whole day of a circuit that pays for its bytes, against the same weekday of the weeks before. */
export interface DayFact {
  from: EpochMs
  to: EpochMs
  /** times as much as usual; null = the day, or what is usual, is not known */
  timesUsual: number | null
  /** mean rate above the usual one */
  extraBitsPerSecond: number
  extra: MoneyWords
  usual: string
  reported: string
}

/** What is known of the cost of one circuit, or of a subscription that a budget is for. */
export interface CostFacts {
  /** short id */
  scope: string
  budgets: readonly BudgetFact[]
  plan: PlanFact | null
  day: DayFact | null
}
