import { getHeapStatistics, setFlagsFromString } from 'node:v8'

/**
 * Used heap in bytes from which a process counts as large, so that time for garbage collection matters more than
 * memory.
 */
export const LARGE_BYTES = 240 * 2 ** 20
const CHECK_MS = 30_000

interface Heap {
  usedBytes(): number
  setFlag(flag: string): void
  /** value of NODE_OPTIONS */
  nodeOptions: string | undefined
}

/**
 * Growth of old objects, as a percentage of live objects, after which V8 collects garbage. `--optimize-for-size` would
 * use 10 %, and a sixteenth of the memory for new objects; most objects would then be moved to the old generation,
 * which takes two thirds of the worker's CPU time.
 */
const GARBAGE_PERCENT = 30

/**
 * Limits the garbage of a small process, so that its memory is close to its live objects. By default V8 lets garbage
 * grow to several times that: a worker with five circuits and 85 MB of live objects took 540 MB, and 290 MB with this
 * limit. When the heap becomes large, the limit is removed permanently, so that a large estate gets the memory that it
 * needs. It is not applied if NODE_OPTIONS sets the size for new objects, because then the user has made this choice.
 * @returns function that removes the limit if the heap is large; true = no further check is needed
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

// The limit is applied when this module is imported. It must be the first import, because loading other modules already
// creates garbage.
const isLarge = limitHeap({
  usedBytes: () => getHeapStatistics().used_heap_size,
  setFlag: setFlagsFromString,
  nodeOptions: process.env.NODE_OPTIONS,
})
const timer = setInterval(() => isLarge() && clearInterval(timer), CHECK_MS).unref()
