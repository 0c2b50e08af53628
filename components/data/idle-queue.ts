/** Maximum delay of a task in a busy browser, milliseconds. */
const PATIENCE_MS = 250
/** Delay of a task in browsers without requestIdleCallback, milliseconds; about one frame. */
const A_FRAME_MS = 16

/**
 * Runs tasks one after the other in the order in which they were added. Each task runs when the browser is idle. A page
 * with many panels is therefore rendered in short steps, between which the browser handles input.
 */
export class IdleQueue {
  private readonly waiting: (() => void)[] = []
  private isBusy = false
  /** whether all first tasks have run, that is, the queue has been empty at least once after a task; it stays true */
  isThrough = false

  private readonly whenIdle: (work: () => void) => void

  constructor(whenIdle: (work: () => void) => void = whenBrowserIsIdle) {
    this.whenIdle = whenIdle
  }

  /**
   * Adds a task to the queue.
   * @returns a function that removes the task from the queue
   */
  ask(work: () => void): () => void {
    this.waiting.push(work)
    if (!this.isBusy) {
      this.isBusy = true
      this.whenIdle(this.next)
    }
    return () => {
      const place = this.waiting.indexOf(work)
      if (place >= 0) this.waiting.splice(place, 1)
    }
  }

  private readonly next = (): void => {
    this.waiting.shift()?.()
    this.isBusy = this.waiting.length > 0
    if (this.isBusy) this.whenIdle(this.next)
    else this.isThrough = true
  }
}

function whenBrowserIsIdle(work: () => void): void {
  if ('requestIdleCallback' in window) window.requestIdleCallback(work, { timeout: PATIENCE_MS })
  else setTimeout(work, A_FRAME_MS)
}
