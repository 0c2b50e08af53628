import { getHeapStatistics } from 'node:v8'
import { expect, it, vi } from 'vitest'
import { createIdleCollector, startIdleCollection } from './idle-collection.ts'

const MB = 2 ** 20

/** A heap with 100 MB of live objects. */
function heapOf(given: { usedMb: number; busy: number }) {
  const heap = { ...given, collections: 0 }
  const check = createIdleCollector({
    takenBytes: () => heap.usedMb * MB,
    busy: () => heap.busy,
    collect() {
      heap.collections += 1
      heap.usedMb = 100
    },
  })
  return { heap, check }
}

it.each([
  { what: 'a busy thread', usedMb: 180, busy: 0.4, collects: false },
  { what: 'a thread that works', usedMb: 25, busy: 0.2, collects: true },
  { what: 'one that works, with little garbage', usedMb: 20, busy: 0.2, collects: false },
  { what: 'an idle thread', usedMb: 20, busy: 0.02, collects: true },
  { what: 'a heap that has little of its own', usedMb: 15, busy: 0, collects: false },
])('$what: collected $collects', ({ usedMb, busy, collects }) => {
  expect(heapOf({ usedMb, busy }).check()).toBe(collects)
})

it('collects again once there is garbage again', () => {
  const { heap, check } = heapOf({ usedMb: 180, busy: 0 })
  const checked = [180, 100, 115, 116, 130].map((usedMb) => {
    heap.usedMb = usedMb
    return check()
  })
  expect(checked).toEqual([true, false, false, true, true])
  expect(heap.collections).toBe(3)
})

it('leaves what is live', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] })
  try {
    startIdleCollection()
    const live = Array.from({ length: 50_000 }, (_, i) => ({ i, text: `live ${i}` }))
    let garbage: unknown[] | null = Array.from({ length: 800_000 }, (_, i) => [i, `${i}`])
    expect(garbage).toHaveLength(800_000)
    garbage = null
    const before = getHeapStatistics().used_heap_size
    // the thread was busy until now, because it created the garbage
    await vi.waitFor(() => {
      vi.advanceTimersByTime(10_000)
      expect(before - getHeapStatistics().used_heap_size).toBeGreaterThan(16 * MB)
    }, 5_000)
    expect(live[49_999]).toEqual({ i: 49_999, text: 'live 49999' })
  } finally {
    vi.useRealTimers()
  }
})
