import type { RequestBudgetUse } from '#lib/history/index.ts'

/**
 * Access to the budgets that all workers share in the database, see {@link recordRequestBudgetUses} and
 * {@link readKnownBudgets}.
 */
export interface SharedRequestBudgetStore {
  draw(draws: readonly RequestBudgetUse[]): Promise<number[]>
  known(): Promise<string[]>
}

interface Gathered {
  /** Total time in milliseconds that Azure needs to refill all requests that were gathered so far. */
  refillMs: number
  members: { untilMs: number; resolve: (behindMs: number | null) => void }[]
}

/**
 * Takes requests of one process from the shared budgets. Requests within a few milliseconds are combined into one
 * statement.
 */
export class SharedBudgetDraws {
  readonly #shared: SharedRequestBudgetStore
  readonly #gatherMs: number
  #gathered = new Map<string, Gathered>()

  /** @param gatherMs time for which requests are gathered, milliseconds; 0 = until the end of the current task */
  constructor(shared: SharedRequestBudgetStore, gatherMs: number) {
    this.#shared = shared
    this.#gatherMs = gatherMs
  }

  /**
   * Takes requests from a shared budget.
   * @param refillMs time in milliseconds that Azure needs to refill these requests
   * @returns milliseconds until Azure has refilled these and all earlier requests; null = the database does not answer
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
      // each caller waits only for its own requests and for those before it
      for (const { untilMs, resolve } of members) resolve(all === undefined ? null : all - (refillMs - untilMs))
    }
  }
}
