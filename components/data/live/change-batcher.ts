import type { StreamChange } from '#lib/contract/index.ts'

/**
 * Factor by which the interval between batches is shortened if a batch contains events, because users wait for events.
 */
const SHARE_OF_EVENTS = 0.4

/**
 * Passes on the first announced change immediately, and collects the changes that follow shortly after into one batch.
 * A burst of polls then causes only a few refetches per second, and a single change is not delayed.
 */
export class ChangeBatcher {
  private readonly flush: (changes: StreamChange[]) => void
  private readonly everyMs: number
  private waiting: StreamChange[] = []
  private flushedAt = Number.NEGATIVE_INFINITY
  private timer: { at: number; handle: ReturnType<typeof setTimeout> } | undefined

  /**
   * @param everyMs minimum time between two batches, in milliseconds; it is multiplied by SHARE_OF_EVENTS if a change
   *   concerns events
   */
  constructor(flush: (changes: StreamChange[]) => void, everyMs = 200) {
    this.flush = flush
    this.everyMs = everyMs
  }

  push(change: StreamChange): void {
    this.waiting.push(change)
    const wait = change.topics.includes('events') ? this.everyMs * SHARE_OF_EVENTS : this.everyMs
    this.releaseAt(this.flushedAt + wait)
  }

  stop(): void {
    clearTimeout(this.timer?.handle)
    this.timer = undefined
    this.waiting = []
  }

  private releaseAt(at: number): void {
    if (this.timer && this.timer.at <= at) return
    clearTimeout(this.timer?.handle)
    const wait = at - performance.now()
    if (wait <= 0) return this.release()
    this.timer = { at, handle: setTimeout(() => this.release(), wait) }
  }

  private release(): void {
    const changes = this.waiting
    this.stop()
    this.flushedAt = performance.now()
    this.flush(changes)
  }
}
