import { IdleQueue } from './idle-queue.ts'

/** A part whose code does not come, or that fails while it is hydrated, keeps the page from its data for so long, */
const LONGEST_HOLD_MS = 2_000
/** and then until the browser has nothing to do, for so long at most: on a busy machine parts are hydrated seconds later. */
const LONGEST_BUSY_MS = 20_000

/**
 * When what a page has to do after it is drawn is done: each piece in a task of its own, in the order in which it was asked for, and none
 * while a part that the server drew is still to be hydrated. An answer that came before that would differ from what the server drew, and
 * React would throw that part away and draw it again.
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

  /** parts of the page are still to be hydrated */
  get isHeld(): boolean {
    return this.holds > 0
  }

  /** Everything waits, for two seconds, and as long as the browser is busy. @returns lets it go on; a second call does nothing */
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

  /** Resolves in a task of its own. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.isHeld) this.held.push(resolve)
      else this.queue.ask(resolve)
    })
  }
}

/** Those of this page. */
export const turns = new Turns()

/** A message and no timer: browsers slow the timers of a tab that is not seen down to one each second. */
function afterThisTask(work: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    port1.close()
    work()
  }
  port2.postMessage(null)
}

/** What React has still to hydrate are tasks, so that a browser without any has hydrated all that it can. */
function whenNothingIsToDo(work: () => void): void {
  if (typeof window !== 'undefined' && 'requestIdleCallback' in window)
    window.requestIdleCallback(work, { timeout: LONGEST_BUSY_MS })
  else work()
}
