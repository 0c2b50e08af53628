import { IdleQueue } from './idle-queue.ts'

/**
 * Time in milliseconds for which a part of the page can delay requests. After it, the delay ends when the browser is
 * idle. It applies if the code of the part does not load or its hydration fails.
 */
const LONGEST_HOLD_MS = 2_000
/**
 * Maximum wait for an idle browser after `LONGEST_HOLD_MS`, in milliseconds. It is long because parts are hydrated
 * seconds later on a busy machine.
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

  /** whether parts of the page remain to be hydrated */
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

  /** Resolves in a separate task when it is the caller's turn. */
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
 * Runs work when the browser is idle. Hydration runs in tasks, so an idle browser has hydrated all parts that it can.
 */
function whenNothingIsToDo(work: () => void): void {
  if (typeof window !== 'undefined' && 'requestIdleCallback' in window)
    window.requestIdleCallback(work, { timeout: LONGEST_BUSY_MS })
  else work()
}
