import { waitOrThrowIfAborted } from './until-aborted.ts'

interface Pace {
  /** maximum number of parallel requests */
  concurrency: number
  /** number of requests that may be sent before the rate is limited */
  burst: number
  /** requests per second after the burst */
  perSecond: number
}

/**
 * Returns a function that runs tasks not faster than the given pace, so that many requests do not exhaust ARM's budget.
 * If the signal is aborted, a task that waits because of the rate is not run and fails with the signal's reason.
 */
export function createRequestPacer({ concurrency, burst, perSecond }: Pace, signal: AbortSignal) {
  let free = concurrency
  let started = 0
  const began = performance.now()
  const waiting: (() => void)[] = []
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      const due = began + ((started++ - burst) / perSecond) * 1_000 - performance.now()
      if (due > 0) await waitOrThrowIfAborted(due, signal)
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
