import { performance } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const CHECK_MS = 10_000
/**
 * Minimum growth of the heap in bytes for which a garbage collection is worthwhile. It depends on the share of time in
 * which the thread was busy: the first entry whose `busy` is at least this share applies. If the thread was busier than
 * in every entry, no collection runs. A busier thread needs more growth, because a full collection stops the thread for
 * a tenth of a second and discards compiled code.
 */
const WORTH = [
  { busy: 0.1, bytes: 16 * 2 ** 20 },
  { busy: 0.3, bytes: 24 * 2 ** 20 },
]

interface CollectedHeap {
  /** memory in bytes that the heap takes, including garbage and free pages */
  takenBytes(): number
  /** share of the time since the last call in which the thread was busy */
  busy(): number
  /** runs a full garbage collection */
  collect(): void
}

/**
 * Returns a function that collects garbage while the process has little to do. V8 itself waits until the heap has grown
 * by a certain share. With low load this takes minutes or hours, during which the process keeps the memory.
 * @returns function that collects if that is worthwhile; it returns true if it collected
 */
export function createIdleCollector(heap: CollectedHeap): () => boolean {
  let left = 0
  return () => {
    const busy = heap.busy()
    const worth = WORTH.find((one) => busy <= one.busy)
    if (worth === undefined || heap.takenBytes() - left < worth.bytes) return false
    heap.collect()
    left = heap.takenBytes()
    return true
  }
}

/** Returns V8's function `gc`. It comes from a separate context, so that other code does not see a global `gc`. */
export function getGarbageCollector(): (options?: { type: 'major'; flavor: 'last-resort' }) => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}

/** Starts to collect garbage regularly while the thread is idle. This continues until the process ends. */
export function startIdleCollection(): void {
  const gc = getGarbageCollector()
  let before = performance.eventLoopUtilization()
  const check = createIdleCollector({
    takenBytes: () => getHeapStatistics().total_physical_size,
    // the flavor `last-resort` returns the memory to the system. With other flavors V8 keeps it for later growth
    collect: () => gc({ type: 'major', flavor: 'last-resort' }),
    busy() {
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, before)
      before = now
      return utilization
    },
  })
  setInterval(check, CHECK_MS).unref()
}
