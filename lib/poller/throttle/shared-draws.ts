import type { BudgetDraw } from '#lib/history/index.ts'

/** The budgets that all workers share, as implemented by {@link drawFromBudgets} and {@link knownBudgets}. */
export interface SharedBudgets {
  draw(draws: readonly BudgetDraw[]): Promise<number[]>
  known(): Promise<string[]>
}

interface Gathered {
  /** total refill time of all draws gathered so far, in milliseconds */
  refillMs: number
  members: { untilMs: number; resolve: (behindMs: number | null) => void }[]
}

/**
 * One process's draws from the budgets that all workers share. Draws within a few milliseconds become one statement.
 */
export class SharedDraws {
  readonly #shared: SharedBudgets
  readonly #gatherMs: number
  #gathered = new Map<string, Gathered>()

  /** @param gatherMs milliseconds for which draws are gathered; 0 = not gathered by time */
  constructor(shared: SharedBudgets, gatherMs: number) {
    this.#shared = shared
    this.#gatherMs = gatherMs
  }

  /**
   * Takes requests from a budget that all workers share.
   * @param refillMs milliseconds that Azure needs to refill the requests of this call
   * @returns milliseconds until Azure has refilled these requests and all earlier ones; null = the database does not
   *   answer
   */
  draw(budget: string, refillMs: number): Promise<number | null> {
    if (this.#gathered.size === 0) this.#flushSoon()
    const gathered = this.#gathered.get(budget) ?? { refillMs: 0, members: [] }
    this.#gathered.set(budget, gathered)
    gathered.refillMs += refillMs
    const { promise, resolve } = Promise.withResolvers<number | null>()
    gathered.members.push({ untilMs: gathered.refillMs, resolve })
    return promise
  }

  #flushSoon(): void {
    if (this.#gatherMs > 0) setTimeout(() => void this.#flush(), this.#gatherMs)
    else queueMicrotask(() => void this.#flush())
  }

  async #flush(): Promise<void> {
    const gathered = [...this.#gathered]
    this.#gathered = new Map()
    const draws = gathered.map(([budget, { refillMs }]) => ({ budget, refillMs }))
    const behind = await this.#shared.draw(draws).catch(() => null)
    for (const [n, [, { refillMs, members }]] of gathered.entries()) {
      const all = behind?.[n]
      // each draw waits only for the refill of its own requests and of the draws before it
      for (const { untilMs, resolve } of members) resolve(all === undefined ? null : all - (refillMs - untilMs))
    }
  }
}
