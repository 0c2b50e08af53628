import { BundleSafeError } from '#lib/platform/branded-error.ts'
import { setTimeout as delay } from 'node:timers/promises'

/** Error for a response that was not ready in time. The next request starts a new computation. */
export class ComputationTimeoutError extends BundleSafeError {
  static override readonly brand = 'ComputationTimeoutError'
}

/**
 * Computes a response once for many identical requests. This is needed because hundreds of wall displays send the same
 * request when the stream announces a change. A computation serves only requests that were received before it started.
 * It therefore includes every change about which these clients were notified. Requests during a computation are served
 * together by the next one. After `limitMs`, waiting requests get an error, and the next computation can start.
 */
export class SharedResponseComputation<Answer> {
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
   * Returns the response of the next computation. It is shared by all requests that are received before this
   * computation starts.
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
    // If this computation fails, the next one still starts. Only the requests of this computation get the error.
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
