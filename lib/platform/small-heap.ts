import { getHeapStatistics, setFlagsFromString } from 'node:v8'

/**
 * Size of the used heap in bytes. From this size on, a process counts as large. For a large process, the time for
 * garbage collection matters more than memory.
 */
export const MIN_LARGE_HEAP_BYTES = 240 * 2 ** 20
/** Interval of the check in milliseconds. A web process with a large estate needs a large heap at its first pages. */
const CHECK_MS = 2_000

interface Heap {
  usedBytes(): number
  setFlag(flag: string): void
  /** value of NODE_OPTIONS */
  nodeOptions: string | undefined
}

/**
 * Growth of the heap since the last garbage collection, in percent of the live objects, at which V8 collects garbage
 * again. The Node.js option `--optimize-for-size` is not used. It sets 10 % and reserves much less memory for new
 * objects, so that most objects are moved to the old generation. In a measurement, this took two thirds of the worker's
 * CPU time.
 */
const GARBAGE_PERCENT = 30

/**
 * Limits the garbage of a small process, so that it needs little more memory than its live objects. By default V8 lets
 * garbage grow to several times that amount: a worker with five circuits and 85 MB of live objects took 540 MB, with
 * the limit 290 MB. As soon as the heap is large, the limit is removed permanently. It is not set at all if
 * NODE_OPTIONS contains the size for new objects, because then the user has chosen.
 * @returns function that removes the limit if the heap is large; true = it need not be called again
 */
export function limitHeapGrowthOfSmallProcess(heap: Heap): () => boolean {
  if (/--max[-_]semi[-_]space/.test(heap.nodeOptions ?? '')) return () => true
  heap.setFlag(`--heap-growing-percent=${GARBAGE_PERCENT}`)
  return () => {
    if (heap.usedBytes() < MIN_LARGE_HEAP_BYTES) return false
    heap.setFlag('--heap-growing-percent=0')
    return true
  }
}

// Importing this module sets the limit. It must be the first import of a program, because loading other modules already
// creates garbage.
const isLarge = limitHeapGrowthOfSmallProcess({
  usedBytes: () => getHeapStatistics().used_heap_size,
  setFlag: setFlagsFromString,
  nodeOptions: process.env.NODE_OPTIONS,
})
const timer = setInterval(() => isLarge() && clearInterval(timer), CHECK_MS).unref()
