import { setTimeout as delay } from 'node:timers/promises'

/**
 * Shares one answer between concurrent identical requests: hundreds of walls refetch when the stream names a change.
 *
 * An answer is started after the request that it serves, so that it includes every change the client was notified of. Requests during
 * a run share the next one.
 */
export class SharedAnswer<Answer> {
  private readonly make: () => Promise<Answer>
  private readonly everyMs: number
  private last: Promise<unknown> = Promise.resolve()
  private lastBegunAt = Number.NEGATIVE_INFINITY
  private next: Promise<Answer> | null = null

  /** @param everyMs least time between the starts of two runs */
  constructor(make: () => Promise<Answer>, everyMs: number) {
    this.make = make
    this.everyMs = everyMs
  }

  /** @throws what the run throws, to every caller that shares it */
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
    const answer = this.make()
    // the next run starts even if this one failed; this one's callers get its error
    this.last = answer.catch(() => null)
    return answer
  }
}
