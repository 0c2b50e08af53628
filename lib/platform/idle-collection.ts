import { performance } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const CHECK_MS = 10_000
/**
 * Minimum amount of garbage for a collection, by the share of time in which the thread was busy. The first entry whose
 * share is not exceeded applies; above the last, no collection runs. A busier thread needs more garbage, because a full
 * collection stops the thread for a tenth of a second, and V8 discards compiled code.
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
 * Returns a function that collects the garbage of a process while the process has little to do. V8 itself collects only
 * after the heap has grown by a share, which takes minutes or hours under low load, and it keeps the memory until then.
 * @returns function that collects if that is worthwhile, and returns true if it did
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

/** Returns V8's `gc` function. It is taken from a separate context, so that it is not visible to other code. */
export function garbageCollector(): (options?: { type: 'major'; flavor: 'last-resort' }) => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}

/** Starts to collect garbage regularly while the thread is idle, for the rest of this process. */
export function startIdleCollection(): void {
  const gc = garbageCollector()
  let before = performance.eventLoopUtilization()
  const check = createIdleCollector({
    takenBytes: () => getHeapStatistics().total_physical_size,
    // with any other flavor, V8 would keep the freed memory for later growth of the heap
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
