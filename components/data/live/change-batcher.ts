import type { StreamChange } from '#lib/contract/index.ts'

/**
 * Passes the first change on at once and batches those that follow closely, so that a burst of polls costs the
 * screen a few refetches a second and a single change is not delayed.
 */
export class ChangeBatcher {
  private readonly flush: (changes: StreamChange[]) => void
  private readonly everyMs: number
  private waiting: StreamChange[] = []
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(flush: (changes: StreamChange[]) => void, everyMs = 200) {
    this.flush = flush
    this.everyMs = everyMs
  }

  push(change: StreamChange): void {
    this.waiting.push(change)
    if (this.timer === undefined) this.release()
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.waiting = []
  }

  private release(): void {
    this.timer = undefined
    if (this.waiting.length === 0) return
    const changes = this.waiting
    this.waiting = []
    this.timer = setTimeout(() => this.release(), this.everyMs)
    this.flush(changes)
  }
}
