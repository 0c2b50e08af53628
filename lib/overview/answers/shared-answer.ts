import { BrandedError } from '#lib/platform/branded-error.ts'
import { setTimeout as delay } from 'node:timers/promises'

/** Error for a response that was not ready in time. The next request starts a new computation. */
export class ComputationTimeoutError extends BrandedError {
  static override readonly brand = 'ComputationTimeoutError'
}

/**
 * Computes a response once for many identical requests, because hundreds of wall displays request it when the stream
 * announces a change. A computation starts only after the requests that it serves, so that it includes every change of
 * which clients were notified. Requests during a computation share the next one. After `limitMs`, waiting requests get
 * an error and the next computation can start.
 */
export class SharedComputation<Answer> {
  private readonly make: () => Promise<Answer>
  private readonly everyMs: number
  private readonly limitMs: number
  private last: Promise<unknown> = Promise.resolve()
  private lastBegunAt = Number.NEGATIVE_INFINITY
  private next: Promise<Answer> | null = null

  /**
   * Creates a shared response.
   * @param everyMs minimum time between the starts of two computations
   * @param limitMs maximum duration of a computation
   */
  constructor(make: () => Promise<Answer>, { everyMs, limitMs }: { everyMs: number; limitMs: number }) {
    this.make = make
    this.everyMs = everyMs
    this.limitMs = limitMs
  }

  /**
   * Returns the response of the next computation, which all requests until its start share.
   * @throws the error of the computation, or ComputationTimeoutError
   */
  ask(): Promise<Answer> {
    this.next ??= this.begin()
    return this.next
  }

  private async begin(): Promise<Answer> {
    await this.last
    const early = this.lastBegunAt + this.everyMs - performance.now()
    if (early > 0) await delay(early)
    this.next = null
    this.lastBegunAt = performance.now()
    const answer = this.makeInTime()
    // The next computation starts even if this one fails. The error goes only to the requests of this one.
    this.last = answer.catch(() => null)
    return answer
  }

  private makeInTime(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new ComputationTimeoutError(`no answer within ${this.limitMs} ms`)),
        this.limitMs,
      )
      this.make()
        .finally(() => clearTimeout(timer))
        .then(resolve, reject)
    })
  }
}
