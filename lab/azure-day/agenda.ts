/**
 * Action at a virtual time. The earliest runs first; actions at the same time run in the order in which they were
 * added.
 */
type Run = (now: number) => void | Promise<void>

export class VirtualDayEventQueue {
  readonly #heap: { at: number; n: number; run: Run }[] = []
  #n = 0

  put(at: number, run: Run): void {
    const heap = this.#heap
    const entry = { at, n: this.#n++, run }
    let i = heap.push(entry) - 1
    while (i > 0) {
      const up = (i - 1) >> 1
      const parent = heap[up]
      if (!parent || isBefore(parent, entry)) break
      heap[i] = parent
      i = up
    }
    heap[i] = entry
  }

  /** Runs all actions up to a time. Each starts after the previous one has finished. */
  async runUntil(end: number): Promise<void> {
    for (let next = this.#heap[0]; next && next.at <= end; next = this.#heap[0]) {
      this.#removeFirst()
      const ending = next.run(next.at)
      if (ending) await ending
    }
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let i = 0
    for (;;) {
      const [left, right] = [heap[2 * i + 1], heap[2 * i + 2]]
      const down = right && left && isBefore(right, left) ? 2 * i + 2 : 2 * i + 1
      const child = heap[down]
      if (!child || isBefore(last, child)) break
      heap[i] = child
      i = down
    }
    heap[i] = last
  }
}

const isBefore = (a: { at: number; n: number }, b: { at: number; n: number }): boolean =>
  a.at < b.at || (a.at === b.at && a.n < b.n)
