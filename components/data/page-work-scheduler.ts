import { IdleQueue } from './idle-queue.ts'

/**
 * Maximum time in milliseconds for which a part of the page can delay requests. If the part has not ended its delay by
 * then, because its code did not load or its hydration failed, the delay ends as soon as the browser is idle.
 */
const LONGEST_HOLD_MS = 2_000
/**
 * Maximum wait for an idle browser after `LONGEST_HOLD_MS`, in milliseconds. It is long because a busy machine may
 * hydrate some parts only after several seconds.
 */
const LONGEST_BUSY_MS = 20_000

/**
 * Scheduler for the work of a page after its first rendering, such as requests. Each piece of work runs in a separate
 * task, in the order of the calls. Work waits until all parts of the server's page are hydrated, because a response
 * that arrives earlier would differ from the server's page, and React would discard the part and render it again.
 */
export class PageWorkScheduler {
  private holds = 0
  private readonly held: (() => void)[] = []
  private readonly queue: IdleQueue

  private readonly onceIdle: (work: () => void) => void

  constructor(
    inATask: (work: () => void) => void = afterThisTask,
    onceIdle: (work: () => void) => void = whenNothingIsToDo,
  ) {
    this.queue = new IdleQueue(inATask)
    this.onceIdle = onceIdle
  }

  /** whether some parts of the page are not hydrated yet, so that work is delayed */
  get isHeld(): boolean {
    return this.holds > 0
  }

  /**
   * Delays all work until the returned function is called. If it is not called within two seconds, the delay ends when
   * the browser is next idle.
   * @returns a function that ends the delay; further calls have no effect
   */
  hold(): () => void {
    let isOver = false
    this.holds++
    const end = () => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      this.holds--
      if (!this.isHeld) for (const go of this.held.splice(0)) this.queue.ask(go)
    }
    const timer = setTimeout(() => this.onceIdle(end), LONGEST_HOLD_MS)
    return end
  }

  /** Returns a promise that resolves when the caller's work may run, in a separate task. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.isHeld) this.held.push(resolve)
      else this.queue.ask(resolve)
    })
  }
}

/** Scheduler that all components of the page share. */
export const pageWorkScheduler = new PageWorkScheduler()

/**
 * Runs work in a new task. It uses a message instead of a timer, because browsers limit the timers of a hidden tab to
 * one per second.
 */
function afterThisTask(work: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    port1.close()
    work()
  }
  port2.postMessage(null)
}

/**
 * Runs work when the browser is idle. React hydrates in tasks. When the browser is idle, all parts that can be hydrated
 * are therefore hydrated.
 */
function whenNothingIsToDo(work: () => void): void {
  if (typeof window !== 'undefined' && 'requestIdleCallback' in window)
    window.requestIdleCallback(work, { timeout: LONGEST_BUSY_MS })
  else work()
}
