import { performance } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const CHECK_MS = 10_000
/**
 * A full collection stops the thread for a tenth of a second, and V8 drops code that it compiles again: the busier the thread, the more garbage it has to be
 * worth. The first of these whose share of its time the thread does not exceed decides; above the last, nothing does.
 */
const WORTH = [
  { busy: 0.1, bytes: 16 * 2 ** 20 },
  { busy: 0.3, bytes: 24 * 2 ** 20 },
]

interface CollectedHeap {
  /** what it takes of memory, garbage and free pages included */
  takenBytes(): number
  /** share of the time since the last call in which the thread worked */
  busy(): number
  /** a full collection */
  collect(): void
}

/**
 * Collects a process's garbage while it has little to do. V8 does so when the heap has grown by a share, which takes minutes or hours where little
 * is asked, and keeps what it took until then.
 * @returns checks whether it is time to, and does it; true = it did
 */
export function collectWhileIdle(heap: CollectedHeap): () => boolean {
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

/** V8's `gc`, from a context of its own: nothing else can call it. */
export function garbageCollector(): (options?: { type: 'major'; flavor: 'last-resort' }) => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}

/** From now on, for as long as this process runs. */
export function startIdleCollection(): void {
  const gc = garbageCollector()
  let before = performance.eventLoopUtilization()
  const check = collectWhileIdle({
    takenBytes: () => getHeapStatistics().total_physical_size,
    // any other flavor keeps what it frees for the heap's next growth
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
