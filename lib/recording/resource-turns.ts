/** Lets one at a time work on a resource; who reads sessions goes before who reads tables. */
export class ResourceTurns {
  readonly #waiting = new Map<string, { first: (() => void)[]; later: (() => void)[] }>()

  /** @param resource null = it needs no turn */
  async take<T>(resource: string | null, goesFirst: boolean, work: () => Promise<T>): Promise<T> {
    if (resource === null) return work()
    const queue = this.#waiting.get(resource)
    if (queue) await new Promise<void>((resolve) => (goesFirst ? queue.first : queue.later).push(resolve))
    else this.#waiting.set(resource, { first: [], later: [] })
    try {
      return await work()
    } finally {
      this.#release(resource)
    }
  }

  #release(resource: string): void {
    const queue = this.#waiting.get(resource)
    const next = queue?.first.shift() ?? queue?.later.shift()
    if (next) next()
    else this.#waiting.delete(resource)
  }
}
