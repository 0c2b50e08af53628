import { setTimeout as delay } from 'node:timers/promises'

/**
 * Returns the result of `work` if it arrives within `withinMs`. The work is not stopped at the limit.
 * @throws Error at the limit; all errors of `work`
 */
export async function withTimeLimit<T>(work: Promise<T>, withinMs: number): Promise<T> {
  const done = new AbortController()
  const limit = delay(withinMs, undefined, { signal: done.signal, ref: false }).then(() => {
    throw new Error(`no answer within ${withinMs} ms`)
  })
  // Whichever promise settles later has no handler, so its error is ignored here.
  limit.catch(() => {})
  work.catch(() => {})
  try {
    return await Promise.race([work, limit])
  } finally {
    done.abort()
  }
}
