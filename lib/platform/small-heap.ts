import { getHeapStatistics, setFlagsFromString } from 'node:v8'

/** Used memory of a heap from which on the time that collecting takes matters more. */
export const LARGE_BYTES = 240 * 2 ** 20
const CHECK_MS = 30_000

interface Heap {
  usedBytes(): number
  setFlag(flag: string): void
  /** NODE_OPTIONS */
  nodeOptions: string | undefined
}

/**
 * How far garbage lets the old objects grow before they are collected, as a share of what is live. `--optimize-for-size` takes a tenth and a
 * sixteenth of the room for new ones, so that most of them are copied, grow old and are collected with all others: two thirds of the
 * worker's CPU.
 */
const GARBAGE_PERCENT = 30

/**
 * Keeps a small process's memory near what is live. Without it V8 lets garbage pile up to several times that: a worker with five circuits, of
 * whose heap 85 MB are live, took 540 MB, and 290 with it. It ends for good where the heap is large. It is no limit: a larger estate gets
 * what it needs. Who chose a size for new objects in NODE_OPTIONS chose between memory and CPU.
 * @returns checks whether the heap is large by now; true = it is, and need not be checked again
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

// by being imported, and before anything else: loading the modules makes the first garbage
const isLarge = limitHeap({
  usedBytes: () => getHeapStatistics().used_heap_size,
  setFlag: setFlagsFromString,
  nodeOptions: process.env.NODE_OPTIONS,
})
const timer = setInterval(() => isLarge() && clearInterval(timer), CHECK_MS).unref()
