import { getHeapStatistics, setFlagsFromString } from 'node:v8'

/** Used heap in bytes above which the time for garbage collection matters more than the memory. */
export const LARGE_BYTES = 240 * 2 ** 20
const CHECK_MS = 30_000

interface Heap {
  usedBytes(): number
  setFlag(flag: string): void
  /** value of NODE_OPTIONS */
  nodeOptions: string | undefined
}

/**
 * Growth of the old objects, as a percentage of the live objects, after which garbage is collected.
 * `--optimize-for-size` would use 10 % and a sixteenth of the memory for new objects. Most objects would then be
 * copied, become old and be collected with all others, which takes two thirds of the worker's CPU time.
 */
const GARBAGE_PERCENT = 30

/**
 * Keeps the memory of a small process close to its live objects. By default V8 lets garbage grow to several times that:
 * a worker with five circuits and 85 MB of live objects took 540 MB, and 290 MB with this limit. The limit is removed
 * permanently when the heap becomes large, so that a large estate gets the memory that it needs. It is not applied if
 * NODE_OPTIONS sets a size for new objects, because the user then made this choice.
 * @returns function that checks whether the heap is large; true = it is, so that no further check is needed
 */
export function limitHeap(heap: Heap): () => boolean {
  if (/--max[-_]semi[-_]space/.test(heap.nodeOptions ?? '')) return () => true
  heap.setFlag(`--heap-growing-percent=${GARBAGE_PERCENT}`)
  return () => {
    if (heap.usedBytes() < LARGE_BYTES) return false
    heap.setFlag('--heap-growing-percent=0')
    return true
  }
}

// applied when this module is imported, which must be the first import, because loading modules creates the first
// garbage
const isLarge = limitHeap({
  usedBytes: () => getHeapStatistics().used_heap_size,
  setFlag: setFlagsFromString,
  nodeOptions: process.env.NODE_OPTIONS,
})
const timer = setInterval(() => isLarge() && clearInterval(timer), CHECK_MS).unref()
