import { BrandedError } from '#lib/platform/branded-error.ts'
import { setTimeout as delay } from 'node:timers/promises'

/** An answer was not made in time; who asks again gets another one. */
export class AnswerTimeoutError extends BrandedError {
  static override readonly brand = 'AnswerTimeoutError'
}

/**
 * Shares one answer between concurrent identical requests: hundreds of walls refetch when the stream names a change.
 *
 * An answer is started after the request that it serves, so that it includes every change the client was notified of. Requests during
 * a run share the next one. A run that takes too long is given up, so that it can't stop those that follow.
 */
export class SharedAnswer<Answer> {
  private readonly make: () => Promise<Answer>
  private readonly everyMs: number
  private readonly limitMs: number
  private last: Promise<unknown> = Promise.resolve()
  private lastBegunAt = Number.NEGATIVE_INFINITY
  private next: Promise<Answer> | null = null

  /**
   * @param everyMs least time between the starts of two runs
   * @param limitMs the longest that a run may take
   */
  constructor(make: () => Promise<Answer>, { everyMs, limitMs }: { everyMs: number; limitMs: number }) {
    this.make = make
    this.everyMs = everyMs
    this.limitMs = limitMs
  }

  /** @throws what the run throws, or AnswerTimeoutError, to every caller that shares it */
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
    // the next run starts even if this one failed; this one's callers get its error
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
