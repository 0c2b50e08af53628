import { pause } from './until-aborted.ts'

interface Pace {
  /** maximum number of parallel requests */
  concurrency: number
  /** number of requests before the rate is limited */
  burst: number
  /** requests per second after the burst */
  perSecond: number
}

/**
 * Runs tasks at the rate at which ARM's budget refills, so that many tasks do not cause a 429. If the signal aborts, a
 * waiting task fails with the signal's reason and does not run.
 */
export function createPacer({ concurrency, burst, perSecond }: Pace, signal: AbortSignal) {
  let free = concurrency
  let started = 0
  const began = performance.now()
  const waiting: (() => void)[] = []
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      const due = began + ((started++ - burst) / perSecond) * 1_000 - performance.now()
      if (due > 0) await pause(due, signal)
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
