import { getHeapStatistics, setFlagsFromString } from 'node:v8'

/** Used memory of a heap from which on the time that collecting takes matters more. */
export const LARGE_BYTES = 160 * 2 ** 20
const CHECK_MS = 30_000

interface Heap {
  usedBytes(): number
  setFlag(flag: string): void
  /** NODE_OPTIONS */
  nodeOptions: string | undefined
}

/**
 * Keeps a small process's memory near what is live. Without it V8 lets garbage pile up to several times that: a worker with four circuits, of
 * whose heap 70 MB are live, took 400 to 550 MB, and 230 with it. It costs two fifths more of the CPU that recording takes
 * (docs/performance.md), so that it ends for good where the heap is large. It is no limit: a larger estate gets what it needs. Who chose
 * a size for new objects in NODE_OPTIONS chose between memory and CPU.
 * @returns checks whether the heap is large by now; true = it is, and need not be checked again
 */
export function keepHeapSmall(heap: Heap): () => boolean {
  if (/--max[-_]semi[-_]space/.test(heap.nodeOptions ?? '')) return () => true
  heap.setFlag('--optimize-for-size')
  return () => {
    if (heap.usedBytes() < LARGE_BYTES) return false
    heap.setFlag('--no-optimize-for-size')
    return true
  }
}

// by being imported, and before anything else: loading the modules makes the first garbage
const isLarge = keepHeapSmall({
  usedBytes: () => getHeapStatistics().used_heap_size,
  setFlag: setFlagsFromString,
  nodeOptions: process.env.NODE_OPTIONS,
})
const timer = setInterval(() => isLarge() && clearInterval(timer), CHECK_MS).unref()
