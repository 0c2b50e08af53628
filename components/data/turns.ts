import { IdleQueue } from './idle-queue.ts'

/**
 * Maximum time in milliseconds for which a part of the page delays requests, if its code does not load or its hydration
 * fails.
 */
const LONGEST_HOLD_MS = 2_000
/**
 * Additional maximum wait until the browser is idle, in milliseconds. On a busy machine, parts are hydrated seconds
 * later.
 */
const LONGEST_BUSY_MS = 20_000

/**
 * Schedules the work of a page after its first rendering: each piece runs in a separate task, in the order of the
 * calls, and only when no part of the server's page remains to be hydrated. A response that arrives earlier would
 * differ from the server's page, and React would discard that part and render it again.
 */
export class Turns {
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

  /** Resolves in a separate task. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.isHeld) this.held.push(resolve)
      else this.queue.ask(resolve)
    })
  }
}

/** Scheduler of this page. */
export const turns = new Turns()

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
 * Runs work when the browser is idle. React hydrates in tasks, so an idle browser has hydrated everything that it can.
 */
function whenNothingIsToDo(work: () => void): void {
  if (typeof window !== 'undefined' && 'requestIdleCallback' in window)
    window.requestIdleCallback(work, { timeout: LONGEST_BUSY_MS })
  else work()
}
