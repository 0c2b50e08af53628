import type { RequestBudgetUse } from '#lib/history/index.ts'
import type { SharedRequestBudgetStore } from '#lib/poller/throttle/shared-budget-draws.ts'

/** Budgets that all workers share, at virtual time: `recordRequestBudgetUses` without a database. */
export class VirtualRequestBudgets implements SharedRequestBudgetStore {
  readonly #refilledAt = new Map<string, number>()
  readonly #now: () => number

  /**
   * Creates the budgets.
   * @param known names of the budgets that are known at the begin, because an inventory poll precedes all other polls
   * and its responses mention them
   */
  constructor(now: () => number, known: readonly string[]) {
    this.#now = now
    for (const budget of known) this.#refilledAt.set(budget, now())
  }

  async draw(draws: readonly RequestBudgetUse[]): Promise<number[]> {
    const now = this.#now()
    return draws.map(({ budget, refillMs }) => {
      const at = Math.max(now, this.#refilledAt.get(budget) ?? now) + refillMs
      this.#refilledAt.set(budget, at)
      return at - now
    })
  }

  async known(): Promise<string[]> {
    return [...this.#refilledAt.keys()]
  }
}
