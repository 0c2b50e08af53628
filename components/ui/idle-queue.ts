/** So long a busy browser may keep what waits. */
const PATIENCE_MS = 250
/** Where a browser does not tell when it is idle. */
const A_FRAME_MS = 16

/**
 * Does one thing after the other, in the order in which they were asked for, each when the browser has nothing else to do: a page
 * made of many parts is drawn in many short pieces, and a key or a press need not wait for all of them.
 */
export class IdleQueue {
  private readonly waiting: (() => void)[] = []
  private isBusy = false
  /** everything that was ever asked for has been done */
  isThrough = false

  private readonly whenIdle: (work: () => void) => void

  constructor(whenIdle: (work: () => void) => void = whenBrowserIsIdle) {
    this.whenIdle = whenIdle
  }

  /** @returns gives the place in the row up */
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
