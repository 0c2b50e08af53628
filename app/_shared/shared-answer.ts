import { setTimeout as delay } from 'node:timers/promises'

/**
 * One answer for all who ask the same at about the same moment: hundreds of walls ask when the stream names a change.
 *
 * What anybody gets was begun after they asked, so that it holds whatever they had been told of. Those who ask while an answer is being
 * made wait together for the next one.
 */
export class SharedAnswer<Answer> {
  private readonly make: () => Promise<Answer>
  private readonly everyMs: number
  private last: Promise<unknown> = Promise.resolve()
  private lastBegunAt = Number.NEGATIVE_INFINITY
  private next: Promise<Answer> | null = null

  /** @param everyMs an answer is begun no sooner than so many milliseconds after the one before it */
  constructor(make: () => Promise<Answer>, everyMs: number) {
    this.make = make
    this.everyMs = everyMs
  }

  /** @throws what making it throws, to all who share it */
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
    // the next is made whatever became of this one, which tells its own askers
    this.last = answer.catch(() => null)
    return answer
  }
}
