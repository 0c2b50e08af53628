import { IdleQueue } from './idle-queue.ts'

/** A part whose code does not come, or that fails while it is hydrated, keeps the page from its data for so long at most. */
const LONGEST_HOLD_MS = 2_000

/**
 * When what a page has to do after it is drawn is done: each piece in a task of its own, in the order in which it was asked for, and none
 * while a part that the server drew is still to be hydrated. An answer that came before that would differ from what the server drew, and
 * React would throw that part away and draw it again.
 */
export class Turns {
  private holds = 0
  private readonly held: (() => void)[] = []
  private readonly queue: IdleQueue

  constructor(inATask: (work: () => void) => void = afterThisTask) {
    this.queue = new IdleQueue(inATask)
  }

  /** parts of the page are still to be hydrated */
  get isHeld(): boolean {
    return this.holds > 0
  }

  /** Everything waits, for two seconds at most. @returns lets it go on; a second call does nothing */
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
    const timer = setTimeout(end, LONGEST_HOLD_MS)
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
