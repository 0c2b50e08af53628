import { BrandedError } from '#lib/platform/branded-error.ts'
import { setTimeout as delay } from 'node:timers/promises'

/** An answer was not ready in time. Another request starts a new one. */
export class AnswerTimeoutError extends BrandedError {
  static override readonly brand = 'AnswerTimeoutError'
}

/**
 * Shares one answer between concurrent identical requests, because hundreds of walls refetch when the stream announces
 * a change.
 * An answer is started after the request that it serves, so that it includes every change the client was notified of.
 * Requests during a run share the next run. A run that takes too long is abandoned, so that later runs can start.
 */
export class SharedAnswer<Answer> {
  private readonly make: () => Promise<Answer>
  private readonly everyMs: number
  private readonly limitMs: number
  private last: Promise<unknown> = Promise.resolve()
  private lastBegunAt = Number.NEGATIVE_INFINITY
  private next: Promise<Answer> | null = null

  /**
   * @param everyMs minimum time between the starts of two runs
   * @param limitMs maximum duration of a run
   */
  constructor(make: () => Promise<Answer>, { everyMs, limitMs }: { everyMs: number; limitMs: number }) {
    this.make = make
    this.everyMs = everyMs
    this.limitMs = limitMs
  }

  /** @throws the error of the run, or AnswerTimeoutError, to every caller that shares it */
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
    // the next run starts even if this run failed; the callers of this run get its error
    this.last = answer.catch(() => null)
    return answer
  }

  private makeInTime(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new AnswerTimeoutError(`no answer within ${this.limitMs} ms`)),
        this.limitMs,
      )
      this.make()
        .finally(() => clearTimeout(timer))
        .then(resolve, reject)
    })
  }
}
