import { setTimeout as delay } from 'node:timers/promises'

/**
 * Returns the result of `work` unless it takes longer than `withinMs`. The work itself is not stopped at the limit.
 * @throws Error at the limit
 */
export async function withTimeLimit<T>(work: Promise<T>, withinMs: number): Promise<T> {
  const done = new AbortController()
  const limit = delay(withinMs, undefined, { signal: done.signal, ref: false }).then(() => {
    throw new Error(`no answer within ${withinMs} ms`)
  })
  // The error of the slower promise is ignored.
  limit.catch(() => {})
  work.catch(() => {})
  try {
    return await Promise.race([work, limit])
  } finally {
    done.abort()
  }
}
