import { BrandedError } from '#lib/platform/branded-error.ts'

/** Too much was asked at the same time; nothing was done. */
export class TooManyQuestionsError extends BrandedError {
  static override readonly brand = 'TooManyQuestionsError'
}

interface Waiting {
  enter: () => void
  timer: NodeJS.Timeout
}

/** Lets a few through at a time. Others wait in order, for a while. */
export class QuestionGate {
  readonly #atOnce: number
  readonly #waitMs: number
  readonly #queue = new Set<Waiting>()
  #inside = 0

  /** @param waitMs the longest wait before the work begins */
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

  /** @throws TooManyQuestionsError when its turn did not come in time; whatever `work` throws */
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
          reject(new TooManyQuestionsError(`no turn within ${this.#waitMs} ms`))
        }, this.#waitMs),
      }
      this.#queue.add(waiting)
    })
  }

  /** Whoever waits longest takes the place, so that nobody who comes now gets in before. */
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
