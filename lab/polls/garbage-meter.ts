import { PerformanceObserver } from 'node:perf_hooks'

/** Measures how long this thread collects garbage until `stop`, in milliseconds. */
export function startGarbageCollectionMeter(): { stop(): number } {
  let ms = 0
  const add = (entries: readonly PerformanceEntry[]) => {
    for (const { duration } of entries) ms += duration
  }
  const observer = new PerformanceObserver((list) => add(list.getEntries()))
  observer.observe({ entryTypes: ['gc'] })
  return {
    stop() {
      add(observer.takeRecords())
      observer.disconnect()
      return ms
    },
  }
}
