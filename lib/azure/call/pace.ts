import { pause } from './until-aborted.ts'

interface Pace {
  /** requests side by side */
  concurrency: number
  /** requests before the pace is felt */
  burst: number
  /** requests a second from then on */
  perSecond: number
}

/**
 * Runs tasks at a pace that ARM's budget refills at, so that a long row of them does not run into a 429.
 * A task that waits when the signal aborts fails with the signal's reason, unrun.
 */
export function paced({ concurrency, burst, perSecond }: Pace, signal: AbortSignal) {
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
