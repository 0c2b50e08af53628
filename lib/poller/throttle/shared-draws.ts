import type { BudgetDraw } from '#lib/history/index.ts'

/** What all workers draw from, as {@link drawFromBudgets} and {@link knownBudgets} have it. */
export interface SharedBudgets {
  draw(draws: readonly BudgetDraw[]): Promise<number[]>
  known(): Promise<string[]>
}

interface Gathered {
  /** of all that was gathered so far, milliseconds */
  refillMs: number
  members: { untilMs: number; resolve: (behindMs: number | null) => void }[]
}

/** One process's draws from the budgets that all workers share: those of a few milliseconds are one statement. */
export class SharedDraws {
  readonly #shared: SharedBudgets
  readonly #gatherMs: number
  #gathered = new Map<string, Gathered>()

  /** @param gatherMs how long draws wait for each other; 0 = not at all */
  constructor(shared: SharedBudgets, gatherMs: number) {
    this.#shared = shared
    this.#gatherMs = gatherMs
  }

  /**
   * @param refillMs how long Azure takes to refill what is drawn
   * @returns milliseconds until what was drawn before and with it is refilled; null = the database does not answer
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
      // the first of them wait for those before them only
      for (const { untilMs, resolve } of members) resolve(all === undefined ? null : all - (refillMs - untilMs))
    }
  }
}
