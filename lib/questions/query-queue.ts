import { BundleSafeError } from '#lib/platform/branded-error.ts'

/**
 * Error for a request that waited too long in the queue, because too many requests were running. Its work was not
 * started.
 */
export class TooManyQueriesError extends BundleSafeError {
  static override readonly brand = 'TooManyQueriesError'
}

interface Waiting {
  enter: () => void
  timer: NodeJS.Timeout
}

/** Queue that limits the number of simultaneous tasks. Further tasks wait in order, up to a maximum time. */
export class QueryQueue {
  readonly #atOnce: number
  readonly #waitMs: number
  readonly #queue = new Set<Waiting>()
  #inside = 0

  /** @param waitMs maximum time in ms that a task waits before its work begins */
  constructor(atOnce: number, waitMs: number) {
    this.#atOnce = atOnce
    this.#waitMs = waitMs
  }

  get inside(): number {
    return this.#inside
  }

  get waiting(): number {
    return this.#queue.size
  }

  /**
   * Runs the work when fewer than the maximum number of tasks are running.
   * @throws TooManyQueriesError if the work could not begin in time; all errors of `work`
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#atOnce) this.#inside += 1
    else await this.#turn()
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        enter: resolve,
        timer: setTimeout(() => {
          this.#queue.delete(waiting)
          reject(new TooManyQueriesError(`no turn within ${this.#waitMs} ms`))
        }, this.#waitMs),
      }
      this.#queue.add(waiting)
    })
  }

  /** Starts the task that has waited longest, before any new task can start. */
  #leave(): void {
    const [next] = this.#queue
    if (!next) {
      this.#inside -= 1
      return
    }
    this.#queue.delete(next)
    clearTimeout(next.timer)
    next.enter()
  }
}
